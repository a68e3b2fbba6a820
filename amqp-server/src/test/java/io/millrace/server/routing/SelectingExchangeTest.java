package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exchanges that send a message to one of their destinations. */
final class SelectingExchangeTest {
    private static final String HASH = "x-consistent-hash";

    private final Fixture fixture = new Fixture();

    private static FieldTable arguments(String name, String value) {
        return FieldTable.builder()
                .put(name, new FieldValue.Text(LongString.of(value)))
                .build();
    }

    private static Supplier<FieldTable> message(BasicProperties properties) {
        MessageProperties message = () -> properties;
        return message;
    }

    private Destination destination(Exchange exchange, String key, Supplier<FieldTable> message) {
        Route route = fixture.router.route(exchange, Fixture.key(key), null, message);
        assertEquals(1, route.size());
        return route.get(0);
    }

    private Destination destination(Exchange exchange, String key) {
        return destination(exchange, key, Fixture.NO_HEADERS);
    }

    private Map<Destination, Integer> shares(Exchange exchange, int messages) {
        Map<Destination, Integer> shares = new HashMap<>();
        for (int i = 0; i < messages; i++) {
            shares.merge(destination(exchange, "key-" + i), 1, Integer::sum);
        }
        return shares;
    }

    private static void assertNear(double expected, int actual) {
        assertTrue(Math.abs(actual - expected) < expected / 2, actual + " (expected: about " + expected + ")");
    }

    @Test
    void eachDestinationGetsAShareByItsWeight() {
        Exchange exchange = fixture.exchange(HASH, "x");
        fixture.bind(exchange, fixture.queue("a"), "1");
        fixture.bind(exchange, fixture.queue("b"), "2");
        fixture.bind(exchange, fixture.queue("c"), "+07");

        Map<Destination, Integer> shares = shares(exchange, 10_000);
        assertNear(1_000, shares.get(fixture.queue("a")));
        assertNear(2_000, shares.get(fixture.queue("b")));
        assertNear(7_000, shares.get(fixture.queue("c")));
    }

    @Test
    void aDestinationThatComesTakesItsShareAndMovesNothingElse() {
        Exchange exchange = fixture.exchange(HASH, "x");
        fixture.bind(exchange, fixture.queue("a"), "3");
        fixture.bind(exchange, fixture.queue("b"), "3");
        Map<String, Destination> before = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            before.put("key-" + i, destination(exchange, "key-" + i));
        }

        fixture.bind(exchange, fixture.queue("c"), "3");

