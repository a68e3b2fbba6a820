package io.millrace.server.queue;

/** Hears how far the messages of a queue may have been delivered. */
@FunctionalInterface
public interface DeliveredUpTo {
    /**
     * Messages with higher sequence numbers were not delivered.
     *
     * @param storeId an id that the queue has in the log
     */
    void deliveredUpTo(int storeId, long sequence);
}
