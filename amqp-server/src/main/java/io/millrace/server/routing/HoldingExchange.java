package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An exchange that keeps messages itself, or what it knows them by: to its bindings it is like an exchange of another
 * type, and it has a queue of its own, its holder, that nobody else knows.
 */
public abstract sealed class HoldingExchange extends Exchange
        permits RecentHistoryExchange, DelayedExchange, DeduplicatingExchange {
    private final Exchange inner;
    /** Null until {@link #holdIn}, which comes before anybody knows of this exchange. */
    private volatile Destination holder;

    /** @param inner keeps the bindings and matches them; nobody else knows it */
    HoldingExchange(ExchangeDeclaration declaration, Exchange inner) {
        super(declaration);
        this.inner = inner;
    }

    /** This one and those within it that keep messages themselves, the outermost first. */
    public final List<HoldingExchange> layers() {
        List<HoldingExchange> layers = new ArrayList<>();
        Exchange layer = this;
        while (layer instanceof HoldingExchange holding) {
            layers.add(holding);
            layer = holding.inner;
        }
        return layers;
    }

    /** The layer of that kind of an exchange; null when it has none. */
    public static <T extends HoldingExchange> T layer(Exchange exchange, Class<T> kind) {
        if (exchange instanceof HoldingExchange holding) {
            for (HoldingExchange layer : holding.layers()) {
                if (kind.isInstance(layer)) {
                    return kind.cast(layer);
                }
            }
        }
        return null;
    }

    /** Where it keeps messages. Called once, before anything is routed. */
    public final void holdIn(Destination newHolder) {
        holder = newHolder;
    }

    /** Where it keeps messages. */
    public final Destination holder() {
        return holder;
    }

    /** Where a message goes by the bindings alone. */
    final void routeOn(ShortString routingKey, RouteCollector out) {
        inner.route(routingKey, out);
    }

    /** What is kept depends on headers, and on the time. */
    @Override
    public final boolean routesVary() {
        return true;
    }

    @Override
    public final void validate(Binding binding) {
        inner.validate(binding);
    }

    @Override
    final boolean add(Binding binding) {
        return inner.add(binding);
    }

    @Override
    final boolean remove(Binding binding) {
        return inner.remove(binding);
    }

    @Override
    final void forEachBinding(Consumer<Binding> action) {
        inner.forEachBinding(action);
    }
}
