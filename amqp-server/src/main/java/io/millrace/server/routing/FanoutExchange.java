package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;
import java.util.function.Consumer;

/** Routes to everything that is bound, whatever the key: one prepared array. */
public final class FanoutExchange extends Exchange {
    static final String TYPE = "fanout";

    private final ConcurrentSlots<Binding> bindings = new ConcurrentSlots<>();

    FanoutExchange(ExchangeDeclaration declaration) {
        super(declaration);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    boolean add(Binding binding) {
        return bindings.add(binding);
    }

    @Override
    boolean remove(Binding binding) {
        return bindings.remove(binding);
    }

    @Override
    void forEachBinding(Consumer<Binding> action) {
        bindings.forEach(action);
    }

    @Override
    void route(ShortString routingKey, RouteCollector out) {
        out.addAll(bindings);
    }
}
