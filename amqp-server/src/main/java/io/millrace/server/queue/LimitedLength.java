package io.millrace.server.queue;

/**
 * Keeps a queue within its length limit: after each message, so that it is exact, and with what consumers take at once
 * out of the way. Belongs to the queue's loop.
 */
final class LimitedLength {
    private final Queue queue;
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final LengthLimit limit;

    LimitedLength(Queue queue, QueueContents contents, LengthLimit limit) {
        this.queue = queue;
        this.contents = contents;
        this.ready = contents.ready();
        this.limit = limit;
    }

    /** Puts the messages at the tail that there is room for; returns whether any had to be written. */
    boolean enqueue(PublishBatch batch) {
        boolean written = false;
        boolean consumersMayTake = true;
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            Message message = batch.message(i);
            if (consumersMayTake && !hasRoomFor(message)) {
                queue.dispatch();
                consumersMayTake = ready.isEmpty() || hasRoomFor(message);
            }
            if (limit.rejects() && batch.isRefusable() && !hasRoomFor(message)) {
                batch.refuse(i);
                queue.refused(message);
                continue;
            }
            written |= contents.enqueue(message);
            if (consumersMayTake && isExceeded()) {
                queue.dispatch();
            }
            dropExcess();
        }
        return written;
    }

    private boolean hasRoomFor(Message message) {
        return limit.allows(ready.size() + 1L, ready.bytes() + message.content().bodyLength());
    }

    private boolean isExceeded() {
        return !limit.allows(ready.size(), ready.bytes());
    }

    /** Drops the oldest messages that are too many. A queue that refuses the new ones keeps what it has. */
    void dropExcess() {
        while (!limit.rejects() && isExceeded() && !ready.isEmpty()) {
            Message oldest = ready.poll();
            queue.forget(oldest, ready.polledSequence());
        }
    }
}
