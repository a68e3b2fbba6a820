package io.millrace.log;

/** Takes what a log still holds when it is opened. Called on the opening thread. */
public interface RecoveryTarget {
    /** Whether this queue exists; records of other queues are ignored. Must not change its mind while recovering. */
    boolean isLive(int queueId);

    /**
     * What is left of a queue; called once for each live queue that the log knows. The messages are in segments.
     *
     * @param messages how many were published and not acknowledged
     * @param lastSequence the highest sequence that the log has seen; new messages must get higher ones
     * @param deliveredUpTo messages up to this sequence may have been delivered before; exact after a clean stop, the
     *     last sequence after any other
     */
    void recovered(int queueId, long messages, long lastSequence, long deliveredUpTo);
}
