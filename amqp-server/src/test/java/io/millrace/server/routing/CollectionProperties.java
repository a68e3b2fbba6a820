package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The collections of this package against those of the library. */
class CollectionProperties {

    /** Positive numbers are added, negative ones removed. */
    @Property
    void slotsHoldWhatASetHolds(@ForAll("changes") List<Integer> changes) {
        ConcurrentSlots<Integer> slots = new ConcurrentSlots<>();
        Set<Integer> model = new HashSet<>();
        for (int change : changes) {
            Integer element = Math.abs(change);
            assertEquals(
                    change > 0 ? model.add(element) : model.remove(element),
                    change > 0 ? slots.add(element) : slots.remove(element));
            assertEquals(model.isEmpty(), slots.isEmpty());
            List<Integer> walked = new ArrayList<>();
            slots.forEach(walked::add);
            assertEquals(model.size(), walked.size());
            assertEquals(model, new HashSet<>(walked));
        }
    }

    /** Positive numbers are bound, negative ones unbound: all with one key, and each with a word of its own. */
    @Property
    void bindingsOfAKeyAndWordsOfATrieAreWhatWasBound(@ForAll("changes") List<Integer> changes) {
        Fixture vhost = new Fixture();
        Exchange sameKey = vhost.exchange("direct", "same key");
        Exchange words = vhost.exchange("topic", "words");
        Set<String> model = new TreeSet<>();
        for (int change : changes) {
            // Some words are longer than what is compared as a number, and differ behind that.
            String name = (change % 3 == 0 ? "a-longer-word-" : "") + Math.abs(change);
            Destination queue = vhost.queue(name);
            boolean expected = change > 0 ? model.add(name) : model.remove(name);
            assertEquals(expected, change > 0 ? vhost.bind(sameKey, queue, "k") : vhost.unbind(sameKey, queue, "k"));
            assertEquals(expected, change > 0 ? vhost.bind(words, queue, name) : vhost.unbind(words, queue, name));
            assertEquals(model, vhost.routed(sameKey, "k"));
            assertEquals(model.contains(name) ? Set.of(name) : Set.of(), vhost.routed(words, name));
        }
        for (String name : model) {
            assertEquals(Set.of(name), vhost.routed(words, name));
        }
        assertEquals(model.size(), words.bindings().size());
        assertEquals(model.size(), sameKey.bindings().size());
    }

    @Property
    void distinctListKeepsTheFirstOfEach(@ForAll("rounds") List<List<Integer>> rounds) {
        List<Object> objects = new ArrayList<>();
        for (int i = 0; i <= 200; i++) {
            objects.add(new Object());
        }
        DistinctList<Object> list = new DistinctList<>();
        for (List<Integer> round : rounds) {
            Map<Object, Integer> model = new LinkedHashMap<>();
            for (int number : round) {
                Object object = objects.get(number);
                Integer known = model.putIfAbsent(object, model.size());
                assertEquals(known == null ? model.size() - 1 : -1 - known, list.add(object));
            }
            assertEquals(model.size(), list.size());
            model.forEach((object, position) -> assertSame(object, list.get(position)));
            list.clear();
            assertEquals(0, list.size());
        }
    }

    @Provide
    Arbitrary<List<Integer>> changes() {
        return Arbitraries.integers()
                .between(-40, 40)
                .filter(i -> i != 0)
                .list()
                .ofMaxSize(200);
    }

    @Provide
    Arbitrary<List<List<Integer>>> rounds() {
        return Arbitraries.integers()
                .between(0, 200)
                .list()
                .ofMaxSize(300)
                .list()
                .ofMaxSize(4);
    }
}
