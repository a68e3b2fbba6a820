package io.millrace.server.vhost;

import static io.millrace.server.vhost.QueueType.CLASSIC;
import static io.millrace.server.vhost.QueueType.QUORUM;
import static io.millrace.server.vhost.QueueType.STREAM;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.DeadLettering;
import io.millrace.server.queue.LengthLimit;
import io.millrace.server.queue.Priorities;
import io.millrace.server.queue.QueueKind;
import io.millrace.server.queue.QueueRules;
import io.millrace.server.queue.RetryRules;
import io.millrace.server.routing.DeduplicatingExchange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The arguments of {@code queue.declare} that mean something: which types of queue take them, and which values. An
 * argument that is in no row here is kept and means nothing; one that is only for other types is refused.
 *
 * <p>On purpose more is taken than by RabbitMQ 4.3, for what older applications send: {@code x-queue-version} 1 and
 * {@code x-queue-master-locator}.
 */
final class QueueArguments {
    static final String DEAD_LETTER_EXCHANGE = "x-dead-letter-exchange";

    private static final String EXPIRES = "x-expires";
    private static final String MAX_LENGTH = "x-max-length";
    private static final String MAX_PRIORITY = "x-max-priority";
    private static final String DELIVERY_LIMIT = "x-delivery-limit";
    private static final long DELIVERY_LIMIT_DEFAULT = 20;
    private static final String RETRY_TYPE = "x-delayed-retry-type";
    private static final String RETRY_MIN = "x-delayed-retry-min";
    private static final String RETRY_MAX = "x-delayed-retry-max";
    private static final String RETRY_MULTIPLIER = "x-delayed-retry-multiplier";
    private static final String RETRY_JITTER = "x-delayed-retry-jitter";
    private static final long JITTER_MAX = 100;
    private static final Set<String> RETRY_TYPES = Set.of("all", "failed", "returned");
    private static final String CONSUMER_TIMEOUT = "x-consumer-timeout";
    private static final String OVERFLOW = "x-overflow";
    private static final String REJECT_PUBLISH = "reject-publish";
    private static final Map<String, LengthLimit.Overflow> OVERFLOWS = Map.of(
            "drop-head",
            LengthLimit.Overflow.DROP_HEAD,
            REJECT_PUBLISH,
            LengthLimit.Overflow.REJECT_PUBLISH,
            "reject-publish-dlx",
            LengthLimit.Overflow.REJECT_PUBLISH_DLX);
    private static final String MESSAGE_TTL = "x-message-ttl";
    private static final String DEAD_LETTER_ROUTING_KEY = "x-dead-letter-routing-key";
    private static final String DEAD_LETTER_STRATEGY = "x-dead-letter-strategy";
    private static final String AT_LEAST_ONCE = "at-least-once";
    private static final String SINGLE_ACTIVE_CONSUMER = "x-single-active-consumer";
    private static final long SEGMENT_SIZE_MAX = 3_000_000_000L;
    private static final long FILTER_SIZE_MIN = 16;
    private static final long FILTER_SIZE_MAX = 255;
    private static final long PRIORITY_MAX = 255;

    private record Argument(String name, ArgumentCheck check, Set<QueueType> types) {
        static Argument of(String name, ArgumentCheck check, QueueType... types) {
            return new Argument(name, check, Set.of(types));
        }
    }

