package io.millrace.server.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All bindings of a virtual host, found from either end. The bindings that start at an exchange are kept by the
 * exchange; this adds the index by destination, so that deleting a queue costs as much as it has bindings.
 *
 * <p>The definitions thread changes it; any thread may list.
 */
public final class BindingTable {
    private final ConcurrentHashMap<BindingTarget, ConcurrentSlots<Binding>> byDestination = new ConcurrentHashMap<>();

    /**
     * Adds a binding.
     *
     * @return false if it was there already
     * @throws io.millrace.codec.ChannelError as {@link Exchange#validate}
     */
    public boolean bind(Binding binding) {
        if (!binding.source().bind(binding)) {
            return false;
        }
        byDestination
                .computeIfAbsent(binding.destination(), destination -> new ConcurrentSlots<>())
                .add(binding);
        return true;
    }

    /**
     * Takes a binding away.
     *
     * @return false if there was no such binding
     */
    public boolean unbind(Binding binding) {
        if (!binding.source().unbind(binding)) {
            return false;
        }
        ConcurrentSlots<Binding> bindings = byDestination.get(binding.destination());
        bindings.remove(binding);
        if (bindings.isEmpty()) {
            byDestination.remove(binding.destination());
        }
        return true;
    }

    /** All bindings that lead to the queue or exchange, in no particular order. */
    public List<Binding> bindingsTo(BindingTarget destination) {
        List<Binding> found = new ArrayList<>();
        ConcurrentSlots<Binding> bindings = byDestination.get(destination);
        if (bindings != null) {
            bindings.forEach(found::add);
        }
        return found;
    }

    /**
     * Takes away all bindings that lead to the queue, which is about to go. Returns them: their sources may be
     * auto-delete.
     */
    public List<Binding> removeQueue(Destination queue) {
        return removeAll(bindingsTo(queue));
    }

    /** Takes away all bindings that start at the exchange or lead to it, and returns them. */
    public List<Binding> removeExchange(Exchange exchange) {
        List<Binding> gone = exchange.bindings();
        for (Binding binding : bindingsTo(exchange)) {
            if (binding.source() != exchange) { // else it is in the list already
                gone.add(binding);
            }
        }
        return removeAll(gone);
    }

    private List<Binding> removeAll(List<Binding> bindings) {
        bindings.forEach(this::unbind);
        return bindings;
    }
}
