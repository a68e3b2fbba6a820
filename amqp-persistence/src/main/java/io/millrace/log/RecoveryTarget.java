package io.millrace.log;

/** Takes what a log still holds when it is opened. Called on the opening thread. */
public interface RecoveryTarget {
    /** Whether this queue exists; records of other queues are ignored. Must not change its mind while recovering. */
    boolean isLive(int queueId);

    /**
     * A message that was published and not acknowledged. The messages of one queue come in the order of their sequence,
     * each once; those of different queues come mixed, as they lie in the log.
     *
     * @param content exactly what was stored, owned by the callee
     * @param maybeDelivered whether it may have been delivered before; exact after a clean stop, true after any other
     */
    void message(int queueId, long sequence, byte[] content, boolean maybeDelivered);

    /**
     * The highest sequence of the queue that the log has seen; called after all messages, once for each live queue that
     * the log knows. New messages must get higher ones.
     */
    void lastSequence(int queueId, long sequence);
}