    /** In the order in which they are checked. */
    private static final List<Argument> ARGUMENTS = List.of(
            Argument.of(EXPIRES, ArgumentCheck.POSITIVE_MILLIS, CLASSIC, QUORUM),
            Argument.of(MESSAGE_TTL, ArgumentCheck.MILLIS, CLASSIC, QUORUM),
            Argument.of(DEAD_LETTER_EXCHANGE, ArgumentCheck.TEXT, CLASSIC, QUORUM),
            Argument.of(
                    DEAD_LETTER_ROUTING_KEY,
                    ArgumentCheck.textBeside(DEAD_LETTER_EXCHANGE, "routing_key_but_no_dlx_defined"),
                    CLASSIC,
                    QUORUM),
            Argument.of(
                    DEAD_LETTER_STRATEGY,
                    ArgumentCheck.oneOf("invalid_dlx_strategy", "at-most-once", AT_LEAST_ONCE),
                    QUORUM),
            Argument.of(MAX_LENGTH, ArgumentCheck.NOT_NEGATIVE, CLASSIC, QUORUM),
            Argument.of(StreamArguments.MAX_LENGTH_BYTES, ArgumentCheck.NOT_NEGATIVE, CLASSIC, QUORUM, STREAM),
            Argument.of("x-max-in-memory-length", ArgumentCheck.NOT_NEGATIVE, QUORUM),
            Argument.of("x-max-in-memory-bytes", ArgumentCheck.NOT_NEGATIVE, QUORUM),
            Argument.of(MAX_PRIORITY, ArgumentCheck.upTo(PRIORITY_MAX), CLASSIC),
            Argument.of(
                    OVERFLOW,
                    ArgumentCheck.oneOf("invalid_overflow", "drop-head", REJECT_PUBLISH, "reject-publish-dlx"),
                    CLASSIC,
                    QUORUM),
            Argument.of("x-queue-mode", ArgumentCheck.ANY, CLASSIC),
            Argument.of(
                    "x-queue-version", ArgumentCheck.NOT_NEGATIVE.then(QueueArguments::unsupportedVersion), CLASSIC),
            Argument.of(SINGLE_ACTIVE_CONSUMER, ArgumentCheck.BOOL, CLASSIC, QUORUM),
            Argument.of(StreamArguments.MAX_AGE, StreamArguments.VALID_AGE, STREAM),
            Argument.of(StreamArguments.SEGMENT_SIZE, ArgumentCheck.NOT_NEGATIVE, STREAM),
            Argument.of(StreamArguments.FILTER_SIZE, ArgumentCheck.NOT_NEGATIVE, STREAM),
            Argument.of("x-initial-cluster-size", ArgumentCheck.POSITIVE, STREAM),
            Argument.of(CONSUMER_TIMEOUT, ArgumentCheck.NOT_NEGATIVE, QUORUM),
            Argument.of("x-consumer-disconnected-timeout", ArgumentCheck.NOT_NEGATIVE, QUORUM),
            Argument.of("x-quorum-initial-group-size", ArgumentCheck.POSITIVE, QUORUM),
            Argument.of(DELIVERY_LIMIT, ArgumentCheck.ANY, QUORUM),
            Argument.of(
                    RETRY_TYPE,
                    onClassic(
                            ArgumentCheck.oneOf("invalid_delayed_retry_type", "all", "failed", "returned", "disabled")),
                    CLASSIC,
                    QUORUM),
            Argument.of(RETRY_MIN, onClassic(ArgumentCheck.POSITIVE_MILLIS), CLASSIC, QUORUM),
            Argument.of(RETRY_MAX, onClassic(ArgumentCheck.POSITIVE_MILLIS), CLASSIC, QUORUM),
            Argument.of(RETRY_MULTIPLIER, ArgumentCheck.POSITIVE, CLASSIC, QUORUM),
            Argument.of(RETRY_JITTER, ArgumentCheck.upTo(JITTER_MAX), CLASSIC, QUORUM),
            Argument.of(DeduplicatingExchange.TYPE, ArgumentCheck.BOOL, CLASSIC, QUORUM),
            Argument.of(DeduplicatingExchange.CACHE_SIZE, ArgumentCheck.POSITIVE, CLASSIC, QUORUM),
            Argument.of(DeduplicatingExchange.CACHE_TTL, ArgumentCheck.POSITIVE_MILLIS, CLASSIC, QUORUM),
            Argument.of(
                    DeduplicatingExchange.CACHE_PERSISTENCE,
                    ArgumentCheck.oneOf("invalid_cache_persistence", "disk", "memory"),
                    CLASSIC,
                    QUORUM),
            Argument.of(DeduplicatingExchange.HEADER, ArgumentCheck.TEXT, CLASSIC, QUORUM),
            Argument.of("x-queue-master-locator", ArgumentCheck.ANY, CLASSIC),
            Argument.of(
                    "x-queue-leader-locator",
                    ArgumentCheck.oneOf(
                            "invalid_queue_locator_arg",
                            "client-local",
                            "balanced",
                            "random",
                            "least-leaders",
                            "min-masters"),
                    CLASSIC,
                    QUORUM,
                    STREAM));

