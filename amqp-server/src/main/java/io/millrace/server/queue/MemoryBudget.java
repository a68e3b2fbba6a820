package io.millrace.server.queue;

/** Counts what the messages in queues take on the heap. Any thread; called once a batch. */
public interface MemoryBudget {
    void add(long bytes);

    /** Whether so much is used that queues should put on the disk what they can; never, where nothing is limited. */
    default boolean isScarce() {
        return false;
    }

    /** Whether it will soon be used up, as when there are very many queues with a few messages each. */
    default boolean isNearlyUsedUp() {
        return false;
    }
}
