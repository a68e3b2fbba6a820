package io.millrace.log;

import java.util.ArrayList;
import java.util.List;

/** A page for tests; it counts how often it was written. */
final class TestPage implements Page {
    private final int queueId;
    private final long first;
    private final List<Bytes> contents = new ArrayList<>();
    private final List<Boolean> persistent = new ArrayList<>();
    int written;

    TestPage(int queueId, long first) {
        this.queueId = queueId;
        this.first = first;
    }

    TestPage add(Bytes content, boolean isPersistent) {
        contents.add(content);
        persistent.add(isPersistent);
        return this;
    }

    @Override
    public int queueId() {
        return queueId;
    }

    @Override
    public long firstSequence() {
        return first;
    }

    @Override
    public int count() {
        return contents.size();
    }

    @Override
    public StoredContent content(int i) {
        return contents.get(i);
    }

    @Override
    public boolean isPersistent(int i) {
        return persistent.get(i);
    }

    @Override
    public void written() {
        written++;
    }
}