    /** The arguments that a type does not take, in the order in which they are refused. */
    private static final Map<QueueType, Set<String>> FOREIGN =
            Map.of(CLASSIC, foreignTo(CLASSIC), QUORUM, foreignTo(QUORUM), STREAM, foreignTo(STREAM));

    private QueueArguments() {}

    private static Set<String> foreignTo(QueueType type) {
        Set<String> names = new TreeSet<>();
        for (Argument argument : ARGUMENTS) {
            if (!argument.types().contains(type)) {
                names.add(argument.name());
            }
        }
        return names;
    }

    /** For quorum queues, as in RabbitMQ, a value that makes no sense is as good as none. */
    private static ArgumentCheck onClassic(ArgumentCheck check) {
        return (value, all) -> QueueType.of(all) == CLASSIC ? check.errorOf(value, all) : null;
    }

    /** A classic queue counts deliveries where it delays some of them, and only there. */
    private static boolean isBesideRetries(QueueType type, String argument, FieldTable arguments) {
        return type == CLASSIC && argument.equals(DELIVERY_LIMIT) && arguments.get(RETRY_MIN) != null;
    }

    /** Whether an argument has an effect on a queue that was declared with these. */
    static boolean counts(QueueType type, String argument, FieldTable declared) {
        return type != CLASSIC || !argument.equals(DELIVERY_LIMIT) || isBesideRetries(type, argument, declared);
    }

    private static String unsupportedVersion(long version) {
        return version == 1 || version == 2 ? null : "\"unsupported queue version '" + version + "'\"";
    }

    /**
     * Whether a queue may be made so.
     *
     * @param queue as error texts name it
     * @throws ChannelError PRECONDITION_FAILED when an argument has a wrong type or value, or does not go with the type
     *     of the queue
     */
    static void check(QueueDeclaration declaration, String queue, Compatibility compatibility) {
        FieldTable arguments = declaration.arguments();
        QueueType type = QueueType.of(arguments);
        if (type != CLASSIC && declaration.serverNamed()) {
            throw refused("Cannot declare a server-named queue for type " + type.errorName());
        }
        if (arguments.isEmpty()) {
            return;
        }
        checkDeadLetterExchange(arguments.get(DEAD_LETTER_EXCHANGE), queue);
        checkType(arguments.get(QueueType.ARGUMENT), queue);
        for (Argument argument : ARGUMENTS) {
            if (argument.types().contains(type) || isBesideRetries(type, argument.name(), arguments)) {
                checkValue(argument.name(), argument.check(), arguments, queue);
            }
        }
        refuseForeign(arguments, queue, type, compatibility);
        if (type != CLASSIC) {
            checkProperties(declaration, queue);
        }
        if (type == STREAM) {
            checkStream(arguments);
        }
    }

    /** Arguments that say their type are looked at in the order in which they came, others by name, as in RabbitMQ. */
    private static void refuseForeign(FieldTable arguments, String queue, QueueType type, Compatibility compatibility) {
        Set<String> names = arguments.asMap().keySet();
        for (String name : names.contains(QueueType.ARGUMENT) ? names : new TreeSet<>(names)) {
            boolean ignored = name.equals(CONSUMER_TIMEOUT) && compatibility.ignoresTimeouts();
            if (!ignored && FOREIGN.get(type).contains(name) && !isBesideRetries(type, name, arguments)) {
                refuseForType(name, arguments, queue, type);
            }
        }
    }

