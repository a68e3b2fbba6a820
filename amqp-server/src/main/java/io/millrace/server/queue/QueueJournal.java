package io.millrace.server.queue;

/**
 * What a queue writes so that it outlives the process. On one machine this is the write-ahead log; a replicated queue
 * writes the same effects through a replicated log. All calls are made on the loop that the journal belongs to, and
 * take effect in the order of the calls.
 */
public interface QueueJournal {
    /** The message entered the queue under this sequence number. */
    void publish(int queueId, long sequence, Message message);

    /**
     * The message entered the queue under this sequence number, and by that left the place where it was: after a crash
     * it is at one of them. The place need not be acknowledged, but may be once this is durable.
     */
    void move(int queueId, long sequence, Message message, LogPlace from);

    /** The messages with these sequence numbers (both included) are gone for good. Never waited for. */
    void acknowledge(int queueId, long firstSequence, long lastSequence);

    /** The queue and all it holds are gone. */
    void deleteQueue(int queueId);

    /** Calls {@link PublishBatch#settled} on the publisher's loop once everything written here so far is durable. */
    void settleWhenDurable(PublishBatch batch);

    /** Whether so much of what was written is not durable yet that publishers should wait for it. */
    default boolean isBehind() {
        return false;
    }

    /** Runs the action, on any thread, once everything written here so far is durable. It must not block. */
    default void whenDurable(Runnable action) {
        action.run();
    }
}
