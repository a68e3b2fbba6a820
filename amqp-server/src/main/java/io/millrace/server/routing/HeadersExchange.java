package io.millrace.server.routing;

import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Routes by the headers of the message; the routing key has no say. The arguments of each binding are compiled when it
 * is made; a message is compared with one binding after another.
 */
public final class HeadersExchange extends Exchange {
    static final String TYPE = "headers";

    private final ConcurrentSlots<CompiledBinding> bindings = new ConcurrentSlots<>();

    HeadersExchange(ExchangeDeclaration declaration) {
        super(declaration);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public boolean routesVary() {
        return true;
    }

    @Override
    public void validate(Binding binding) {
        HeadersMatcher.compile(binding.arguments());
    }

    @Override
    boolean add(Binding binding) {
        return bindings.add(new CompiledBinding(binding, HeadersMatcher.compile(binding.arguments())));
    }

    @Override
    boolean remove(Binding binding) {
        return bindings.remove(new CompiledBinding(binding, null));
    }

    @Override
    void forEachBinding(Consumer<Binding> action) {
        bindings.forEach(compiled -> action.accept(compiled.binding));
    }

    @Override
    void route(ShortString routingKey, RouteCollector out) {
        Map<String, FieldValue> headers = out.headers();
        AtomicReferenceArray<CompiledBinding> slots = bindings.slots();
        for (int i = 0; i < slots.length(); i++) {
            CompiledBinding compiled = slots.get(i);
            if (compiled != null && compiled.matcher.matches(headers)) {
                out.add(compiled.binding.destination());
            }
        }
    }

    /** Equal by the binding alone, which the matcher follows from. */
    private record CompiledBinding(Binding binding, HeadersMatcher matcher) {
        @Override
        public boolean equals(Object other) {
            return other instanceof CompiledBinding compiled && binding.equals(compiled.binding);
        }

        @Override
        public int hashCode() {
            return binding.hashCode();
        }
    }
}
