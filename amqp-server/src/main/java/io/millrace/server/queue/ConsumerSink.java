package io.millrace.server.queue;

/** The channel's side of a consumer: takes what the queue hands over. */
public interface ConsumerSink {
    /** The loop on which the other methods are called, except {@link #isWritable}. */
    HomeLoop loop();

    /** Whether its socket takes more; a queue hands over nothing until it does. Any thread. */
    boolean isWritable();

    /**
     * Counts bytes that were handed over and are not yet written to the socket, so that they stay bounded. Any thread.
     */
    void handedOver(long bytes);

    /** Sends the batch to the client and keeps what must be acknowledged. */
    void deliver(DeliveryBatch batch);

    /** The queue is gone, and the consumer with it. */
    void cancelledByQueue(QueueConsumer consumer);
}
