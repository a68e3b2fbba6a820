package io.millrace.server.queue;

import io.millrace.log.StoredContent;
import io.millrace.log.stream.StreamAppend;

/** A publisher's batch on its way into a stream, in the form in which it stays there. */
final class StreamBatch implements StreamAppend {
    private final PublishBatch batch;
    private final Message[] messages;
    private final byte[][] filterValues;
    private long firstOffset;

    StreamBatch(PublishBatch batch) {
        this.batch = batch;
        this.messages = new Message[batch.count()];
        this.filterValues = new byte[batch.count()][];
    }

    PublishBatch published() {
        return batch;
    }

    @Override
    public int count() {
        return messages.length;
    }

    @Override
    public void prepare(long newFirstOffset) {
        firstOffset = newFirstOffset;
        for (int i = 0; i < messages.length; i++) {
            byte[] value = StreamForm.filterValue(batch.message(i));
            filterValues[i] = value == null || value.length > FILTER_VALUE_BYTES_MAX ? null : value;
            messages[i] = StreamForm.of(batch.message(i), newFirstOffset + i);
        }
    }

    @Override
    public StoredContent content(int index) {
        return messages[index];
    }

    @Override
    public byte[] filterValue(int index) {
        return filterValues[index];
    }

    Message message(int index) {
        return messages[index];
    }

    long offset(int index) {
        return firstOffset + index;
    }
}
