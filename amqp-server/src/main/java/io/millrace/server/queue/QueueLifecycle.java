package io.millrace.server.queue;

/** Whoever created a queue hears from it that it has served its purpose. */
public interface QueueLifecycle {
    /** The last consumer of an auto-delete queue is gone, or nobody used one that expires. On the queue's loop. */
    void servedItsPurpose(Queue queue);
}
