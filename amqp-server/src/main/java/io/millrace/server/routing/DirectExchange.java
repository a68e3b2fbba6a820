package io.millrace.server.routing;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Routes to what is bound with exactly the routing key: one map lookup. */
public final class DirectExchange extends Exchange {
    static final String TYPE = "direct";

    private final ConcurrentHashMap<ShortString, BindingSet> byKey = new ConcurrentHashMap<>();

    DirectExchange(ExchangeDeclaration declaration) {
        super(declaration);
    }

    /**
     * The exchange with the empty name. It has no bindings: the {@link Router} looks up the queue that the key names.
     */
    public static DirectExchange defaultExchange() {
        return new DirectExchange(new ExchangeDeclaration(ShortString.EMPTY, true, false, false, FieldTable.EMPTY));
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    boolean add(Binding binding) {
        BindingSet bindings = byKey.get(binding.key());
        if (bindings != null) {
            return bindings.add(binding);
        }
        // Filled before it is published, so that no reader meets an empty one.
        bindings = new BindingSet();
        bindings.add(binding);
        byKey.put(binding.key(), bindings);
        return true;
    }

    @Override
    boolean remove(Binding binding) {
        BindingSet bindings = byKey.get(binding.key());
        if (bindings == null || !bindings.remove(binding)) {
            return false;
        }
        if (bindings.isEmpty()) {
            byKey.remove(binding.key());
        }
        return true;
    }

    @Override
    void forEachBinding(Consumer<Binding> action) {
        for (BindingSet bindings : byKey.values()) {
            bindings.forEach(action);
        }
    }

    @Override
    void route(ShortString routingKey, RouteCollector out) {
        BindingSet bindings = byKey.get(routingKey);
        if (bindings != null) {
            bindings.route(out);
        }
    }
}
