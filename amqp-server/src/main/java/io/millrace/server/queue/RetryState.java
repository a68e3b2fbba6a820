package io.millrace.server.queue;

/**
 * What is kept with a message that came back to its queue and waits, or waited, for its next delivery.
 *
 * @param dueAt when it may be delivered again, in milliseconds since 1970; {@link #PARKED} for one that has failed too
 *     often and has nowhere to go
 * @param failures how often it was delivered in vain
 * @param acquisitions how often it was delivered
 */
record RetryState(long dueAt, int failures, int acquisitions) {
    /** In place of a time: it does not come back by itself. */
    static final long PARKED = Long.MAX_VALUE;

    /** That of a message that was never delivered before. */
    static final RetryState NONE = new RetryState(0, 0, 0);

    /** Octets in the log. */
    static final int BYTES = Long.BYTES + 2 * Integer.BYTES;

    /** That of a message of which it is known only how often it was delivered in vain. */
    static RetryState failed(int failures) {
        return failures == 0 ? NONE : new RetryState(0, failures, 0);
    }

    RetryState dueAt(long millis) {
        return new RetryState(millis, failures, acquisitions);
    }
}