    private static void checkDeadLetterExchange(FieldValue exchange, String queue) {
        if (exchange != null && !(exchange instanceof FieldValue.Text)) {
            throw refused(
                    "invalid type '" + exchange.typeName() + "' for arg '" + DEAD_LETTER_EXCHANGE + "' in " + queue);
        }
    }

    private static void checkType(FieldValue type, String queue) {
        if (type == null) {
            return;
        }
        if (!(type instanceof FieldValue.Text)) {
            throw invalid(QueueType.ARGUMENT, queue, ": {unacceptable_type," + type.typeName() + "}");
        }
        if (QueueType.named(type.toString()) == null) {
            throw invalid(QueueType.ARGUMENT, queue, ": \"unsupported queue type '" + type + "'\"");
        }
    }

    /** @throws ChannelError PRECONDITION_FAILED when the argument is there and the check finds fault with it */
    static void checkValue(String argument, ArgumentCheck check, FieldTable arguments, String queue) {
        FieldValue value = arguments.get(argument);
        String error = value == null ? null : check.errorOf(value, arguments);
        if (error != null) {
            throw invalid(argument, queue, ": " + error);
        }
    }

    /** @throws ChannelError PRECONDITION_FAILED when the argument is there, which is for queues of other types */
    static void refuseForType(String argument, FieldTable arguments, String queue, QueueType type) {
        if (arguments.get(argument) != null) {
            throw invalid(argument, queue, " of queue type " + type.errorName());
        }
    }

    /** Quorum queues and streams outlive connections and restarts, or they would not be what they are. */
    private static void checkProperties(QueueDeclaration declaration, String queue) {
        if (declaration.autoDelete()) {
            throw refused("invalid property 'auto-delete' for " + queue);
        }
        if (declaration.owner() != null) {
            throw refused("invalid property 'exclusive-owner' for " + queue);
        }
        if (!declaration.durable()) {
            throw refused("invalid property 'non-durable' for " + queue);
        }
    }

    private static void checkStream(FieldTable arguments) {
        FieldValue segment = arguments.get(StreamArguments.SEGMENT_SIZE);
        if (segment != null && segment.asLong() > SEGMENT_SIZE_MAX) {
            throw refused("Exceeded max value for " + StreamArguments.SEGMENT_SIZE);
        }
        FieldValue filter = arguments.get(StreamArguments.FILTER_SIZE);
        if (filter != null && (filter.asLong() < FILTER_SIZE_MIN || filter.asLong() > FILTER_SIZE_MAX)) {
            throw refused("Invalid value for " + StreamArguments.FILTER_SIZE);
        }
    }

    /** What a queue with these arguments, which passed the checks, has to do. */
    static QueueRules rules(FieldTable arguments) {
        if (arguments.isEmpty()) {
            return QueueRules.PLAIN;
        }
        RetryRules retry = retry(arguments);
        boolean singleActive =
                arguments.get(SINGLE_ACTIVE_CONSUMER) instanceof FieldValue.Bool single && single.value();
        return QueueRules.PLAIN
                .withSingleActiveConsumer(singleActive)
                .withLengthLimit(lengthLimit(arguments))
                .withExpires(numberOr(QueueRules.NEVER, arguments.get(EXPIRES)))
                .withMessageTtl(numberOr(QueueRules.FOREVER, arguments.get(MESSAGE_TTL)))
                .withDeadLettering(deadLettering(arguments))
                .withDeliveryLimit(deliveryLimit(arguments, retry != null))
                .withRetry(retry)
                .withConsumerTimeout(numberOr(QueueRules.UNSET, arguments.get(CONSUMER_TIMEOUT)))
                .withDeduplication(DeduplicationArguments.ofQueue(arguments));
    }

