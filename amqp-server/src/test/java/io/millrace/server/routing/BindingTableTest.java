package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BindingTableTest {
    private final Fixture vhost = new Fixture();

    @ParameterizedTest
    @ValueSource(strings = {"direct", "fanout", "topic", "headers"})
    void sameBindingTwiceIsOne(String type) {
        Exchange exchange = vhost.exchange(type, "x");
        Destination queue = vhost.queue("q");

        assertTrue(vhost.bind(exchange, queue, "k"));
        assertFalse(vhost.bind(exchange, queue, "k"));

        assertEquals(1, exchange.bindings().size());
        assertEquals(1, exchange.bindingCount());
        assertEquals(1, vhost.bindings.bindingsTo(queue).size());
        assertTrue(vhost.unbind(exchange, queue, "k"));
        assertFalse(vhost.unbind(exchange, queue, "k"));
        assertFalse(exchange.hasBindings());
        assertEquals(Set.of(), vhost.routed(exchange, "k"));
        assertEquals(List.of(), vhost.bindings.bindingsTo(queue));
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "fanout", "topic", "headers"})
    void bindingsThatDifferInArgumentsAreTwo(String type) {
        Exchange exchange = vhost.exchange(type, "x");
        Destination queue = vhost.queue("q");
        FieldTable arguments = FieldTable.of(Map.of("x-note", "second"));

        assertTrue(vhost.bind(exchange, queue, "k"));
        assertTrue(vhost.bind(exchange, queue, "k", arguments));
        assertEquals(2, exchange.bindingCount());
        assertTrue(vhost.unbind(exchange, queue, "k"));

        assertEquals(Set.of("q"), vhost.routed(exchange, "k"));
        assertEquals(arguments, exchange.bindings().get(0).arguments());
    }

    @Test
    void orderOfArgumentsDoesNotCount() {
        Exchange exchange = vhost.exchange("headers", "x");
        Destination queue = vhost.queue("q");
        FieldTable forwards = FieldTable.builder().put("a", 1).put("b", 2).build();
        FieldTable backwards = FieldTable.builder().put("b", 2).put("a", 1).build();

        assertTrue(vhost.bind(exchange, queue, "", forwards));
        assertFalse(vhost.bind(exchange, queue, "", backwards));
        assertFalse(vhost.bind(exchange, queue, "", FieldTable.of(new TreeMap<>(Map.of("a", 1, "b", 2)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "fanout", "topic", "headers"})
    void removingAQueueTakesItsBindingsAway(String type) {
        Exchange exchange = vhost.exchange(type, "x");
        Exchange second = vhost.exchange(type, "y");
        Destination queue = vhost.queue("q");
        vhost.bind(exchange, queue, "k");
        vhost.bind(exchange, queue, "l");
        vhost.bind(exchange, vhost.queue("r"), "k");
        vhost.bind(second, queue, "k");

        List<Binding> gone = vhost.bindings.removeQueue(queue);

        assertEquals(3, gone.size());
        assertEquals(Set.of("r"), vhost.routed(exchange, "k"));
        assertFalse(second.hasBindings());
        assertEquals(List.of(), vhost.bindings.removeQueue(queue));
    }

    @Test
    void removingAnExchangeTakesItsBindingsOfBothEndsAway() {
        Exchange exchange = vhost.exchange("fanout", "x");
        Exchange second = vhost.exchange("fanout", "y");
        vhost.bind(exchange, vhost.queue("q"), "");
        vhost.bind(exchange, second, "");
        vhost.bind(second, exchange, "");
        vhost.bind(exchange, exchange, "");

        List<Binding> gone = vhost.bindings.removeExchange(exchange);

        assertEquals(4, gone.size());
        assertEquals(4, new HashSet<>(gone).size());
        assertFalse(exchange.hasBindings());
        assertFalse(second.hasBindings());
        assertEquals(List.of(), vhost.bindings.bindingsTo(vhost.queue("q")));
        assertEquals(List.of(), vhost.bindings.bindingsTo(second));
    }

    @Test
    void bindingOfAnotherExchangeIsRefused() {
        Exchange exchange = vhost.exchange("fanout", "x");
        Binding foreign =
                new Binding(vhost.exchange("fanout", "y"), vhost.queue("q"), Fixture.key(""), FieldTable.EMPTY);

        assertThrows(IllegalArgumentException.class, () -> exchange.bind(foreign));
    }

    /** Quadratic work on so many bindings would be noticed by whoever waits for the tests. */
    @ParameterizedTest
    @ValueSource(strings = {"direct", "fanout", "topic"})
    void hundredThousandBindingsComeAndGo(String type) {
        Exchange exchange = vhost.exchange(type, "x");
        Destination one = vhost.queue("one");
        for (int i = 0; i < 100_000; i++) {
            vhost.bind(exchange, one, "key." + i);
            vhost.bind(exchange, vhost.queue("q" + i), "same");
        }
        assertEquals(200_000, exchange.bindingCount());
        assertEquals(200_000, exchange.bindings().size());

        vhost.bindings.removeQueue(one);
        assertEquals(100_000, vhost.routed(exchange, "same").size());
        for (int i = 0; i < 100_000; i++) {
            vhost.bindings.removeQueue(vhost.queue("q" + i));
        }

        assertFalse(exchange.hasBindings());
        assertEquals(Set.of(), vhost.routed(exchange, "same"));
    }
}
