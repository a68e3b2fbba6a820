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
    /** What is in memory in one place where that is scarce, so that a short burst needs no disk. */
    private static final int SCARCE_MESSAGES = 256;
    /** What a queue has there in any case: with thousands of queues even a few hundred each are too many. */
    private static final int FEW_MESSAGES = 8;

    /** Messages and octets of a block where memory is scarce: many queues may have one each. */
    static final int SMALL_BLOCK_MESSAGES = 128;

    static final long SMALL_BLOCK_BYTES = 64 << 10;
    /** Messages of a block: read in a few milliseconds, which is what consumers take for them. */
    private static final int BLOCK_MESSAGES = 8192;
    /** One large read. */
    private static final long BLOCK_BYTES = 1 << 20;

    /**
     * Whether more messages belong on the disk: the one rule for everything that waits, whatever the queue is like.
     *
     * @param here how many there are in memory of those that they would come behind
     * @param all how many of the whole queue, and the octets of their bodies
     * @param messages how many would come, and what they take
     */
    boolean isFull(int here, long all, long allBytes, int messages, long bytes) {
        return store != null
                && (all + messages > messagesMax
                        || allBytes + bytes > bytesMax
                        || (here > SCARCE_MESSAGES && budget.isScarce())
                        || isNearlyUsedUp(all));
    }

    /** Whether a queue with so many messages in memory has to have no more there, wherever they would go. */
    boolean isNearlyUsedUp(long all) {
        return all > FEW_MESSAGES && store != null && budget.isNearlyUsedUp();
    }

    /** How many may wait in one place in any case, if the queue has not too many as a whole. */
    static int reserve() {
        return SCARCE_MESSAGES;
    }

    /** Whether what is in memory is so little that the next block should be read. */
    boolean isLow(int messages, long bytes) {
        return messages == 0 || (messages < blockMessages() && bytes < blockBytes() && !budget.isNearlyUsedUp());
    }

    /** How many messages are read at a time. */
    int blockMessages() {
        return budget.isScarce() ? SMALL_BLOCK_MESSAGES : BLOCK_MESSAGES;
    }

    /** How many octets are read at a time. */
    long blockBytes() {
        return budget.isScarce() ? SMALL_BLOCK_BYTES : BLOCK_BYTES;
    }

    /** For queues that have everything in memory. */
    public static QueueMemory alone(MemoryBudget budget) {
        return new QueueMemory(budget, null, Integer.MAX_VALUE, Long.MAX_VALUE);
    }
}