    private static RetryRules retry(FieldTable arguments) {
        QueueType queueType = QueueType.of(arguments);
        long min = positiveOr(0, arguments.get(RETRY_MIN));
        if (min == 0 || queueType == STREAM) {
            return null;
        }
        FieldValue given = arguments.get(RETRY_TYPE);
        String absent = queueType == CLASSIC ? "all" : "disabled";
        String type = given == null ? absent : given.toString();
        if (!RETRY_TYPES.contains(type)) {
            return null;
        }
        return new RetryRules(
                !type.equals("returned"),
                !type.equals("failed"),
                min,
                positiveOr(ArgumentCheck.MILLIS_MAX, arguments.get(RETRY_MAX)),
                positiveOr(RetryRules.LINEAR, arguments.get(RETRY_MULTIPLIER)),
                (int) Math.min(JITTER_MAX, positiveOr(0, arguments.get(RETRY_JITTER))));
    }

    private static long positiveOr(long absent, FieldValue number) {
        return number != null && number.isInteger() && number.asLong() > 0 ? number.asLong() : absent;
    }

    private static long deliveryLimit(FieldTable arguments, boolean retries) {
        if (QueueType.of(arguments) != QUORUM && !retries) {
            return QueueRules.NO_DELIVERY_LIMIT;
        }
        FieldValue limit = arguments.get(DELIVERY_LIMIT);
        if (limit == null || !limit.isInteger()) {
            return DELIVERY_LIMIT_DEFAULT;
        }
        return limit.asLong() < 0 ? QueueRules.NO_DELIVERY_LIMIT : limit.asLong();
    }

    /** What sort of queue these arguments, which passed the checks, ask for. */
    static QueueKind kind(FieldTable arguments) {
        QueueType type = arguments.isEmpty() ? CLASSIC : QueueType.of(arguments);
        if (type == QUORUM) {
            return QueueKind.QUORUM;
        }
        FieldValue max = arguments.get(MAX_PRIORITY);
        if (max == null || type != CLASSIC) {
            return QueueKind.PLAIN;
        }
        return new QueueKind(new Priorities((int) Math.max(1, Math.min(max.asLong(), PRIORITY_MAX)), 0), false);
    }

    private static DeadLettering deadLettering(FieldTable arguments) {
        FieldValue exchange = arguments.get(DEAD_LETTER_EXCHANGE);
        if (exchange == null) {
            return null;
        }
        FieldValue routingKey = arguments.get(DEAD_LETTER_ROUTING_KEY);
        FieldValue strategy = arguments.get(DEAD_LETTER_STRATEGY);
        // A queue that drops what is too much cannot promise that it arrives.
        FieldValue overflow = arguments.get(OVERFLOW);
        return new DeadLettering(
                name(exchange),
                routingKey == null ? null : name(routingKey),
                strategy != null
                        && strategy.toString().equals(AT_LEAST_ONCE)
                        && QueueType.of(arguments) == QUORUM
                        && overflow != null
                        && overflow.toString().equals(REJECT_PUBLISH));
    }

    private static ShortString name(FieldValue text) {
        return ShortString.of(text.toString());
    }

    private static LengthLimit lengthLimit(FieldTable arguments) {
        FieldValue messages = arguments.get(MAX_LENGTH);
        FieldValue bytes = arguments.get(StreamArguments.MAX_LENGTH_BYTES);
        // A stream's limit is about what it keeps of what was consumed.
        if ((messages == null && bytes == null) || QueueType.of(arguments) == STREAM) {
            return null;
        }
        FieldValue overflow = arguments.get(OVERFLOW);
        return new LengthLimit(
                numberOr(LengthLimit.NONE, messages),
                numberOr(LengthLimit.NONE, bytes),
                overflow == null ? LengthLimit.Overflow.DROP_HEAD : OVERFLOWS.get(overflow.toString()));
    }

    private static long numberOr(long absent, FieldValue number) {
        return number == null ? absent : number.asLong();
    }

    private static ChannelError invalid(String argument, String queue, String error) {
        return refused("invalid arg '" + argument + "' for " + queue + error);
    }

    private static ChannelError refused(String text) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text);
    }
}
