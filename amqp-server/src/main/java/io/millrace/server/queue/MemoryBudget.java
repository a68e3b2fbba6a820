package io.millrace.server.queue;

/** Counts what the messages in queues take on the heap. Any thread; called once a batch. */
public interface MemoryBudget {
    void add(long bytes);
}
