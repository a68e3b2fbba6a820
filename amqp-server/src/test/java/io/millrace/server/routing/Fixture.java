package io.millrace.server.routing;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** A small virtual host for the tests of routing. */
final class Fixture {
    static final Supplier<FieldTable> NO_HEADERS = () -> null;

    final Map<ShortString, Destination> queues = new HashMap<>();
    final Map<ShortString, Exchange> exchanges = new HashMap<>();
    final BindingTable bindings = new BindingTable();
    final Router router = new Router(queues::get, exchanges::get);

    /** A queue that is known by its name only. */
    static final class NamedQueue implements Destination {
        private final ShortString name;
        private final int id;

        NamedQueue(String name, int id) {
            this.name = ShortString.of(name);
            this.id = id;
        }

        @Override
        public ShortString name() {
            return name;
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public String toString() {
            return name.toString();
        }
    }

    static ShortString key(String key) {
        return ShortString.of(key);
    }

    static ExchangeDeclaration declaration(String name) {
        return new ExchangeDeclaration(key(name), true, false, false, FieldTable.EMPTY);
    }

    Destination queue(String name) {
        return queues.computeIfAbsent(key(name), n -> new NamedQueue(name, queues.size() + 1));
    }

    Exchange exchange(String type, String name) {
        return exchange(type, name, FieldTable.EMPTY);
    }

    Exchange exchange(String type, String name, FieldTable arguments) {
        return exchanges.computeIfAbsent(
                key(name), n -> ExchangeTypes.create(type, new ExchangeDeclaration(n, true, false, false, arguments)));
    }

    static FieldTable alternate(String exchange) {
        return FieldTable.of(Map.of(Exchange.ALTERNATE_EXCHANGE, exchange));
    }

    boolean bind(Exchange source, BindingTarget destination, String key) {
        return bind(source, destination, key, FieldTable.EMPTY);
    }

    boolean bind(Exchange source, BindingTarget destination, String key, FieldTable arguments) {
        return bindings.bind(new Binding(source, destination, key(key), arguments));
    }

    boolean unbind(Exchange source, BindingTarget destination, String key) {
        return bindings.unbind(new Binding(source, destination, key(key), FieldTable.EMPTY));
    }

    Set<String> routed(Exchange exchange, String key) {
        return routed(exchange, key, NO_HEADERS);
    }

    Set<String> routed(Exchange exchange, String key, Supplier<FieldTable> headers, String... extraKeys) {
        List<ShortString> extra = extraKeys.length == 0
                ? null
                : Arrays.stream(extraKeys).map(Fixture::key).toList();
        return names(router.route(exchange, key(key), extra, headers));
    }

    /** The names of the queues of a route; fails if one is there twice. */
    static Set<String> names(Route route) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < route.size(); i++) {
            if (!names.add(route.get(i).name().toString())) {
                throw new AssertionError("twice in one route: " + route.get(i).name());
            }
        }
        return names;
    }
}
