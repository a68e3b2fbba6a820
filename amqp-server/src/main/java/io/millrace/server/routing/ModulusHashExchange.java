package io.millrace.server.routing;

import io.millrace.codec.value.ShortString;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Sends messages with equal routing keys to the same destination: that at the place, among all by name, which is the
 * remainder of the key's hash. When a destination comes or goes most keys go elsewhere.
 */
final class ModulusHashExchange extends SelectingExchange {
    static final String TYPE = "x-modulus-hash";

    private volatile BindingTarget[] targets = {};

    ModulusHashExchange(ExchangeDeclaration declaration) {
        super(declaration);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    void bindingsChanged() {
        SortedSet<BindingTarget> distinct = new TreeSet<>(BY_NAME);
        forEachBinding(binding -> distinct.add(binding.destination()));
        targets = distinct.toArray(new BindingTarget[0]);
    }

    @Override
    BindingTarget pick(ShortString routingKey, RouteCollector message) {
        BindingTarget[] all = targets;
        return all.length == 0
                ? null
                : all[(int) Long.remainderUnsigned(StableHash.of(routingKey.bytes()), all.length)];
    }
}
