package io.millrace.server.queue;

/** The messages of a queue that wait in memory, in the order in which they are served. Belongs to the queue's loop. */
abstract class ReadyMessages implements InMemory {
    private int size;
    private long bytes;
    private long polledSequence;
    private boolean polledRedelivered;
    private boolean timed;

    /** How many messages {@link #poll} has to give now. */
    @Override
    public final int size() {
        return size;
    }

    final boolean isEmpty() {
        return size == 0;
    }

    /** Octets that the bodies of these messages have. */
    @Override
    public final long bytes() {
        return bytes;
    }

    /** How many messages there are, those included that must wait for what is in the store. */
    int inMemory() {
        return size;
    }

    /** Octets that the bodies of all these have. */
    long bytesInMemory() {
        return bytes;
    }

    /** Adds what was published, behind its like; sequence numbers ascend. */
    abstract void add(Message message, long sequence, boolean redelivered);

    /** Puts a message that had been polled back to its place, marked as redelivered. */
    abstract void putBack(Message message, long sequence);

    /**
     * Takes the first message; null when there is none. Its sequence number and mark are in {@link #polledSequence} and
     * {@link #polledRedelivered} until the next call.
     */
    abstract Message poll();

    /** When the first message is due, or was; {@link DueTimes#NEVER} when none will be. */
    abstract long firstDue(QueueTtl ttl);

    /** Takes the message that was due first, as {@link #poll}; null when none is due. */
    abstract Message pollDue(long now, QueueTtl ttl);

    /** Whether there ever was a message with a time to live of its own. */
    final boolean hasTimed() {
        return timed;
    }

    /** There is a message with a time to live of its own. */
    final void noteTimed() {
        timed = true;
    }

    final long polledSequence() {
        return polledSequence;
    }

    final boolean polledRedelivered() {
        return polledRedelivered;
    }

    final void added(Message message) {
        size++;
        bytes += message.bodyLength();
    }

    final void removed(Message message) {
        size--;
        bytes -= message.bodyLength();
    }

    /** For those who do not give at once what they have. */
    final void serves(int messages, long bodyBytes) {
        size = messages;
        bytes = bodyBytes;
    }

    final void polled(long sequence, boolean redelivered) {
        polledSequence = sequence;
        polledRedelivered = redelivered;
    }
}
