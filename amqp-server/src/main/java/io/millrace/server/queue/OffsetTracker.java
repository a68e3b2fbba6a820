package io.millrace.server.queue;

import java.util.TreeSet;

/**
 * How far one consumer of a stream has come: everything before its mark was acknowledged or rejected. A message that it
 * put back holds the mark where it is, so that whoever takes over gets it again. Belongs to the queue's loop.
 */
final class OffsetTracker {
    private final String name;
    /** Delivered and not settled: as many as the consumer's prefetch count at most. */
    private final TreeSet<Long> unsettled = new TreeSet<>();

    private long next;

    OffsetTracker(String name) {
        this.name = name;
    }

    /** Whose mark it is. */
    String name() {
        return name;
    }

    void delivered(long offset) {
        unsettled.add(offset);
        next = offset + 1;
    }

    /** Takes what was settled; returns whether all of it is done with. */
    boolean settled(SettleBatch batch) {
        if (batch.outcome().requeues()) {
            return false;
        }
        for (int i = 0; i < batch.count(); i++) {
            unsettled.remove(batch.sequence(i));
        }
        return true;
    }

    boolean isIdle() {
        return unsettled.isEmpty();
    }

    /** The offset where a successor begins. */
    long mark() {
        return unsettled.isEmpty() ? next : unsettled.first();
    }
}
