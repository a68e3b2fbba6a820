package io.millrace.server.queue;

/** The publisher's side of a {@link PublishBatch}: a connection, or a queue that dead-letters. */
public interface PublishOrigin {
    /** The loop on which {@link #settled} is called. */
    HomeLoop loop();

    /** A queue has taken a batch of this many bytes: back-pressure may ease. Any thread. */
    void enqueued(long bytes);

    /** Everything in the batch is as safe as it will be: durable if it had to be. On {@link #loop()}. */
    void settled(PublishBatch batch);
}
