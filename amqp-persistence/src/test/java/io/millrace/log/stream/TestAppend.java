package io.millrace.log.stream;

import io.millrace.log.StoredContent;
import java.util.List;

/** Messages to be appended together; remembers which offsets they got. */
final class TestAppend implements StreamAppend {
    final List<TestMessage> messages;
    long firstOffset = -1;

    TestAppend(List<TestMessage> messages) {
        this.messages = messages;
    }

    @Override
    public int count() {
        return messages.size();
    }

    @Override
    public void prepare(long newFirstOffset) {
        firstOffset = newFirstOffset;
    }

    @Override
    public StoredContent content(int index) {
        return messages.get(index);
    }

    @Override
    public byte[] filterValue(int index) {
        return messages.get(index).filterValue();
    }
}
