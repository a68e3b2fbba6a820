package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;
import java.util.Comparator;
import java.util.function.Consumer;

/** An exchange that sends each message to one of its destinations, which its subclass picks. */
abstract sealed class SelectingExchange extends Exchange
        permits ConsistentHashExchange, ModulusHashExchange, RandomExchange {
    /** The same in every run. */
    static final Comparator<BindingTarget> BY_NAME =
            Comparator.comparing(BindingTarget::name).thenComparing(target -> target instanceof Exchange);

    private final ConcurrentSlots<Binding> bindings = new ConcurrentSlots<>();

    SelectingExchange(ExchangeDeclaration declaration) {
        super(declaration);
    }

    @Override
    final boolean add(Binding binding) {
        boolean added = bindings.add(binding);
        if (added) {
            bindingsChanged();
        }
        return added;
    }

    @Override
    final boolean remove(Binding binding) {
        boolean removed = bindings.remove(binding);
        if (removed) {
            bindingsChanged();
        }
        return removed;
    }

    @Override
    final void forEachBinding(Consumer<Binding> action) {
        bindings.forEach(action);
    }

    @Override
    final void route(ShortString routingKey, RouteCollector out) {
        BindingTarget picked = pick(routingKey, out);
        if (picked != null) {
            out.add(picked);
        }
    }

    /** Prepares what {@link #pick} looks at. On the definitions thread. */
    abstract void bindingsChanged();

    /** The destination of a message; null when there is none. Any thread. */
    abstract BindingTarget pick(ShortString routingKey, RouteCollector message);
}
