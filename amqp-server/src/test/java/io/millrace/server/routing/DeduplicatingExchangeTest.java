package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeduplicatingExchangeTest {
    private static final FieldTable TEN = FieldTable.of(Map.of("x-cache-size", 10));
    private static final FieldTable ASKED = FieldTable.of(Map.of("x-message-deduplication", true));

    private final Destination gate = new Fixture.NamedQueue("gate", 99);
    private final Destination queue = new Fixture.NamedQueue("queue", 1);

    private static Exchange create(String type, FieldTable arguments) {
        return ExchangeTypes.create(type, new ExchangeDeclaration(ShortString.of("x"), true, false, false, arguments));
    }

    private Exchange gated(String type, FieldTable arguments) {
        Exchange exchange = create(type, arguments);
        ((DeduplicatingExchange) exchange).holdIn(gate);
        return exchange;
    }

    private static Router router() {
        return new Router(name -> null, name -> null);
    }

    private static Route route(Exchange exchange, String key) {
        return router().route(exchange, ShortString.of(key), null, () -> null);
    }

    @Test
    void everythingThatIsRoutablePassesTheGateFirst() {
        Exchange exchange = gated("topic", ASKED);
        assertTrue(exchange.isTopic());
        exchange.bind(new Binding(exchange, queue, ShortString.of("a.*"), FieldTable.EMPTY));

        assertLeadsTo(gate, route(exchange, "a.b"));
        assertEquals(0, route(exchange, "b").size());
        MessageProperties none = () -> BasicProperties.NONE;
        Route released = router().routeReleased((HoldingExchange) exchange, ShortString.of("a.b"), null, none);
        assertLeadsTo(queue, released);
    }

    private static void assertLeadsTo(Destination only, Route route) {
        assertEquals(1, route.size());
        assertEquals(only, route.get(0));
    }

    @Test
    void theTypeOfItsOwnRoutesToEverythingThatIsBound() {
        Exchange exchange = gated("x-message-deduplication", TEN);
        assertEquals("x-message-deduplication", exchange.type());
        assertFalse(exchange.isTopic());
        assertEquals(0, route(exchange, "any").size());
        exchange.bind(new Binding(exchange, queue, ShortString.of("k"), FieldTable.EMPTY));
        assertLeadsTo(gate, route(exchange, "any"));
    }

    private Route released(HoldingExchange layer, FieldTable headers) {
        BasicProperties properties = BasicProperties.builder().headers(headers).build();
        return router().routeReleased(layer, ShortString.of("k"), null, () -> properties);
    }

    @Test
    void aMessagePassesTheGateBeforeItIsDelayed() {
        Destination delays = new Fixture.NamedQueue("delays", 98);
        for (Map.Entry<String, String> how : Map.of(
                        "x-delayed-message", "x-delayed-type", "fanout", "x-delayed-exchange")
                .entrySet()) {
            FieldTable.Builder arguments = FieldTable.builder().put("x-message-deduplication", true);
            if (how.getValue().equals("x-delayed-type")) {
                arguments.put("x-delayed-type", "fanout");
            } else {
                arguments.put("x-delayed-exchange", true);
            }
            Exchange exchange = gated(how.getKey(), arguments.build());
            assertEquals(how.getKey(), exchange.type());
            HoldingExchange inner = HoldingExchange.layer(exchange, DelayedExchange.class);
            inner.holdIn(delays);
            exchange.bind(new Binding(exchange, queue, ShortString.of("k"), FieldTable.EMPTY));
            FieldTable later = FieldTable.of(Map.of("x-delay", 10));

            assertLeadsTo(gate, router().route(exchange, ShortString.of("k"), null, () -> later));
            assertLeadsTo(delays, released((HoldingExchange) exchange, later));
            assertLeadsTo(queue, released((HoldingExchange) exchange, FieldTable.EMPTY));
            assertLeadsTo(queue, released(inner, later));
        }
    }

    @Test
    void anExchangeThatRemembersDoesSoBehindTheGate() {
        Destination history = new Fixture.NamedQueue("history", 98);
        Exchange exchange = gated("x-recent-history", ASKED);
        HoldingExchange.layer(exchange, RecentHistoryExchange.class).holdIn(history);

        Route unbound = route(exchange, "k");
        assertLeadsTo(gate, unbound);
        assertEquals(1, unbound.asides());
        assertLeadsTo(history, released((HoldingExchange) exchange, FieldTable.EMPTY));
    }

    @Test
    void anExchangeThatDoesNotAskForItHasNone() {
        FieldTable no = FieldTable.of(Map.of("x-message-deduplication", false));
        assertInstanceOf(DirectExchange.class, create("direct", no));
        assertInstanceOf(DirectExchange.class, create("direct", TEN));
    }

    @Test
    void argumentsThatMeanNothingAreRefused() {
        String size = "Missing or invalid argument, 'x-cache-size' must be an integer greater than 0";
        assertRefused(size, "x-message-deduplication", Map.of());
        assertRefused(size, "x-message-deduplication", Map.of("x-cache-size", 0));
        assertRefused(size, "x-message-deduplication", Map.of("x-cache-size", "many"));
        assertRefused(size, "direct", Map.of("x-message-deduplication", true, "x-cache-size", -1));
        assertRefused(
                "Invalid argument, 'x-cache-ttl' must be an integer greater than 0",
                "x-message-deduplication",
                Map.of("x-cache-size", 1, "x-cache-ttl", 0));
        assertRefused(
                "Invalid argument, 'x-cache-persistence' must be either 'disk' or 'memory'",
                "x-message-deduplication",
                Map.of("x-cache-size", 1, "x-cache-persistence", "tape"));
        assertRefused(
                "Invalid argument, 'x-deduplication-header' must be the name of a header",
                "x-message-deduplication",
                Map.of("x-cache-size", 1, "x-deduplication-header", 1));
    }

    @Test
    void numbersMayComeAsTexts() {
        FieldTable texts = FieldTable.of(Map.of("x-cache-size", "10", "x-cache-ttl", "1000"));
        assertInstanceOf(DeduplicatingExchange.class, create("x-message-deduplication", texts));
    }

    private static void assertRefused(String text, String type, Map<String, ?> arguments) {
        ChannelError error = assertThrows(ChannelError.class, () -> create(type, FieldTable.of(arguments)));
        assertEquals("PRECONDITION_FAILED - " + text, error.replyText());
    }
}