        int moved = 0;
        for (Map.Entry<String, Destination> each : before.entrySet()) {
            Destination now = destination(exchange, each.getKey());
            if (now != each.getValue()) {
                assertSame(fixture.queue("c"), now);
                moved++;
            }
        }
        assertNear(333, moved);
    }

    @Test
    void theOrderOfBindingsDoesNotMatter() {
        Exchange one = fixture.exchange(HASH, "x");
        Exchange other = fixture.exchange(HASH, "y");
        for (String queue : new String[] {"a", "b", "c"}) {
            fixture.bind(one, fixture.queue(queue), "2");
        }
        for (String queue : new String[] {"c", "gone", "a", "b"}) {
            fixture.bind(other, fixture.queue(queue), "2");
        }
        fixture.bindings.unbind(new Binding(other, fixture.queue("gone"), Fixture.key("2"), FieldTable.EMPTY));

        for (int i = 0; i < 100; i++) {
            assertSame(destination(one, "key-" + i), destination(other, "key-" + i));
        }
    }

    @Test
    void theRingIsTheSameInEveryRelease() {
        Exchange exchange = fixture.exchange(HASH, "x");
        for (String queue : new String[] {"a", "b", "c", "d"}) {
            fixture.bind(exchange, fixture.queue(queue), "1");
        }
        StringBuilder owners = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            owners.append(destination(exchange, "key-" + i).name());
        }
        assertEquals("accddbdbccbbcdbc", owners.toString());
    }

    @Test
    void ofTwoWeightsOfOneDestinationTheLowerCounts() {
        Exchange exchange = fixture.exchange(HASH, "x");
        fixture.bind(exchange, fixture.queue("a"), "9");
        fixture.bind(exchange, fixture.queue("a"), "1");
        fixture.bind(exchange, fixture.queue("b"), "1");

        assertNear(500, shares(exchange, 1_000).get(fixture.queue("a")));
    }

    @Test
    void withNoDestinationThereIsNoRoute() {
        for (String type : new String[] {HASH, "x-modulus-hash", "x-random", "x-local-random"}) {
            Exchange exchange = fixture.exchange(type, type);
            assertTrue(fixture.router
                    .route(exchange, Fixture.key("k"), null, Fixture.NO_HEADERS)
                    .isEmpty());
            Binding binding = new Binding(
                    exchange, fixture.queue("q"), Fixture.key(type.equals(HASH) ? "1" : ""), FieldTable.EMPTY);
            fixture.bindings.bind(binding);
            assertSame(fixture.queue("q"), destination(exchange, "k"));
            fixture.bindings.unbind(binding);
            assertTrue(fixture.router
                    .route(exchange, Fixture.key("k"), null, Fixture.NO_HEADERS)
                    .isEmpty());
        }
    }

    @Test
    void aHeaderMayDecideInPlaceOfTheKey() {
        Exchange exchange = fixture.exchange(HASH, "x", arguments("hash-header", "h"));
        bindTwo(exchange);
        Map<Destination, Integer> shares = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            FieldTable headers = arguments("h", "value-" + i);
            Supplier<FieldTable> message = () -> headers;
            Destination owner = destination(exchange, "a key", message);
            assertSame(owner, destination(exchange, "another key", message));
            shares.merge(owner, 1, Integer::sum);
        }
        assertNear(500, shares.get(fixture.queue("a")));
        assertSame(destination(exchange, "a key"), destination(exchange, "another key"));
    }

    @ParameterizedTest
    @CsvSource({"message_id", "correlation_id", "timestamp"})
    void aPropertyMayDecideInPlaceOfTheKey(String property) {
        Exchange exchange = fixture.exchange(HASH, property, arguments("hash-property", property));
        bindTwo(exchange);
        Map<Destination, Integer> shares = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            ShortString id = ShortString.of("id-" + i);
            BasicProperties properties = switch (property) {
                case "message_id" -> BasicProperties.builder().messageId(id).build();
                case "correlation_id" ->
                    BasicProperties.builder().correlationId(id).build();
                default -> BasicProperties.builder().timestamp((long) i).build();
            };
            Destination owner = destination(exchange, "a key", message(properties));
            assertSame(owner, destination(exchange, "another key", message(properties)));
            shares.merge(owner, 1, Integer::sum);
        }
        assertNear(500, shares.get(fixture.queue("a")));
        assertSame(
                destination(exchange, "a key", message(BasicProperties.NONE)),
                destination(exchange, "another key", Fixture.NO_HEADERS));
    }

    private void bindTwo(Exchange exchange) {
        fixture.bind(exchange, fixture.queue("a"), "1");
        fixture.bind(exchange, fixture.queue("b"), "1");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            0, The binding key must be greater than 0
            -1, The binding key must be greater than 0
            -99999999999999999999, The binding key must be greater than 0
            10001, The binding key must not exceed 10000
            99999999999999999999, The binding key must not exceed 10000
            abc, The binding key must be an integer: <<"abc">>
            1.5, The binding key must be an integer: <<"1.5">>
            `` , The binding key must be an integer: <<>>
            ` 5`, The binding key must be an integer: <<" 5">>
            """)
    void aWeightIsANumberWithinBounds(String key, String problem) {
        Exchange exchange = fixture.exchange(HASH, "x");
        Binding binding = new Binding(exchange, fixture.queue("q"), Fixture.key(key), FieldTable.EMPTY);
        ChannelError refused = assertThrows(ChannelError.class, () -> exchange.validate(binding));
        assertEquals("PRECONDITION_FAILED - " + problem, refused.replyText());
    }

    @Test
    void whatIsHashedMustMakeSense() {
        assertEquals(
                "PRECONDITION_FAILED - Unsupported property: nope",
                assertThrows(ChannelError.class, () -> fixture.exchange(HASH, "x", arguments("hash-property", "nope")))
                        .replyText());
        FieldTable both = FieldTable.builder()
                .put("hash-header", new FieldValue.Text(LongString.of("h")))
                .put("hash-property", new FieldValue.Text(LongString.of("message_id")))
                .build();
        assertEquals(
                "PRECONDITION_FAILED - hash-header and hash-property are mutually exclusive",
                assertThrows(ChannelError.class, () -> fixture.exchange(HASH, "y", both))
                        .replyText());
    }

    @Test
    void aModulusSharesKeysOutAmongDestinationsWhateverTheirBindings() {
        Exchange exchange = fixture.exchange("x-modulus-hash", "x");
        fixture.bind(exchange, fixture.queue("a"), "any");
        fixture.bind(exchange, fixture.queue("b"), "thing");
        fixture.bind(exchange, fixture.queue("b"), "twice");

        assertNear(500, shares(exchange, 1_000).get(fixture.queue("a")));
        assertSame(destination(exchange, "k"), destination(exchange, "k"));
    }

    @Test
    void chanceSharesMessagesOut() {
        for (String type : new String[] {"x-random", "x-local-random"}) {
            Exchange exchange = fixture.exchange(type, type);
            fixture.bind(exchange, fixture.queue("a"), "");
            fixture.bind(exchange, fixture.queue("b"), "");
            Map<Destination, Integer> shares = new HashMap<>();
            for (int i = 0; i < 1_000; i++) {
                shares.merge(destination(exchange, "k"), 1, Integer::sum);
            }
            assertNear(500, shares.get(fixture.queue("a")));
        }
    }

    @Test
    void whatIsLocalTakesClassicQueuesWithoutKeys() {
        Exchange exchange = fixture.exchange("x-local-random", "x");
        assertRefused(exchange, fixture.queue("q"), "k", "Non empty binding 'k' key not permitted");
        assertRefused(exchange, fixture.exchange("fanout", "f"), "", "Destination not found");
        Destination quorum = new Destination() {
            @Override
            public ShortString name() {
                return Fixture.key("quorum");
            }

            @Override
            public int id() {
                return 9;
            }

            @Override
            public String type() {
                return "quorum";
            }
        };
        assertRefused(exchange, quorum, "", "Queue type rabbit_quorum_queue not valid for this exchange type");
        fixture.exchange("x-random", "r")
                .validate(new Binding(fixture.exchange("x-random", "r"), quorum, Fixture.key("k"), FieldTable.EMPTY));
    }

    private static void assertRefused(Exchange exchange, BindingTarget target, String key, String problem) {
        Binding binding = new Binding(exchange, target, Fixture.key(key), FieldTable.EMPTY);
        assertEquals(
                "PRECONDITION_FAILED - " + problem,
                assertThrows(ChannelError.class, () -> exchange.validate(binding))
                        .replyText());
    }

    @Test
    void aCacheRemembersWhatTheKeyDecidesAndNothingElse() {
        RouteCache cache = new RouteCache(fixture.router, () -> 1);
        for (String type : new String[] {HASH, "x-modulus-hash"}) {
            Exchange exchange = fixture.exchange(type, type);
            fixture.bind(exchange, fixture.queue("a"), "1");
            assertSame(
                    cache.route(exchange, Fixture.key("k"), Fixture.NO_HEADERS),
                    cache.lookup(exchange.name(), Fixture.key("k")));
        }
        Exchange random = fixture.exchange("x-random", "r");
        fixture.bind(random, fixture.queue("a"), "");
        Route route = cache.route(random, Fixture.key("k"), Fixture.NO_HEADERS);
        assertEquals(null, cache.lookup(random.name(), Fixture.key("k")));
        assertSame(route, cache.route(random, Fixture.key("k"), Fixture.NO_HEADERS));
        assertNotEquals(0, route.size());
    }
}
