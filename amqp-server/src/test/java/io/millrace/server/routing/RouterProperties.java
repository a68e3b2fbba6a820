package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.FieldTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Graphs of exchanges, cycles and alternate exchanges included, against a search that only knows the definition. */
class RouterProperties {
    private static final int EXCHANGES = 6;
    private static final List<String> TYPES = List.of("direct", "fanout", "topic");

    /**
     * @param from number of the source exchange
     * @param toExchange whether the target is the exchange, not the queue, of the number {@code to}
     */
    record Edge(int from, boolean toExchange, int to, String key) {}

    /** An exchange's type and, if not negative, the number of its alternate exchange. */
    record Node(String type, int alternate) {}

    @Property(tries = 2000)
    void routerFindsWhatASearchFinds(
            @ForAll("nodes") List<Node> nodes, @ForAll("edges") List<Edge> edges, @ForAll("edges") List<Edge> removed) {
        Fixture vhost = new Fixture();
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < EXCHANGES; i++) {
            int alternate = nodes.get(i).alternate();
            exchanges.add(vhost.exchange(
                    nodes.get(i).type(),
                    "x" + i,
                    alternate < 0 ? FieldTable.EMPTY : Fixture.alternate("x" + alternate)));
        }
        for (Edge edge : edges) {
            vhost.bind(exchanges.get(edge.from()), target(vhost, edge), edge.key());
        }
        for (Edge edge : removed) {
            vhost.unbind(exchanges.get(edge.from()), target(vhost, edge), edge.key());
        }
        Set<Edge> bound = new HashSet<>(edges);
        removed.forEach(bound::remove);

        RouteCache cache = new RouteCache(vhost.router, () -> 0, 3);
        for (int i = 0; i < EXCHANGES; i++) {
            for (String key : List.of("a", "b", "c")) {
                Set<String> expected = reachable(nodes, bound, i, key);
                assertEquals(expected, vhost.routed(exchanges.get(i), key));
                assertEquals(
                        expected, Fixture.names(cache.route(exchanges.get(i), Fixture.key(key), Fixture.NO_HEADERS)));
                assertEquals(expected, Fixture.names(cache.lookup(Fixture.key("x" + i), Fixture.key(key))));
            }
        }
    }

    private static BindingTarget target(Fixture vhost, Edge edge) {
        return edge.toExchange() ? vhost.exchanges.get(Fixture.key("x" + edge.to())) : vhost.queue("q" + edge.to());
    }

    private static Set<String> reachable(List<Node> nodes, Set<Edge> edges, int start, String key) {
        Set<String> queues = new TreeSet<>();
        Set<Integer> seen = new HashSet<>(Set.of(start));
        Deque<Integer> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            int exchange = open.pop();
            List<Integer> next = new ArrayList<>();
            boolean matched = false;
            for (Edge edge : edges) {
                if (edge.from() == exchange && matches(nodes.get(exchange).type(), edge.key(), key)) {
                    matched = true;
                    if (edge.toExchange()) {
                        next.add(edge.to());
                    } else {
                        queues.add("q" + edge.to());
                    }
                }
            }
            if (!matched && nodes.get(exchange).alternate() >= 0) {
                next.add(nodes.get(exchange).alternate());
            }
            next.stream().filter(seen::add).forEach(open::push);
        }
        return queues;
    }

    /** All keys here are of one word. */
    private static boolean matches(String type, String bindingKey, String key) {
        return switch (type) {
            case "fanout" -> true;
            case "topic" -> bindingKey.equals("#") || bindingKey.equals("*") || bindingKey.equals(key);
            default -> bindingKey.equals(key);
        };
    }

    @Provide
    Arbitrary<List<Node>> nodes() {
        return Combinators.combine(Arbitraries.of(TYPES), Arbitraries.integers().between(-4, EXCHANGES - 1))
                .as(Node::new)
                .list()
                .ofSize(EXCHANGES);
    }

    @Provide
    Arbitrary<List<Edge>> edges() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, EXCHANGES - 1);
        return Combinators.combine(number, Arbitraries.of(true, false), number, Arbitraries.of("a", "b", "*", "#"))
                .as(Edge::new)
                .list()
                .ofMaxSize(20);
    }
}
