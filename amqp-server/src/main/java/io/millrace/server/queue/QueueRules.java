package io.millrace.server.queue;

/**
 * What a queue does besides keeping messages in order, as its arguments and the policies that apply to it ask for.
 *
 * @param singleActiveConsumer whether one consumer gets everything, and the next one only when that is gone
 * @param lengthLimit null for none
 * @param expiresMillis how long it may go without consumers, gets and declares until it is deleted, or {@link #NEVER}
 * @param messageTtlMillis how long a message may wait in it, or {@link #FOREVER}; 0 for those that nobody takes at once
 * @param deadLettering where what it gives up goes; null for nowhere
 * @param deliveryLimit how often a quorum queue delivers a message in vain until it gives it up, or
 *     {@link #NO_DELIVERY_LIMIT}
 * @param retry which of the messages that come back have to wait, and for how long; null when none has
 * @param consumerTimeoutMillis how long a delivery of a quorum queue may take to be settled, 0 for ever; or
 *     {@link #UNSET}
 * @param deduplication how duplicates are told; null where everything is taken
 */
public record QueueRules(
        boolean singleActiveConsumer,
        LengthLimit lengthLimit,
        long expiresMillis,
        long messageTtlMillis,
        DeadLettering deadLettering,
        long deliveryLimit,
        RetryRules retry,
        long consumerTimeoutMillis,
        DeduplicationRules deduplication) {
    /** In place of the time after which the queue goes: it stays. */
    public static final long NEVER = 0;

    /** In place of the time that a message may wait: any. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** In place of a number of deliveries: any. */
    public static final long NO_DELIVERY_LIMIT = Long.MAX_VALUE;

    /** In place of a time: the broker's settings say it. */
    public static final long UNSET = -1;

    /** Nothing besides. */
    public static final QueueRules PLAIN =
            new QueueRules(false, null, NEVER, FOREVER, null, NO_DELIVERY_LIMIT, null, UNSET, null);

    /** These rules with another {@link #singleActiveConsumer}. */
    public QueueRules withSingleActiveConsumer(boolean single) {
        return new QueueRules(
                single,
                lengthLimit,
                expiresMillis,
                messageTtlMillis,
                deadLettering,
                deliveryLimit,
                retry,
                consumerTimeoutMillis,
                deduplication);
    }

    /** These rules with another {@link #lengthLimit}. */
    public QueueRules withLengthLimit(LengthLimit limit) {
        return new QueueRules(
                singleActiveConsumer,
                limit,
                expiresMillis,
                messageTtlMillis,
                deadLettering,
                deliveryLimit,
                retry,
                consumerTimeoutMillis,
                deduplication);
    }

    /** These rules with another {@link #expiresMillis}. */
    public QueueRules withExpires(long millis) {
        return new QueueRules(
                singleActiveConsumer,
                lengthLimit,
                millis,
                messageTtlMillis,
                deadLettering,
                deliveryLimit,
                retry,
                consumerTimeoutMillis,
                deduplication);
    }

    /** These rules with another {@link #messageTtlMillis}. */
    public QueueRules withMessageTtl(long millis) {
        return new QueueRules(
                singleActiveConsumer,
                lengthLimit,
                expiresMillis,
                millis,
                deadLettering,
                deliveryLimit,
                retry,
                consumerTimeoutMillis,
                deduplication);
    }

    /** These rules with another {@link #deadLettering}. */
    public QueueRules withDeadLettering(DeadLettering target) {
        return new QueueRules(
                singleActiveConsumer,
                lengthLimit,
                expiresMillis,
                messageTtlMillis,
                target,
                deliveryLimit,
                retry,
                consumerTimeoutMillis,
                deduplication);
    }

    /** These rules with another {@link #deliveryLimit}. */
    public QueueRules withDeliveryLimit(long limit) {
        return new QueueRules(
                singleActiveConsumer,
                lengthLimit,
                expiresMillis,
                messageTtlMillis,
                deadLettering,
                limit,
                retry,
                consumerTimeoutMillis,
                deduplication);
    }

    /** These rules with another {@link #retry}. */
    public QueueRules withRetry(RetryRules rules) {
        return new QueueRules(
                singleActiveConsumer,
                lengthLimit,
                expiresMillis,
                messageTtlMillis,
                deadLettering,
                deliveryLimit,
                rules,
                consumerTimeoutMillis,
                deduplication);
    }

    /** These rules with another {@link #consumerTimeoutMillis}. */
    public QueueRules withConsumerTimeout(long millis) {
        return new QueueRules(
                singleActiveConsumer,
                lengthLimit,
                expiresMillis,
                messageTtlMillis,
                deadLettering,
                deliveryLimit,
                retry,
                millis,
                deduplication);
    }

    /** These rules with another {@link #deduplication}. */
    public QueueRules withDeduplication(DeduplicationRules rules) {
        return new QueueRules(
                singleActiveConsumer,
                lengthLimit,
                expiresMillis,
                messageTtlMillis,
                deadLettering,
                deliveryLimit,
                retry,
                consumerTimeoutMillis,
                rules);
    }
}
