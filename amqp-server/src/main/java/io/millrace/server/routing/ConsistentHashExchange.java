package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Sends messages with equal hashes to the same destination, and each destination a share by its weight, which is the
 * binding key. What is hashed is the routing key, a header or a property. Of several bindings of one destination that
 * with the lowest weight counts.
 */
final class ConsistentHashExchange extends SelectingExchange {
    static final String TYPE = "x-consistent-hash";

    private static final String HASH_HEADER = "hash-header";
    private static final String HASH_PROPERTY = "hash-property";
    private static final int WEIGHT_MAX = 10_000;
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

    /** Digits that are surely more than enough. */
    private static final int DIGITS_MAX = 9;

    /** Where the hash of a message comes from. */
    private interface Source {
        long hash(ShortString routingKey, RouteCollector message);
    }

    private final Source source;
    private volatile HashRing ring = HashRing.EMPTY;

    /**
     * @throws ChannelError with {@code PRECONDITION_FAILED} if the arguments make no sense
     * @throws ConnectionError with {@code INTERNAL_ERROR} if one is no text
     */
    ConsistentHashExchange(ExchangeDeclaration declaration) {
        super(declaration);
        source = source(declaration.arguments());
    }

    private static Source source(FieldTable arguments) {
        FieldValue header = arguments.get(HASH_HEADER);
        FieldValue property = arguments.get(HASH_PROPERTY);
        if (header != null && property != null) {
            throw refused(HASH_HEADER + " and " + HASH_PROPERTY + " are mutually exclusive");
        }
        if (header != null) {
            String name = name(header);
            return (key, message) -> hashOf(message.headers().get(name));
        }
        return property == null ? null : property(name(property));
    }

    /** RabbitMQ stumbles over anything but a text. */
    private static String name(FieldValue value) {
        if (!(value instanceof FieldValue.Text)) {
            throw new ConnectionError(ReplyCode.INTERNAL_ERROR, null);
        }
        return value.toString();
    }

    private static Source property(String name) {
        return switch (name) {
            case "message_id" -> (key, message) -> hashOf(message.properties().messageId());
            case "correlation_id" ->
                (key, message) -> hashOf(message.properties().correlationId());
            case "timestamp" -> (key, message) -> hashOf(message.properties());
            default -> throw refused("Unsupported property: " + name);
        };
    }

    /** What all have that lack what should be hashed. */
    private static final long HASH_OF_NOTHING = 0;

    private static long hashOf(FieldValue value) {
        return value == null ? HASH_OF_NOTHING : StableHash.of(value);
    }

    private static long hashOf(ShortString value) {
        return value == null ? HASH_OF_NOTHING : StableHash.of(value.bytes());
    }

    private static long hashOf(BasicProperties properties) {
        return properties.timestamp() == null ? HASH_OF_NOTHING : StableHash.of(properties.timestamp());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public boolean routesVary() {
        return source != null;
    }

    @Override
    public void validate(Binding binding) {
        weightOf(binding.key());
    }

    private static int weightOf(ShortString key) {
        String text = key.toString();
        if (!INTEGER.matcher(text).matches()) {
            throw refused("The binding key must be an integer: " + ErlangTerm.binary(key.bytes()));
        }
        boolean huge = text.length() > DIGITS_MAX;
        int weight = huge ? (text.startsWith("-") ? -1 : WEIGHT_MAX + 1) : Integer.parseInt(text);
        if (weight <= 0) {
            throw refused("The binding key must be greater than 0");
        }
        if (weight > WEIGHT_MAX) {
            throw refused("The binding key must not exceed " + WEIGHT_MAX);
        }
        return weight;
    }

    @Override
    void bindingsChanged() {
        SortedMap<BindingTarget, Integer> weights = new TreeMap<>(BY_NAME);
        forEachBinding(binding -> weights.merge(binding.destination(), weightOf(binding.key()), Math::min));
        ring = HashRing.of(weights);
    }

    @Override
    BindingTarget pick(ShortString routingKey, RouteCollector message) {
        return ring.ownerOf(source == null ? StableHash.of(routingKey.bytes()) : source.hash(routingKey, message));
    }

    private static ChannelError refused(String text) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text);
    }
}
