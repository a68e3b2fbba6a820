package io.millrace.server.queue;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a queue holds: in memory, in the store, and in the books of the journal. Here messages get their sequence
 * numbers. Belongs to the queue's loop.
 */
abstract class QueueContents {
    /** What came while the queue was not ready for it. */
    private final Deque<PublishBatch> held = new ArrayDeque<>();

    /** Keeps a batch until the queue is ready for it; its publisher waits. */
    final void hold(PublishBatch batch) {
        held.add(batch);
    }

    /** The first batch that is kept; null when there is none. */
    final PublishBatch held() {
        return held.peek();
    }

    /** Takes the first batch that is kept. */
    final PublishBatch release() {
        return held.remove();
    }

    /** Those in memory. */
    abstract ReadyMessages ready();

    /** How many messages wait, in memory and in the store. */
    abstract long waiting();

    /** Octets that the bodies of these have, if {@link #isMeasured}. */
    abstract long waitingBytes();

    /** Whether it is known how many octets wait. */
    abstract boolean isMeasured();

    /** Sees to it that it will be known; the queue is told to {@link Queue#goOn} then. */
    abstract void measure();

    /** Whether some are in the store alone. */
    abstract boolean isStored();

    /** Whether the first messages in the store can be dropped unread. */
    abstract boolean canDropUnread();

    /** Drops messages in the store that would be served first there, up to this many; returns how many. */
    abstract long dropUnread(long most);

    /**
     * Takes all messages of a batch, to the store when there is no room for them in memory.
     *
     * @return whether any had to be written to the journal
     */
    abstract boolean enqueue(PublishBatch batch);

    /**
     * Takes a message of a batch, into memory or aside for the store. {@link #page} follows.
     *
     * @return whether it had to be written to the journal
     */
    abstract boolean enqueue(Message message, PublishBatch batch);

    /**
     * Gives the store what was put aside of a batch.
     *
     * @return whether any had to be written to the journal
     */
    abstract boolean page(PublishBatch batch);

    /** A message goes out. */
    abstract void delivered(Message message, long sequence);

    /**
     * A delivered message comes back.
     *
     * @param failed whether its consumer refused it or went away with it
     * @return whether it was kept; else it is up to the caller to {@link #forget} it, since it came back too often
     */
    abstract boolean putBack(Message message, long sequence, boolean failed);

    /** How often a message may come back in vain. */
    void deliveryLimit(long limit) {
        // Most queues do not count.
    }

    /** What is known of the earlier deliveries of a delivered message. */
    RetryState deliveries(Message message, long sequence) {
        return RetryState.failed(message.failures());
    }

    /** A delivered message as it was published. */
    Message original(Message message, long sequence) {
        return message;
    }

    /** Where a message of this queue is in the journal; null when it is not there. */
    abstract LogPlace place(Message message, long sequence);

    /** A message is done with. {@link #flush} follows. */
    abstract void forget(Message message, long sequence);

    /** The same when the journal knows already. */
    abstract void moved(Message message, long sequence);

    /** Has the journal know of all that {@link #forget} was called for. */
    abstract void flush();

    /** Asks the store for the next messages when those in memory will soon be used up. */
    abstract void readIfLow();

    /** Asks the store for the next messages to be served, however many there are in memory. */
    abstract void read();

    /** Takes what the store was asked for; false when it is not wanted any more. */
    abstract boolean arrived(ReadAhead block);

    /** Has the first few messages of each kind in memory, when there are more of it in the store. */
    void readHeads() {
        // Those that have all of one kind read them in any case.
    }

    /** What an earlier run left has messages with a time to live of their own, which are to be found when due. */
    void findTimed() {
        // Where nothing expires there is nothing to find.
    }

    /**
     * When the next message that is in the store alone is due by a time of its own; {@link DueTimes#NEVER} also while
     * it cannot be taken: the queue is told to {@link Queue#goOn} then.
     */
    long firstStoredDue() {
        return DueTimes.NEVER;
    }

    /**
     * Takes the message that {@link #firstStoredDue} is about out of the store, if it is due; null when it has to be
     * fetched first. The queue is told to {@link Queue#goOn} then.
     */
    Overdue pollStoredDue(long now) {
        return null;
    }

    /** Forgets what is in the store alone. */
    abstract void purgeStored();

    /** The queue is gone, and nothing of it must come back. What is in memory stays. */
    abstract void delete();

    /**
     * What an earlier run left.
     *
     * @param storeId one of the queue's ids in the log
     * @see Queue#recover
     */
    abstract void recovered(int storeId, long messages, long lastSequence, long deliveredUpTo);

    /** Tells how far messages may have been delivered, for each id in the log. */
    abstract void deliveredUpTo(DeliveredUpTo target);
}
