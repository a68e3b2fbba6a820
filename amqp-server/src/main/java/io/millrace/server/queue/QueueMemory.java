package io.millrace.server.queue;

/**
 * What a queue may have in memory, and where it puts the rest.
 *
 * @param budget counts what the messages of all queues take
 * @param store where the rest goes; null when there is no such place
 * @param messagesMax messages that may wait in memory, per queue
 * @param bytesMax octets of their bodies that may
 */
public record QueueMemory(MemoryBudget budget, MessageStore store, int messagesMax, long bytesMax) {
    /** For queues that have everything in memory. */
    public static QueueMemory alone(MemoryBudget budget) {
        return new QueueMemory(budget, null, Integer.MAX_VALUE, Long.MAX_VALUE);
    }
}
