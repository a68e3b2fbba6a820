package io.millrace.server.queue;

/**
 * After which returns a message has to wait before it is delivered again, and for how long.
 *
 * @param failed whether those count that are failures: refused by {@code basic.reject}, or its channel went away
 * @param returned whether those count that are none: {@code basic.nack} and {@code basic.recover}
 * @param minMillis the shortest delay
 * @param maxMillis the longest delay
 * @param multiplier what each delay is longer by than the one before, as a factor; 1 for a fixed delay, {@link #LINEAR}
 *     for one that grows by the shortest delay each time
 * @param jitterPercent the share of a delay that is left to chance: it is shortened by so much at most
 */
public record RetryRules(
        boolean failed, boolean returned, long minMillis, long maxMillis, long multiplier, int jitterPercent) {
    /** In place of a multiplier: the delay grows by the same time after each attempt. */
    public static final long LINEAR = 0;

    private static final int PERCENT = 100;

    /** Whether a message has to wait after a return of this sort. */
    boolean delays(boolean failure) {
        return failure ? failed : returned;
    }

    /**
     * The delay after a number of failures, before chance has its share.
     *
     * @param failures none count as one
     */
    long fullMillis(int failures) {
        long attempt = Math.max(1, failures);
        if (multiplier == 1) {
            return Math.min(minMillis, maxMillis);
        }
        if (multiplier == LINEAR) {
            return attempt > maxMillis / minMillis ? maxMillis : Math.min(minMillis * attempt, maxMillis);
        }
        long delay = minMillis;
        for (long i = 1; i < attempt && delay < maxMillis; i++) {
            delay = delay > maxMillis / multiplier ? maxMillis : delay * multiplier;
        }
        return Math.min(delay, maxMillis);
    }

    /** The delay, where chance has taken this share of what is left to it, from 0 to 1. */
    long millis(int failures, double share) {
        long full = fullMillis(failures);
        return full - (long) (full * (double) jitterPercent / PERCENT * share);
    }
}
