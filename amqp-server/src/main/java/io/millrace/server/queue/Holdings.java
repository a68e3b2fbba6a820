package io.millrace.server.queue;

/**
 * The books of what a queue holds, waiting or out with consumers: counts it, gives back the memory of what is done
 * with, and empties the queue. Belongs to the queue's loop, except what is said to be for any thread.
 */
final class Holdings {
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final MemoryBudget memory;
    private final DeliveryCounts counts;

    private int unacked;
    private long freedBytes;
    private boolean closed;
    /** Null while no message ever had to wait after it came back. */
    private Retries retries;
    /** Null while no message was ever looked at for its key. */
    private Deduplication keys;

    private volatile int readyCount;
    private volatile int unackedCount;

    Holdings(QueueContents contents, MemoryBudget memory, DeliveryCounts counts) {
        this.contents = contents;
        this.ready = contents.ready();
        this.memory = memory;
        this.counts = counts;
    }

    /** From now on some of the messages are these. */
    void with(Retries newRetries) {
        retries = newRetries;
    }

    /** From now on some messages have keys here. */
    void with(Deduplication newKeys) {
        keys = newKeys;
    }

    /** Messages that wait, as of the last batch. Any thread. */
    int readyCount() {
        return readyCount;
    }

    /** Messages that consumers have and did not acknowledge, as of the last batch. Any thread. */
    int unackedCount() {
        return unackedCount;
    }

    /** Whether consumers have messages that they did not settle. */
    boolean hasUnacked() {
        return unacked != 0;
    }

    /** Messages that wait, in memory and in the store. */
    int waiting() {
        return (int) Math.min(Integer.MAX_VALUE, contents.waiting());
    }

    /** Messages came that take this much memory. */
    void arrived(long bytes) {
        freedBytes -= bytes;
    }

    /** A consumer has it now, and keeps it unless it acknowledges by taking. */
    void delivered(boolean automaticAck, Message message, long sequence, boolean redelivered) {
        counts.delivered(automaticAck, redelivered);
        out(automaticAck, message, sequence);
    }

    /** The same for {@code basic.get}. */
    void got(boolean automaticAck, Message message, long sequence, boolean redelivered) {
        counts.got(automaticAck, redelivered);
        out(automaticAck, message, sequence);
    }

    private void out(boolean automaticAck, Message message, long sequence) {
        contents.delivered(message, sequence);
        if (automaticAck) {
            leaves(message);
            forget(message, sequence);
        } else {
            unacked++;
        }
    }

    /** Consumers are done with that many deliveries. */
    void settled(int count) {
        unacked -= count;
    }

    /** The message never got in. */
    void refused(Message message) {
        freedBytes += message.memoryBytes();
    }

    /** The message is on its way out of the queue for good: from now on another one with its key may come in. */
    void leaves(Message message) {
        if (keys != null) {
            keys.left(message);
        }
    }

    /** The message is done with. */
    void forget(Message message, long sequence) {
        freedBytes += message.memoryBytes();
        // The journal wants to hear no more of a queue that it was told to delete.
        if (closed) {
            return;
        }
        if (Retries.isOne(sequence)) {
            retries.forget(sequence);
        } else {
            contents.forget(message, sequence);
        }
    }

    /** The message is elsewhere in the journal by now, and by that no more where it was. */
    void moved(Message message, long sequence) {
        freedBytes += message.memoryBytes();
        if (Retries.isOne(sequence)) {
            retries.moved(sequence);
        } else {
            contents.moved(message, sequence);
        }
    }

    /** Publishes the counts of the batch that ended. */
    void report() {
        readyCount = waiting();
        unackedCount = unacked;
        if (freedBytes != 0) {
            memory.add(-freedBytes);
            freedBytes = 0;
        }
        counts.report();
    }

    /** Publishes how many messages wait, before anybody else knows of the queue. */
    void recovered() {
        readyCount = waiting();
    }

    /** Drops what waits; returns how many messages it was. */
    int purge() {
        int purged = waiting();
        // First, so that nothing in memory has to wait for what is in the store.
        contents.purgeStored();
        for (Message message = ready.poll(); message != null; message = ready.poll()) {
            forget(message, ready.polledSequence());
            message.release();
        }
        contents.flush();
        return purged;
    }

    /** Drops what waits for good, and takes nothing more; returns how many messages it was. */
    int close() {
        closed = true;
        int dropped = waiting();
        contents.delete();
        for (Message message = ready.poll(); message != null; message = ready.poll()) {
            freedBytes += message.memoryBytes();
        }
        return dropped;
    }
}
