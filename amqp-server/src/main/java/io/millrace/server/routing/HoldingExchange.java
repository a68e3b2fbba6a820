package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;
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
