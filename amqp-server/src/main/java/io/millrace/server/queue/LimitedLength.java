package io.millrace.server.queue;

/**
 * Keeps a queue within its length limit: after each message, so that it is exact, and with what consumers take at once
 * out of the way. Belongs to the queue's loop.
 */
final class LimitedLength {
    /** Messages dropped at a time, so that one queue does not keep its loop from the others. */
    private static final int RUN_MESSAGES = 1024;

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
                queue.drain();
                consumersMayTake = ready.isEmpty() || hasRoomFor(message);
            }
            if (limit.rejects() && batch.isRefusable() && !hasRoomFor(message)) {
                batch.refuse(i);
                queue.refused(message, limit.overflow() == LengthLimit.Overflow.REJECT_PUBLISH_DLX);
                continue;
            }
            written |= contents.enqueue(message);
            if (consumersMayTake && isExceeded()) {
                queue.drain();
            }
            drop(Integer.MAX_VALUE);
        }
        return written;
    }

    private boolean hasRoomFor(Message message) {
        return limit.allows(ready.size() + 1L, ready.bytes() + message.bodyLength());
    }

    private boolean isExceeded() {
        return !limit.allows(ready.size(), ready.bytes());
    }

    /** Whether a batch must wait until the queue has become what the limit wants it to be. */
    boolean holds(PublishBatch batch) {
        if (contents.holds(batch)) {
            return true;
        }
        boolean overfull = isOverfull();
        if (overfull) {
            contents.hold(batch);
        }
        return overfull;
    }

    /** Whether the queue has more than it may: the limit came later, or dead letters do not keep up. */
    boolean isOverfull() {
        return isTooLong() || queue.isBusyBurying();
    }

    private boolean isTooLong() {
        return !limit.rejects() && isExceeded() && !ready.isEmpty();
    }

    /**
     * Drops the oldest messages that are too many. A queue that refuses the new ones keeps what it has. When there are
     * very many the queue will be told to {@link Queue#goOn}.
     */
    void dropExcess() {
        if (isTooLong() && !queue.isBusyBurying()) {
            drop(RUN_MESSAGES);
            if (isTooLong()) {
                queue.home().execute(queue::goOn);
            }
        }
    }

    private void drop(int most) {
        for (int i = 0; i < most && isTooLong(); i++) {
            Message oldest = ready.poll();
            queue.giveUp(oldest, ready.polledSequence(), DeathReason.MAXLEN, false);
        }
    }
}
