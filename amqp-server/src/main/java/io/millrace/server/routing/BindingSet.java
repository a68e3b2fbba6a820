package io.millrace.server.routing;

import java.util.function.Consumer;

/**
 * The bindings of one exchange with one key, with one writer and any number of readers. There is one binding by far in
 * most of them: then its target is here, since each object between here and there is a wait for memory where so many
 * keys are in use that no cache holds them.
 *
 * <p>Invariant: what readers go by is set before what went before is cleared. Hence they meet a set that was there.
 */
final class BindingSet {
    private volatile BindingTarget soleTarget; // null: empty, or many
    private volatile Binding sole; // null: empty, or many
    private volatile ConcurrentSlots<Binding> many; // null until there are two

    /** Any thread. */
    void route(RouteCollector out) {
        BindingTarget target = soleTarget;
        if (target != null) {
            out.add(target);
            return;
        }
        ConcurrentSlots<Binding> bindings = many;
        if (bindings != null) {
            out.addAll(bindings);
        }
    }

    /** Any thread. */
    void forEach(Consumer<Binding> action) {
        Binding only = sole;
        ConcurrentSlots<Binding> bindings = many;
        if (only != null) {
            action.accept(only);
        } else if (bindings != null) {
            bindings.forEach(action);
        }
    }

    /** The writer only. */
    boolean isEmpty() {
        return sole == null && (many == null || many.isEmpty());
    }

    /** Returns false if it was there already. The writer only. */
    boolean add(Binding binding) {
        if (many != null) {
            return many.add(binding);
        }
        Binding before = sole;
        if (before == null) {
            sole = binding;
            soleTarget = binding.destination();
            return true;
        }
        if (before.equals(binding)) {
            return false;
        }
        ConcurrentSlots<Binding> both = new ConcurrentSlots<>();
        both.add(before);
        both.add(binding);
        many = both;
        sole = null;
        soleTarget = null;
        return true;
    }

    /** Returns false if it was not there. The writer only. */
    boolean remove(Binding binding) {
        if (many != null) {
            return many.remove(binding);
        }
        if (!binding.equals(sole)) {
            return false;
        }
        sole = null;
        soleTarget = null;
        return true;
    }
}
