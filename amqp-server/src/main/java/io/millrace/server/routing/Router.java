package io.millrace.server.routing;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds the queues of a message in one virtual host. It follows bindings from exchange to exchange, each exchange once,
 * so that cycles do no harm; where the bindings of an exchange match nothing at all it goes on to the alternate
 * exchange.
 *
 * <p>Any thread may use it. {@link RouteCache} is the door for connections; {@link #route} allocates and suits whoever
 * routes now and then, such as dead-lettering.
 */
public final class Router {
    private final Function<ShortString, Destination> queueByName;
    private final Function<ShortString, Exchange> exchangeByName;

    /**
     * A router over a virtual host's tables.
     *
     * @param queueByName returns the queue of that name, or null; safe from any thread
     * @param exchangeByName returns the exchange of that name, or null; safe from any thread
     */
    public Router(Function<ShortString, Destination> queueByName, Function<ShortString, Exchange> exchangeByName) {
        this.queueByName = requireNonNull(queueByName, "queueByName is null");
        this.exchangeByName = requireNonNull(exchangeByName, "exchangeByName is null");
    }

    /**
     * Routes one message.
     *
     * @param exchange where the message was published
     * @param routingKey its routing key
     * @param extraKeys further routing keys (those of the CC and BCC headers), or null
     * @param headers gives the headers of the message, or null if there are none; asked only if a headers exchange is
     *     met
     */
    public Route route(
            Exchange exchange, ShortString routingKey, List<ShortString> extraKeys, Supplier<FieldTable> headers) {
        RouteCollector collector = new RouteCollector();
        collector.begin(headers);
        collect(exchange, routingKey, extraKeys, collector);
        return collector.toRoute();
    }

    /** Routes one message that the exchange has kept until it was due. Parameters as {@link #route}. */
    public Route routeReleased(
            HoldingExchange exchange, ShortString routingKey, List<ShortString> extraKeys, MessageProperties message) {
        RouteCollector collector = new RouteCollector();
        collector.begin(message);
        collector.released(exchange);
        collect(exchange, routingKey, extraKeys, collector);
        return collector.toRoute();
    }

    void collect(Exchange exchange, ShortString routingKey, List<ShortString> extraKeys, RouteCollector out) {
        out.add(exchange);
        for (int next = 0; next < out.exchangeCount(); next++) {
            visit(out.exchange(next), routingKey, extraKeys, out);
        }
    }

    private void visit(Exchange exchange, ShortString routingKey, List<ShortString> extraKeys, RouteCollector out) {
        int matchesBefore = out.matches();
        match(exchange, routingKey, out);
        if (extraKeys != null) {
            for (ShortString extraKey : extraKeys) {
                match(exchange, extraKey, out);
            }
        }
        if (out.matches() == matchesBefore && exchange.alternateExchange() != null) {
            Exchange alternate = exchangeByName.apply(exchange.alternateExchange());
            if (alternate != null) {
                out.add(alternate);
            }
        }
    }

    private void match(Exchange exchange, ShortString routingKey, RouteCollector out) {
        if (exchange.isDefault()) {
            Destination queue = queueByName.apply(routingKey);
            if (queue != null) {
                if (!queue.isLasting()) {
                    out.markNotWorthKeeping();
                }
                out.add(queue);
            }
        } else {
            if (exchange.routesVary()) {
                out.markNotWorthKeeping();
            }
            exchange.route(routingKey, out);
        }
    }
}
