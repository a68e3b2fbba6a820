package io.millrace.server.policy;

import static io.millrace.server.policy.EntityKind.CLASSIC_QUEUE;
import static io.millrace.server.policy.EntityKind.QUORUM_QUEUE;
import static io.millrace.server.policy.EntityKind.STREAM;

import io.millrace.server.security.NamePattern;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Every key that a policy may have. Names, checks and texts are those of RabbitMQ 4.3; the keys of its federation and
 * sharding plugins, and those that tune what works another way here, are taken and do nothing.
 */
final class PolicyKeys {
    private static final String ALTERNATE_EXCHANGE_KEY = "alternate-exchange";
    private static final String RETRY_TYPE = "delayed-retry-type";
    private static final String RETRY_MIN = "delayed-retry-min";
    private static final String DISABLED = "disabled";
    private static final long SEGMENT_SIZE_MAX = 3_000_000_000L;

    private static final Map<String, PolicyKey> BY_NAME = List.of(
                    PolicyKey.of("message-ttl", from(0), "%s is not a valid message TTL", Choice.LOWER)
                            .forOperators(Choice.LOWER)
                            .notFor(STREAM),
                    PolicyKey.of("expires", from(1), "%s is not a valid queue expiry", Choice.LOWER)
                            .forOperators(Choice.LOWER)
                            .notFor(STREAM),
                    PolicyKey.of("max-length", from(0), "%s is not a valid maximum length", Choice.LOWER)
                            .forOperators(Choice.LOWER)
                            .notFor(STREAM),
                    PolicyKey.of("max-length-bytes", from(0), "%s is not a valid maximum length in bytes", Choice.LOWER)
                            .forOperators(Choice.LOWER),
                    PolicyKey.of(
                                    "max-in-memory-length",
                                    from(0),
                                    "%s is not a valid maximum memory in bytes",
                                    Choice.LOWER)
                            .forOperators(Choice.LOWER)
                            .notFor(CLASSIC_QUEUE, STREAM),
                    PolicyKey.of(
                                    "max-in-memory-bytes",
                                    from(0),
                                    "%s is not a valid maximum memory in bytes",
                                    Choice.LOWER)
                            .forOperators(Choice.LOWER)
                            .notFor(CLASSIC_QUEUE, STREAM),
                    PolicyKey.of(
                                    "overflow",
                                    oneOf("drop-head", "reject-publish", "reject-publish-dlx"),
                                    "%s is not a valid overflow value",
                                    Choice.FIRST)
                            .forOperators(Choice.SECOND)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "dead-letter-exchange",
                                    String.class::isInstance,
                                    "%s is not a valid dead letter exchange name",
                                    Choice.FIRST)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "dead-letter-routing-key",
                                    String.class::isInstance,
                                    "%s is not a valid dead letter routing key",
                                    Choice.FIRST)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "dead-letter-strategy",
                                    oneOf("at-most-once", "at-least-once"),
                                    "%s is not a valid dead letter strategy",
                                    Choice.FIRST)
                            .notFor(CLASSIC_QUEUE, STREAM),
                    PolicyKey.of(
                                    "delivery-limit",
                                    Long.class::isInstance,
                                    "%s is not a valid delivery limit",
                                    Choice.LOWER_LIMIT)
                            .forOperators(Choice.LOWER_LIMIT)
                            .notFor(CLASSIC_QUEUE, STREAM),
                    PolicyKey.of("consumer-timeout", from(0), "%s is not a valid consumer timeout", Choice.LOWER),
                    PolicyKey.of(
                            "consumer-disconnected-timeout",
                            from(0),
                            "%s is not a valid consumer disconnected timeout",
                            Choice.LOWER),
                    PolicyKey.of(
                                    RETRY_TYPE,
                                    oneOf("all", "failed", "returned", DISABLED),
                                    "%s is not a valid delayed retry type. Must be one of: all, failed, returned,"
                                            + " disabled",
                                    Choice.FIRST)
                            .forOperators(Choice.SECOND),
                    PolicyKey.of(
                                    RETRY_MIN,
                                    from(1),
                                    "%s is not a valid delayed retry minimum delay. Must be a positive integer",
                                    Choice.FIRST)
                            .forOperators(Choice.HIGHER),
                    PolicyKey.of(
                                    "delayed-retry-max",
                                    from(1),
                                    "%s is not a valid delayed retry maximum delay. Must be a positive integer",
                                    Choice.FIRST)
                            .forOperators(Choice.LOWER),
                    PolicyKey.of(
                                    "delayed-retry-multiplier",
                                    from(1),
                                    "%s is not a valid delayed retry multiplier. Must be a positive integer",
                                    Choice.FIRST)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "delayed-retry-jitter",
                                    between(0, 100),
                                    "%s is not a valid delayed retry jitter. Valid range is 0-100",
                                    Choice.FIRST)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "max-age",
                                    value -> value instanceof String age && MaxAge.isValid(age),
                                    "%s is not a valid max age",
                                    Choice.YOUNGER)
                            .notFor(CLASSIC_QUEUE, QUORUM_QUEUE),
                    PolicyKey.of(
                                    "stream-max-segment-size-bytes",
                                    between(0, SEGMENT_SIZE_MAX),
                                    "%s is not a valid segment size",
                                    Choice.FIRST)
                            .notFor(CLASSIC_QUEUE, QUORUM_QUEUE),
                    PolicyKey.of(
                            "stream-filter-size-bytes",
                            between(16, 255),
                            "%s is not a valid filter size. Valid range is 16-255",
                            Choice.FIRST),
                    PolicyKey.of("initial-cluster-size", from(0), "%s is not a valid cluster size", Choice.FIRST)
                            .notFor(CLASSIC_QUEUE, QUORUM_QUEUE),
                    PolicyKey.of("target-group-size", from(1), "%s is not a valid qq target count value", Choice.FIRST)
                            .forOperators(Choice.HIGHER)
                            .notFor(CLASSIC_QUEUE, STREAM),
                    PolicyKey.of(
                            "queue-leader-locator",
                            oneOf("client-local", "balanced", "random", "least-leaders"),
                            "%s is not a valid queue leader locator value",
                            Choice.FIRST),
                    PolicyKey.of(
                                    "queue-master-locator",
                                    String.class::isInstance,
                                    "%s is not a valid queue master locator",
                                    Choice.FIRST)
                            .forOperators(Choice.SECOND)
                            .notFor(QUORUM_QUEUE, STREAM),
                    PolicyKey.of("queue-version", between(1, 2), "%s is not a valid queue-version value", Choice.FIRST)
                            .forOperators(Choice.SECOND),
                    PolicyKey.of(
                                    "queue-mode",
                                    oneOf("lazy", "default"),
                                    "%s is not a valid queue-mode value",
                                    Choice.FIRST)
                            .notFor(QUORUM_QUEUE, STREAM),
                    PolicyKey.of(
                            ALTERNATE_EXCHANGE_KEY,
                            String.class::isInstance,
                            "%s is not a valid alternate exchange name",
                            Choice.FIRST),
                    PolicyKey.of(
                            "federation-upstream",
                            String.class::isInstance,
                            "%s is not a valid federation upstream name",
                            Choice.FIRST),
                    PolicyKey.of(
                            "federation-upstream-set",
                            String.class::isInstance,
                            "%s is not a valid federation upstream set name",
                            Choice.FIRST),
                    PolicyKey.of(
                            "federation-upstream-pattern",
                            value -> value instanceof String regex && NamePattern.errorIn(regex) == null,
                            "%s is not a valid federation upstream pattern name",
                            Choice.FIRST),
                    PolicyKey.of(
                                    "x-message-deduplication",
                                    Boolean.class::isInstance,
                                    "\"x-message-deduplication\" must be a boolean, got %s",
                                    Choice.SECOND)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "x-cache-size",
                                    from(1),
                                    "\"x-cache-size\" must be an integer greater than 0, got %s",
                                    Choice.SECOND)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "x-cache-ttl",
                                    from(1),
                                    "\"x-cache-ttl\" must be an integer greater than 0, got %s",
                                    Choice.SECOND)
                            .notFor(STREAM),
                    PolicyKey.of(
                                    "x-cache-persistence",
                                    oneOf("disk", "memory"),
                                    "\"x-cache-persistence\" must be either \"disk\" or \"memory\", got %s",
                                    Choice.SECOND)
                            .notFor(STREAM),
                    PolicyKey.of(
                            "shards-per-node",
                            Long.class::isInstance,
                            "shards-per-node should be a number, actually was %s",
                            Choice.FIRST))
            .stream()
            .collect(Collectors.toUnmodifiableMap(PolicyKey::name, Function.identity()));

    private PolicyKeys() {}

    /** The key of that name; null when there is none. */
    static PolicyKey named(String name) {
        return BY_NAME.get(name);
    }

    private static Predicate<Object> from(long min) {
        return between(min, Long.MAX_VALUE);
    }

    private static Predicate<Object> between(long min, long max) {
        return value -> value instanceof Long number && number >= min && number <= max;
    }

    private static Predicate<Object> oneOf(String... words) {
        return Set.of(words)::contains;
    }

    /**
     * Checks a whole definition.
     *
     * @param operator whether it is one of an operator policy, which may say less
     * @throws InvalidPolicyException it is empty, a value makes no sense, or a key is unknown
     */
    static void check(Map<String, Object> definition, boolean operator) throws InvalidPolicyException {
        if (definition.isEmpty()) {
            throw new InvalidPolicyException("no policy provided");
        }
        Map<String, Object> unknown = new TreeMap<>();
        for (Map.Entry<String, Object> entry : definition.entrySet()) {
            PolicyKey key = named(entry.getKey());
            if (key == null || (operator && key.besideOperator() == null)) {
                unknown.put(entry.getKey(), entry.getValue());
            } else {
                key.check(entry.getValue());
            }
        }
        Object retry = definition.getOrDefault(RETRY_TYPE, DISABLED);
        if (!retry.equals(DISABLED) && !definition.containsKey(RETRY_MIN)) {
            throw new InvalidPolicyException(RETRY_MIN + " is required when " + RETRY_TYPE + " is " + retry);
        }
        if (!unknown.isEmpty()) {
            throw new InvalidPolicyException(ErlangText.pairs(unknown) + " are not recognised policy settings");
        }
    }
}
