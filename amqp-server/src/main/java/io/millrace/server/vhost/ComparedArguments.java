package io.millrace.server.vhost;

import static io.millrace.server.vhost.QueueArguments.DEAD_LETTER_EXCHANGE;

import java.util.List;

/**
 * The arguments that two declares of a queue must agree on, in the order in which RabbitMQ compares them: it is the
 * first difference that the error text names.
 */
final class ComparedArguments {
    private static final String EXPIRES = "x-expires";
    private static final String MESSAGE_TTL = "x-message-ttl";
    private static final String DEAD_LETTER_ROUTING_KEY = "x-dead-letter-routing-key";
    private static final String MAX_LENGTH = "x-max-length";
    private static final String OVERFLOW = "x-overflow";
    private static final String SINGLE_ACTIVE_CONSUMER = "x-single-active-consumer";
    private static final String LEADER_LOCATOR = "x-queue-leader-locator";

    private static final List<String> CLASSIC = List.of(
            EXPIRES,
            MESSAGE_TTL,
            DEAD_LETTER_EXCHANGE,
            DEAD_LETTER_ROUTING_KEY,
            MAX_LENGTH,
            StreamArguments.MAX_LENGTH_BYTES,
            "x-max-priority",
            OVERFLOW,
            "x-queue-mode",
            "x-queue-version",
            SINGLE_ACTIVE_CONSUMER,
            QueueType.ARGUMENT,
            "x-queue-master-locator",
            LEADER_LOCATOR,
            "x-delivery-limit",
            "x-delayed-retry-type",
            "x-delayed-retry-min",
            "x-delayed-retry-max",
            "x-delayed-retry-multiplier",
            "x-delayed-retry-jitter");

    private static final List<String> QUORUM = List.of(
            DEAD_LETTER_EXCHANGE,
            DEAD_LETTER_ROUTING_KEY,
            "x-dead-letter-strategy",
            EXPIRES,
            MAX_LENGTH,
            StreamArguments.MAX_LENGTH_BYTES,
            "x-max-in-memory-length",
            "x-max-in-memory-bytes",
            OVERFLOW,
            SINGLE_ACTIVE_CONSUMER,
            QueueType.ARGUMENT,
            "x-quorum-initial-group-size",
            "x-delivery-limit",
            MESSAGE_TTL,
            LEADER_LOCATOR,
            "x-consumer-disconnected-timeout",
            "x-consumer-timeout",
            "x-delayed-retry-type",
            "x-delayed-retry-min",
            "x-delayed-retry-max",
            "x-delayed-retry-multiplier",
            "x-delayed-retry-jitter");

    private static final List<String> STREAM = List.of(
            StreamArguments.MAX_LENGTH_BYTES,
            QueueType.ARGUMENT,
            StreamArguments.MAX_AGE,
            StreamArguments.SEGMENT_SIZE,
            StreamArguments.FILTER_SIZE,
            "x-initial-cluster-size",
            LEADER_LOCATOR);

    private ComparedArguments() {}

    static List<String> of(QueueType type) {
        return switch (type) {
            case CLASSIC -> CLASSIC;
            case QUORUM -> QUORUM;
            case STREAM -> STREAM;
        };
    }
}
