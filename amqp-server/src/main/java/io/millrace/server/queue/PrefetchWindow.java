package io.millrace.server.queue;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many unacknowledged deliveries all consumers of a channel may have together: {@code basic.qos} with
 * {@code global=true}. The queues that feed the channel live on different loops, so the count is an atomic; channels
 * without a limit pay one addition a batch for it.
 */
public final class PrefetchWindow {
    private final AtomicInteger outstanding = new AtomicInteger();
    private volatile int limit;

    /** Sets the limit; 0 means none. */
    public void limit(int newLimit) {
        limit = newLimit;
    }

    public boolean isLimited() {
        return limit != 0;
    }

    /** Whether a place is free, for who takes none. */
    boolean hasPlace() {
        int max = limit;
        return max == 0 || outstanding.get() < max;
    }

    /** Takes one place; false when none is free. */
    boolean tryAcquire() {
        while (true) {
            int max = limit;
            int taken = outstanding.get();
            if (max != 0 && taken >= max) {
                return false;
            }
            if (outstanding.compareAndSet(taken, taken + 1)) {
                return true;
            }
        }
    }

    /** Takes places without asking, for a channel that has no limit now but may get one. */
    void acquire(int count) {
        outstanding.addAndGet(count);
    }

    /** Frees places: deliveries were settled. */
    public void release(int count) {
        outstanding.addAndGet(-count);
    }
}
