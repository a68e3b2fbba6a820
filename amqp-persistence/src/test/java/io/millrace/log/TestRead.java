package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Keeps what it reads, which must come in order. */
final class TestRead extends SegmentRead {
    final NavigableMap<Long, byte[]> contents = new TreeMap<>();
    boolean done;

    TestRead(int queueId, long after, int messagesMax) {
        super(queueId, after, messagesMax, Long.MAX_VALUE);
    }

    private TestRead(int queueId, long after) {
        super(queueId, after, Integer.MAX_VALUE, Long.MAX_VALUE, true);
    }

    /** Takes nothing. */
    static TestRead looking(int queueId, long after) {
        return new TestRead(queueId, after);
    }

    List<Long> sequences() {
        return new ArrayList<>(contents.keySet());
    }

    @Override
    protected void add(long sequence, byte[] content) {
        assertTrue(contents.isEmpty() || sequence > contents.lastKey(), "out of order");
        contents.put(sequence, content);
    }

    @Override
    protected void done() {
        done = true;
    }
}
