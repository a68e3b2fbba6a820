package io.millrace.server.queue;

/**
 * What sort of queue it is, which is settled when it is made.
 *
 * @param priorities null when messages are served in the order in which they came, whatever their priority
 * @param quorum whether it counts how often it delivered a message, and keeps all of them on the disk
 */
public record QueueKind(Priorities priorities, boolean quorum) {
    /** First come, first served. */
    public static final QueueKind PLAIN = new QueueKind(null, false);

    /** A quorum queue: messages without a priority are in the lower half. */
    public static final QueueKind QUORUM = new QueueKind(new Priorities(31, 4), true);

    /** How many ids a queue of this kind has in the log, one after the other. */
    public int storeIds() {
        int ofMessages = priorities == null ? 1 : priorities.count();
        return quorum ? ofMessages + 1 : ofMessages;
    }
}
