package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicExchangeTest {
    private static final List<String> KEYS = List.of(
            "", "a", "b", "a.b", "a.a", "a.b.c", "a.a.a", "a.b.b", "b.a", "a.b.c.d", ".", "a.", ".a", "..", "a..b",
            "a..", "..a", ".a.", "*", "#", "a.*", "a.#", "A", "a.b.a.b", "x.y.z");

    private final Fixture vhost = new Fixture();
    private final Exchange exchange = vhost.exchange("topic", "x");

    /** Empty words count, the empty key has no word, and wildcards mean nothing in a routing key. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a       | a",
                "a.b     | a.b",
                "a.*     | a.b a.a a. a.* a.#",
                "a.#     | a a.b a.a a.b.c a.a.a a.b.b a.b.c.d a. a..b a.. a.* a.# a.b.a.b",
                "a.*.c   | a.b.c",
                "a.#.b   | a.b a.b.b a..b a.b.a.b",
                "a.*.#.b | a.b.b a..b a.b.a.b",
                "#.b.#   | b a.b a.b.c a.b.b b.a a.b.c.d a..b a.b.a.b",
                ".       | .",
                "..      | ..",
                "*..*    | .. a..b a.. ..a",
                "#.      | . a. .. a.. .a.",
                "#.a.#.a.# | a.a a.a.a a.b.a.b",
            })
    void matchesLikeTheReferenceBroker(String bindingKey, String expected) {
        vhost.bind(exchange, vhost.queue("q"), bindingKey);

        assertEquals(Set.of(expected.split(" ")), matching());
    }

    @ParameterizedTest
    @CsvSource({"#", "#.#", "#.#.#"})
    void hashesAloneMatchEverything(String bindingKey) {
        vhost.bind(exchange, vhost.queue("q"), bindingKey);

        assertEquals(Set.copyOf(KEYS), matching());
    }

    @Test
    void clientsMayBindWithTwoHashesAtMost() {
        TopicExchange.checkAnyNumberWords(Fixture.key("#.a.#.b##.*"));
        ChannelError error =
                assertThrows(ChannelError.class, () -> TopicExchange.checkAnyNumberWords(Fixture.key("#.a.#.b.#")));
        assertEquals(
                "PRECONDITION_FAILED - Topic binding key '#.a.#.b.#' uses 3 '#' wildcards, at most 2 are allowed",
                error.replyText());
    }

    @Test
    void emptyBindingKeyMatchesTheEmptyRoutingKeyOnly() {
        vhost.bind(exchange, vhost.queue("q"), "");

        assertEquals(Set.of(""), matching());
    }

    @Test
    void severalMatchingPatternsOfOneQueueGiveItOnce() {
        for (String pattern : List.of("a.*", "a.#", "#", "a.b", "*.b")) {
            vhost.bind(exchange, vhost.queue("q"), pattern);
        }

        assertEquals(Set.of("q"), vhost.routed(exchange, "a.b"));
    }

    /** Without memory of what has been tried this would take more than 10^18 steps. */
    @Test
    @Timeout(60)
    void manyHashesDoNotExplode() {
        vhost.bind(exchange, vhost.queue("q"), "#.a.".repeat(40) + "#.end");
        String key = "a.".repeat(120);

        assertEquals(Set.of(), vhost.routed(exchange, key + "no"));
        assertEquals(Set.of("q"), vhost.routed(exchange, key + "end"));
    }

    @Test
    void longestKeysAreMatched() {
        vhost.bind(exchange, vhost.queue("empty words"), ".".repeat(255));
        vhost.bind(exchange, vhost.queue("stars"), "*.".repeat(127) + "*");

        assertEquals(Set.of("empty words"), vhost.routed(exchange, ".".repeat(255)));
        assertEquals(Set.of("stars"), vhost.routed(exchange, "w.".repeat(127) + "w"));
    }

    @Test
    void unbindingLeavesWhatIsBoundBelowAndAbove() {
        Destination queue = vhost.queue("q");
        vhost.bind(exchange, queue, "a");
        vhost.bind(exchange, queue, "a.b");
        vhost.bind(exchange, queue, "a.b.c");

        assertTrue(vhost.unbind(exchange, queue, "a.b"));

        assertEquals(Set.of("a", "a.b.c"), matching());
        assertEquals(2, exchange.bindings().size());
        assertFalse(vhost.unbind(exchange, queue, "a.b"));
        assertFalse(vhost.unbind(exchange, queue, "a.*"));
    }

    private Set<String> matching() {
        return KEYS.stream()
                .filter(key -> !vhost.routed(exchange, key).isEmpty())
                .collect(Collectors.toSet());
    }
}
