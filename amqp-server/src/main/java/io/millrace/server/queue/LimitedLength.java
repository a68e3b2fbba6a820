package io.millrace.server.queue;

/**
 * Keeps a queue within its length limit: after each message, so that it is exact, and with what consumers take at once
 * out of the way. Belongs to the queue's loop.
 *
 * <p>What is in the store counts like what is in memory. Of the oldest messages there nothing but their number is
 * known: they can be dropped unread where only the number counts and nobody wants them as dead letters; else they have
 * to be read first. The queue is not ready for a batch before it has in memory what the batch may push out.
 */
final class LimitedLength {
    /** Messages dropped at a time, so that one queue does not keep its loop from the others. */
    private static final int RUN_MESSAGES = 1024;

    private final Queue queue;
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final LengthLimit limit;
    private final boolean limitsBytes;
    private final boolean quorum;
    private final boolean buries;
    /** The queue will be told to. */
    private boolean goesOn;
    /** A quorum queue that had too many, and has not lost enough of them since then. */
    private boolean full;

    /** @param buries whether what is dropped goes somewhere else */
    LimitedLength(Queue queue, QueueContents contents, LengthLimit limit, boolean buries) {
        this.queue = queue;
        this.contents = contents;
        this.ready = contents.ready();
        this.limit = limit;
        this.limitsBytes = limit.bytes() != LengthLimit.NONE;
        this.buries = buries;
        this.quorum = queue.kind().quorum();
    }

    /** Puts the messages at the tail that there is room for; returns whether any had to be written. */
    boolean enqueue(PublishBatch batch) {
        boolean written = false;
        boolean dropped = false;
        boolean consumersMayTake = true;
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            Message message = batch.message(i);
            if (consumersMayTake && !hasRoomFor(message)) {
                queue.drain();
                consumersMayTake = ready.isEmpty() || hasRoomFor(message);
            }
            if (limit.rejects() && batch.isRefusable() && refuses(message)) {
                batch.refuse(i);
                queue.refused(message, limit.overflow() == LengthLimit.Overflow.REJECT_PUBLISH_DLX);
                continue;
            }
            written |= contents.enqueue(message, batch);
            if (consumersMayTake && isExceeded()) {
                queue.drain();
            }
            dropped |= dropFromMemory(Integer.MAX_VALUE);
        }
        written |= contents.page(batch);
        if (isTooLong()) {
            // Nothing is left in memory, so it is all the same that this comes after the last message.
            drop(Integer.MAX_VALUE);
        } else if (dropped && contents.isStored() && !mayDropUnread()) {
            contents.readIfLow();
        }
        return written;
    }

    /** A quorum queue refuses messages from when it has too many until it has a fifth less, as RabbitMQ. */
    private boolean refuses(Message message) {
        if (!quorum) {
            return !hasRoomFor(message);
        }
        noteFullness();
        return full;
    }

    private void noteFullness() {
        full = isExceeded() || (full && !limit.isFarFrom(contents.waiting(), bytes()));
    }

    private boolean hasRoomFor(Message message) {
        return limit.allows(contents.waiting() + 1, bytes() + message.countedBytes(quorum));
    }

    private boolean isExceeded() {
        return !limit.allows(contents.waiting(), bytes());
    }

    private long bytes() {
        return limitsBytes ? contents.waitingBytes() : 0;
    }

    /** Whether all is known that the limit is about. */
    boolean isMeasured() {
        return !limitsBytes || contents.isMeasured();
    }

    /** Keeps a batch, behind others, for which the queue is not ready. */
    boolean holds(PublishBatch batch) {
        boolean held = contents.held() != null || !isReadyFor(batch);
        if (held) {
            contents.hold(batch);
        }
        return held;
    }

    /**
     * Whether the queue can take the batch and be within its limit afterwards. If it cannot it does what it must do
     * first, because it has become too long, what it has has to be read, or dead letters do not keep up; it will be
     * told to {@link Queue#goOn}.
     */
    boolean isReadyFor(PublishBatch batch) {
        if (queue.isBusyBurying()) {
            return false;
        }
        if (!isMeasured()) {
            contents.measure();
            return false;
        }
        dropExcess();
        if (isTooLong()) {
            return false;
        }
        boolean canDrop = limit.rejects() || canDropFor(batch);
        if (!canDrop) {
            contents.read();
        }
        return canDrop;
    }

    /** Whether what the batch pushes out can be dropped at once. */
    private boolean canDropFor(PublishBatch batch) {
        if (!contents.isStored() || mayDropUnread()) {
            return true;
        }
        if (contents.waiting() + batch.count() - limit.messages() > ready.size()) {
            return false;
        }
        long bodyBytes = 0;
        for (int i = 0; i < batch.count() && limitsBytes; i++) {
            bodyBytes += batch.message(i).countedBytes(quorum);
        }
        return bytes() + bodyBytes - limit.bytes() <= ready.bytes();
    }

    private boolean mayDropUnread() {
        return !limitsBytes && !buries && contents.canDropUnread();
    }

    private boolean isTooLong() {
        return !limit.rejects() && isExceeded();
    }

    /**
     * Drops the oldest messages that are too many. A queue that refuses the new ones keeps what it has. When there are
     * very many, or they have to be read first, the queue will be told to {@link Queue#goOn}.
     */
    void dropExcess() {
        if (limit.rejects() && quorum && isMeasured()) {
            noteFullness();
        }
        if (limit.rejects() || queue.isBusyBurying()) {
            return;
        }
        if (!isMeasured()) {
            contents.measure();
        } else {
            drop(RUN_MESSAGES);
            if (isTooLong() && !ready.isEmpty() && !goesOn) {
                goesOn = true;
                queue.home().execute(this::goOn);
            }
        }
    }

    private void goOn() {
        goesOn = false;
        queue.goOn();
    }

    private void drop(int most) {
        while (isTooLong()) {
            boolean dropped = dropFromMemory(most);
            if (dropped && !ready.isEmpty()) {
                return;
            }
            if (isTooLong() && !dropUnread()) {
                contents.read();
                return;
            }
        }
    }

    private boolean dropUnread() {
        return mayDropUnread() && contents.dropUnread(contents.waiting() - limit.messages()) > 0;
    }

    private boolean dropFromMemory(int most) {
        int dropped = 0;
        while (dropped < most && !ready.isEmpty() && isTooLong()) {
            Message oldest = ready.poll();
            queue.giveUp(oldest, ready.polledSequence(), DeathReason.MAXLEN, false);
            dropped++;
        }
        return dropped > 0;
    }
}
