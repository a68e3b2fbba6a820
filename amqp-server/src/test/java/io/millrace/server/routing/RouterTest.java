package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouterTest {
    private final Fixture vhost = new Fixture();

    @Test
    void directExchangeRoutesByTheExactKey() {
        Exchange exchange = vhost.exchange("direct", "x");
        vhost.bind(exchange, vhost.queue("q"), "k");
        vhost.bind(exchange, vhost.queue("r"), "k");
        vhost.bind(exchange, vhost.queue("s"), "other");

        assertEquals(Set.of("q", "r"), vhost.routed(exchange, "k"));
        assertEquals(Set.of(), vhost.routed(exchange, "K"));
        assertEquals(Set.of(), vhost.routed(exchange, ""));
    }

    @Test
    void fanoutExchangeRoutesWhateverTheKey() {
        Exchange exchange = vhost.exchange("fanout", "x");
        vhost.bind(exchange, vhost.queue("q"), "k");
        vhost.bind(exchange, vhost.queue("q"), "another");
        vhost.bind(exchange, vhost.queue("r"), "");

        assertEquals(Set.of("q", "r"), vhost.routed(exchange, "no such key"));
    }

    @Test
    void defaultExchangeRoutesToTheQueueThatTheKeyNames() {
        Exchange exchange = DirectExchange.defaultExchange();
        vhost.queue("q");

        assertEquals(Set.of("q"), vhost.routed(exchange, "q"));
        assertEquals(Set.of(), vhost.routed(exchange, "r"));
        assertEquals(Set.of(), vhost.routed(exchange, ""));
    }

    @Test
    void unroutableMessagesShareOneRoute() {
        Exchange exchange = vhost.exchange("fanout", "x");

        assertSame(Route.EMPTY, vhost.router.route(exchange, Fixture.key(""), null, Fixture.NO_HEADERS));
    }

    @Test
    void extraKeysAreRoutedToo() {
        Exchange exchange = vhost.exchange("topic", "x");
        vhost.bind(exchange, vhost.queue("a"), "a.*");
        vhost.bind(exchange, vhost.queue("b"), "b.*");
        vhost.bind(exchange, vhost.queue("c"), "c.*");

        assertEquals(Set.of("a", "b"), vhost.routed(exchange, "a.1", Fixture.NO_HEADERS, "b.1", "b.2", "d.1"));
        vhost.queue("q");
        vhost.queue("r");
        assertEquals(
                Set.of("q", "r"),
                vhost.routed(DirectExchange.defaultExchange(), "q", Fixture.NO_HEADERS, "r", "missing"));
    }

    @Test
    void exchangesAreFollowedAndAQueueIsReachedOnce() {
        Exchange first = vhost.exchange("direct", "first");
        Exchange second = vhost.exchange("topic", "second");
        Exchange third = vhost.exchange("fanout", "third");
        vhost.bind(first, second, "a.b");
        vhost.bind(first, third, "a.b");
        vhost.bind(first, vhost.queue("q"), "a.b");
        vhost.bind(second, vhost.queue("q"), "a.#");
        vhost.bind(second, vhost.queue("r"), "*.c");
        vhost.bind(third, vhost.queue("s"), "");

        assertEquals(Set.of("q", "s"), vhost.routed(first, "a.b"));
    }

    @Test
    void cyclesEnd() {
        Exchange a = vhost.exchange("fanout", "a");
        Exchange b = vhost.exchange("fanout", "b");
        vhost.bind(a, a, "");
        vhost.bind(a, b, "");
        vhost.bind(b, a, "");
        vhost.bind(b, vhost.queue("q"), "");

        assertEquals(Set.of("q"), vhost.routed(a, ""));
    }

    @Test
    void alternateExchangeTakesWhatNothingMatches() {
        Exchange exchange = vhost.exchange("direct", "x", Fixture.alternate("spare"));
        Exchange spare = vhost.exchange("fanout", "spare");
        vhost.bind(exchange, vhost.queue("q"), "k");
        vhost.bind(spare, vhost.queue("lost"), "");

        assertEquals(Set.of("q"), vhost.routed(exchange, "k"));
        assertEquals(Set.of("lost"), vhost.routed(exchange, "unknown"));
        assertEquals(Set.of("q"), vhost.routed(exchange, "unknown", Fixture.NO_HEADERS, "k"));
    }

    @Test
    void alternateExchangesFormChainsAndLoopsDoNoHarm() {
        Exchange first = vhost.exchange("direct", "first", Fixture.alternate("second"));
        Exchange second = vhost.exchange("direct", "second", Fixture.alternate("third"));
        Exchange third = vhost.exchange("direct", "third", Fixture.alternate("first"));
        vhost.bind(third, vhost.queue("q"), "k");

        assertEquals(Set.of("q"), vhost.routed(first, "k"));
        assertEquals(Set.of("q"), vhost.routed(second, "k"));
        assertEquals(Set.of(), vhost.routed(first, "unknown"));
    }

    @Test
    void alternateExchangeOfAnExchangeReachedByBindingIsUsed() {
        Exchange first = vhost.exchange("fanout", "first");
        Exchange second = vhost.exchange("direct", "second", Fixture.alternate("spare"));
        Exchange spare = vhost.exchange("fanout", "spare");
        vhost.bind(first, second, "");
        vhost.bind(spare, vhost.queue("lost"), "");

        assertEquals(Set.of("lost"), vhost.routed(first, "unknown"));
    }

    /** A binding to an exchange is a match, even if that exchange then finds nothing. */
    @Test
    void alternateExchangeIsNotUsedIfABindingToAnExchangeMatched() {
        Exchange first = vhost.exchange("fanout", "first", Fixture.alternate("spare"));
        Exchange second = vhost.exchange("direct", "second");
        Exchange spare = vhost.exchange("fanout", "spare");
        vhost.bind(first, second, "");
        vhost.bind(spare, vhost.queue("lost"), "");

        assertEquals(Set.of(), vhost.routed(first, "unknown"));
    }

    @Test
    void missingAlternateExchangeIsNoError() {
        Exchange exchange = vhost.exchange("direct", "x", Fixture.alternate("missing"));

        assertEquals(Set.of(), vhost.routed(exchange, "k"));
    }

    @Test
    void alternateExchangeMustBeTextThatCanBeAName() {
        assertEquals(
                Fixture.key("spare"),
                vhost.exchange("direct", "a", Fixture.alternate("spare")).alternateExchange());
        assertNull(vhost.exchange("direct", "b").alternateExchange());
        assertNull(vhost.exchange("direct", "c", Fixture.alternate("n".repeat(256)))
                .alternateExchange());
        FieldTable octets =
                FieldTable.of(Map.of(Exchange.ALTERNATE_EXCHANGE, new FieldValue.Bytes(LongString.of("spare"))));
        assertNull(vhost.exchange("direct", "d", octets).alternateExchange());
    }

    @Test
    void headersAreNotAskedForWithoutAHeadersExchange() {
        Exchange exchange = vhost.exchange("topic", "x");
        vhost.bind(exchange, vhost.queue("q"), "#");

        assertEquals(Set.of("q"), vhost.routed(exchange, "k", () -> fail("headers were decoded")));
    }

    @Test
    void wideFanoutReachesEveryQueueOnce() {
        Exchange first = vhost.exchange("fanout", "first");
        Exchange second = vhost.exchange("fanout", "second");
        vhost.bind(first, second, "");
        for (int i = 0; i < 10_000; i++) {
            vhost.bind(first, vhost.queue("q" + i), "");
            vhost.bind(second, vhost.queue("q" + (i + 5_000)), "");
        }

        assertEquals(15_000, vhost.routed(first, "").size());
    }
}
