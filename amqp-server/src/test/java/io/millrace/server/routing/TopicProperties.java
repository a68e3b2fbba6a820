package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The trie against a matcher that follows the definition word by word. */
class TopicProperties {

    @Property(tries = 2000)
    void trieMatchesWhatTheDefinitionMatches(
            @ForAll("patterns") List<String> patterns,
            @ForAll("patterns") List<String> unbound,
            @ForAll("keys") List<String> keys) {
        Fixture vhost = new Fixture();
        Exchange exchange = vhost.exchange("topic", "x");
        for (String pattern : patterns) {
            vhost.bind(exchange, vhost.queue(pattern), pattern);
        }
        for (String pattern : unbound) {
            vhost.unbind(exchange, vhost.queue(pattern), pattern);
        }
        Set<String> bound = new TreeSet<>(patterns);
        unbound.forEach(bound::remove);

        for (String key : keys) {
            Set<String> expected = new TreeSet<>();
            for (String pattern : bound) {
                if (matches(words(pattern), words(key))) {
                    expected.add(pattern);
                }
            }
            assertEquals(expected, vhost.routed(exchange, key), () -> "key '" + key + "' in " + bound);
        }
        assertEquals(bound.size(), exchange.bindings().size());
    }

    private static List<String> words(String key) {
        return key.isEmpty() ? List.of() : List.of(key.split("\\.", -1));
    }

    private static boolean matches(List<String> pattern, List<String> words) {
        if (pattern.isEmpty()) {
            return words.isEmpty();
        }
        List<String> rest = pattern.subList(1, pattern.size());
        if (pattern.get(0).equals("#")) {
            return matches(rest, words) || (!words.isEmpty() && matches(pattern, words.subList(1, words.size())));
        }
        return !words.isEmpty()
                && (pattern.get(0).equals("*") || pattern.get(0).equals(words.get(0)))
                && matches(rest, words.subList(1, words.size()));
    }

    @Provide
    Arbitrary<List<String>> patterns() {
        return joined(Arbitraries.of("a", "b", "", "*", "#", "#")).list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<String>> keys() {
        return joined(Arbitraries.of("a", "b", "", "c", "*", "#")).list().ofMaxSize(10);
    }

    private static Arbitrary<String> joined(Arbitrary<String> word) {
        return word.list().ofMaxSize(7).map(words -> String.join(".", words));
    }
}
