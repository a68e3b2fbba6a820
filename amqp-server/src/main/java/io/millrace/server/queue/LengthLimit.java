package io.millrace.server.queue;

/**
 * How much may wait in a queue, and what becomes of what does not fit. What consumers have does not count.
 *
 * @param messages how many
 * @param bytes how many octets they may have together: their bodies, in a quorum queue with their properties
 * @param overflow what becomes of what does not fit
 */
public record LengthLimit(long messages, long bytes, Overflow overflow) {
    /** In place of a number: as many as there are. */
    public static final long NONE = Long.MAX_VALUE;

    private static final double RELAXED = 0.8;

    /** What becomes of what does not fit. */
    public enum Overflow {
        /** The oldest messages go. */
        DROP_HEAD,
        /** The new message is refused. */
        REJECT_PUBLISH,
        /** The new message is refused, and dead-lettered. */
        REJECT_PUBLISH_DLX
    }

    /** Whether new messages are refused. */
    boolean rejects() {
        return overflow != Overflow.DROP_HEAD;
    }

    /** Whether a queue that was full has so much less that it is not full any more. */
    boolean isFarFrom(long count, long bytes) {
        return count <= (long) (messages * RELAXED) && bytes <= (long) (this.bytes * RELAXED);
    }

    boolean allows(long count, long bodyBytes) {
        return count <= messages && bodyBytes <= bytes;
    }
}
