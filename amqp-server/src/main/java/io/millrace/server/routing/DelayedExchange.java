package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;

/**
 * Keeps each message until the time that its headers say, and routes it then, as an exchange of another type does. See
 * {@link DelayHeaders}.
 */
public final class DelayedExchange extends HoldingExchange {
    static final String TYPE = "x-delayed-message";
    static final String DELAYED_TYPE = "x-delayed-type";

    /** The argument by which LavinMQ makes one of any type. */
    private static final String DELAYED = "x-delayed-exchange";

    private final String type;

    private DelayedExchange(ExchangeDeclaration declaration, Exchange inner, String type) {
        super(declaration, inner);
        this.type = type;
    }

    /**
     * One of the type of its own.
     *
     * @throws ChannelError PRECONDITION_FAILED when the other type is none, or cannot be another one's
     */
    static DelayedExchange ofType(ExchangeDeclaration declaration) {
        return new DelayedExchange(declaration, inner(declaration), TYPE);
    }

    /** One of another type. */
    static Exchange around(Exchange inner, ExchangeDeclaration declaration) {
        return inner instanceof HoldingExchange ? inner : new DelayedExchange(declaration, inner, inner.type());
    }

    /** Whether a declaration asks for one, whatever its type. */
    static boolean isAskedFor(FieldTable arguments) {
        return arguments.get(DELAYED) instanceof FieldValue.Bool wanted && wanted.value();
    }

    private static Exchange inner(ExchangeDeclaration declaration) {
        if (!(declaration.arguments().get(DELAYED_TYPE) instanceof FieldValue.Text type)) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "Invalid argument, '" + DELAYED_TYPE + "' must be an existing exchange type");
        }
        Exchange inner = ExchangeTypes.createInner(type.toString(), declaration);
        if (inner instanceof HoldingExchange) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "Invalid argument, '" + DELAYED_TYPE + "' must not be '" + type + "', which keeps messages itself");
        }
        return inner;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    void route(ShortString routingKey, RouteCollector out) {
        if (!out.isReleasedBy(this) && DelayHeaders.isDelayed(out.headers())) {
            out.add(holder());
        } else {
            routeOn(routingKey, out);
        }
    }
}
