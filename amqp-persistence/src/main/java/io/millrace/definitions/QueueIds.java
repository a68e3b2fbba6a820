package io.millrace.definitions;

/**
 * Hands out queue ids from blocks that are reserved on the disk before their first id is used: an id costs no disk
 * write, and after a crash the rest of a block is skipped.
 *
 * <p>Invariant: no id above {@code reserved} has ever been handed out or stored, and the disk knows {@code reserved}.
 */
final class QueueIds {
    /** One disk write for so many declares; 2^31 / 1,000 restarts without a declare use up all ids. */
    static final int BLOCK = 1_000;

    private int last;
    private int reserved;

    /** Starts above everything that may have been handed out before. */
    QueueIds(int reserved) {
        this.last = reserved;
        this.reserved = reserved;
    }

    boolean isBlockUsedUp() {
        return last == reserved;
    }

    /** What the disk has to know before the next block may be used. */
    int endOfNextBlock() {
        if (reserved > Integer.MAX_VALUE - BLOCK) {
            throw new IllegalStateException(
                    "all " + Integer.MAX_VALUE + " queue ids of this data directory are used up");
        }
        return reserved + BLOCK;
    }

    boolean isReserved(int id) {
        return id <= reserved;
    }

    /** The disk knows it. */
    void reservedUpTo(int id) {
        reserved = Math.max(reserved, id);
    }

    /** The id is in use, whoever handed it out: this node's store, or that of another member of a cluster. */
    void used(int id) {
        last = Math.max(last, id);
    }

    int next() {
        assert last < reserved : "block used up at " + last;
        return ++last;
    }
}
