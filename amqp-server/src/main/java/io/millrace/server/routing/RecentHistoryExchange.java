package io.millrace.server.routing;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;

/** Routes to everything that is bound, and keeps the latest messages for whoever is bound next. */
public final class RecentHistoryExchange extends HoldingExchange {
    static final String TYPE = "x-recent-history";
    static final String LENGTH = "x-recent-history-length";

    private static final String NO_STORE = "x-recent-history-no-store";
    private static final long LENGTH_DEFAULT = 20;

    private final long length;

    /** @throws ChannelError PRECONDITION_FAILED when the length is no positive integer */
    RecentHistoryExchange(ExchangeDeclaration declaration) {
        super(declaration, new FanoutExchange(declaration));
        this.length = lengthOf(declaration.arguments());
    }

    private static long lengthOf(FieldTable arguments) {
        FieldValue given = arguments.get(LENGTH);
        if (given == null) {
            return LENGTH_DEFAULT;
        }
        if (!given.isInteger() || given.asLong() <= 0) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "Invalid argument " + ErlangTerm.of(given) + ", '" + LENGTH + "' must be a positive integer");
        }
        return given.asLong();
    }

    /** How many messages it keeps. */
    public long length() {
        return length;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    void route(ShortString routingKey, RouteCollector out) {
        if (!(out.headers().get(NO_STORE) instanceof FieldValue.Bool no && no.value())) {
            out.addAside(holder());
        }
        routeOn(routingKey, out);
    }
}
