package io.millrace.server.metrics;

/** The buckets of the histogram of message sizes, RabbitMQ's. */
final class MessageSizes {
    private static final long[] UPPER_BOUNDS = {
        100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 50_000_000, 100_000_000
    };

    /** One for each bound, and one for what is larger. */
    static final int BUCKETS = UPPER_BOUNDS.length + 1;

    private MessageSizes() {}

    /** The bucket that a size belongs to. Most messages are small, so the search begins there. */
    static int bucketOf(long bytes) {
        int bucket = 0;
        while (bucket < UPPER_BOUNDS.length && bytes > UPPER_BOUNDS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    /** The largest size in a bucket, in octets; infinity for the last. */
    static double upperBound(int bucket) {
        return bucket == UPPER_BOUNDS.length ? Double.POSITIVE_INFINITY : UPPER_BOUNDS[bucket];
    }
}
