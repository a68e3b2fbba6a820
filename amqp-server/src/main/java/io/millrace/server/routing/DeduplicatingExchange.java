package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;

/**
 * Routes each message once, as an exchange of another type does: what carries the key of a message before it goes
 * nowhere. It has a type of its own, which routes to everything that is bound, and is an argument of all other types.
 */
public final class DeduplicatingExchange extends HoldingExchange {
    /** The type, and the argument that asks for the same of another type or of a queue. */
    public static final String TYPE = "x-message-deduplication";

    public static final String CACHE_SIZE = "x-cache-size";
    public static final String CACHE_TTL = "x-cache-ttl";
    public static final String CACHE_PERSISTENCE = "x-cache-persistence";
    public static final String HEADER = "x-deduplication-header";

    private static final String POSITIVE = " must be an integer greater than 0";

    private final String type;

    private DeduplicatingExchange(ExchangeDeclaration declaration, Exchange inner, String type) {
        super(declaration, inner);
        this.type = type;
        check(declaration.arguments());
    }

    /**
     * One of the type of its own.
     *
     * @throws ChannelError PRECONDITION_FAILED when an argument means nothing
     */
    static DeduplicatingExchange ofType(ExchangeDeclaration declaration) {
        if (declaration.arguments().get(CACHE_SIZE) == null) {
            throw refused("Missing or invalid argument, '" + CACHE_SIZE + "'" + POSITIVE);
        }
        return new DeduplicatingExchange(declaration, new FanoutExchange(declaration), TYPE);
    }

    /**
     * One of another type.
     *
     * @throws ChannelError PRECONDITION_FAILED when an argument means nothing
     */
    static DeduplicatingExchange around(Exchange inner, ExchangeDeclaration declaration) {
        return new DeduplicatingExchange(declaration, inner, inner.type());
    }

    /** Whether a declaration asks for one, whatever its type. */
    static boolean isAskedFor(FieldTable arguments) {
        return arguments.get(TYPE) instanceof FieldValue.Bool wanted && wanted.value();
    }

    private static void check(FieldTable arguments) {
        FieldValue size = arguments.get(CACHE_SIZE);
        if (size != null && number(size, 0) <= 0) {
            throw refused("Missing or invalid argument, '" + CACHE_SIZE + "'" + POSITIVE);
        }
        FieldValue ttl = arguments.get(CACHE_TTL);
        if (ttl != null && number(ttl, 0) <= 0) {
            throw refused("Invalid argument, '" + CACHE_TTL + "'" + POSITIVE);
        }
        FieldValue persistence = arguments.get(CACHE_PERSISTENCE);
        if (persistence != null
                && !persistence.toString().equals("disk")
                && !persistence.toString().equals("memory")) {
            throw refused("Invalid argument, '" + CACHE_PERSISTENCE + "' must be either 'disk' or 'memory'");
        }
        FieldValue header = arguments.get(HEADER);
        if (header != null && !(header instanceof FieldValue.Text)) {
            throw refused("Invalid argument, '" + HEADER + "' must be the name of a header");
        }
    }

    private static ChannelError refused(String text) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text);
    }

    /** A number, which may have come as a text; {@code absent} when there is none. */
    public static long number(FieldValue value, long absent) {
        if (value != null && value.isInteger()) {
            return value.asLong();
        }
        if (value instanceof FieldValue.Text text) {
            try {
                return Long.parseLong(text.toString());
            } catch (NumberFormatException e) {
                return absent;
            }
        }
        return absent;
    }

    @Override
    public String type() {
        return type;
    }

    /** All that has somewhere to go passes the gate, so that messages stay in their order. */
    @Override
    void route(ShortString routingKey, RouteCollector out) {
        if (out.isReleasedBy(this)) {
            routeOn(routingKey, out);
            return;
        }
        RouteCollector probe = out.forSameMessage();
        routeOn(routingKey, probe);
        if (probe.matches() > 0) {
            out.add(holder());
        } else if (probe.hasAsides()) {
            out.addAside(holder());
        }
    }
}
