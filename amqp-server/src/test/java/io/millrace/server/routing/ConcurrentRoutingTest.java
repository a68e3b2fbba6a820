package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Readers route while one writer binds and unbinds. */
class ConcurrentRoutingTest {
    private static final int READERS = 3;
    private static final int CHANGES = 20_000;
    private static final int STEADY = 20;
    private static final int COMING_AND_GOING = 60;

    /**
     * Readers always find the queues that stay bound, each once, and never any that was not bound; whoever has been
     * told that a binding is made finds it, directly and through a cache.
     */
    @ParameterizedTest
    @CsvSource({"direct, a.b, 1", "fanout, '', 2", "topic, a.#, 3", "topic, #.b.#, 4", "topic, *.*, 5", "headers, '', 6"
    })
    @Timeout(120)
    void bindingsThatStayAreAlwaysSeen(String type, String bindingKey, long seed) throws Exception {
        Fixture vhost = new Fixture();
        Exchange exchange = vhost.exchange(type, "x");
        Set<String> steady = new HashSet<>();
        for (int i = 0; i < STEADY; i++) {
            steady.add("steady" + i);
            vhost.bind(exchange, vhost.queue("steady" + i), bindingKey);
        }
        List<Destination> coming = new ArrayList<>();
        for (int i = 0; i < COMING_AND_GOING; i++) {
            coming.add(vhost.queue("coming" + i));
        }
        AtomicLong version = new AtomicLong();
        AtomicLong bound = new AtomicLong(); // the highest round whose marker queue is bound
        AtomicBoolean done = new AtomicBoolean();
        List<Destination> markers = new ArrayList<>();
        for (int i = 0; i <= CHANGES / 100; i++) {
            markers.add(vhost.queue("marker" + i));
        }
        vhost.bind(exchange, markers.get(0), bindingKey);

        Callable<Long> reader = () -> {
            RouteCache cache = new RouteCache(vhost.router, version::get, 4);
            long routed = 0;
            do {
                int round = (int) bound.get();
                Set<String> names = Fixture.names(cache.route(exchange, key(), Fixture.NO_HEADERS));
                assertTrue(names.containsAll(steady), () -> "missing of " + steady + ": " + names);
                assertTrue(names.contains("marker" + round), () -> "missing: marker" + round);
                routed++;
            } while (!done.get());
            return routed;
        };
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                results.add(readers.submit(reader));
            }
            change(vhost, exchange, bindingKey, coming, markers, new Random(seed), version, bound);
            done.set(true);
            for (Future<Long> result : results) {
                assertTrue(result.get() > 0);
            }
        } finally {
            done.set(true);
            readers.shutdown();
            assertTrue(readers.awaitTermination(60, TimeUnit.SECONDS));
        }
        assertEquals(exchange.bindings().size(), exchange.bindingCount());
    }

    /**
     * Readers always find what stays bound with its key, while other keys come and go beside it, and second bindings
     * with the same key.
     */
    @ParameterizedTest
    @CsvSource({"direct, 7", "topic, 8"})
    @Timeout(120)
    void keysThatStayAreAlwaysFound(String type, long seed) throws Exception {
        Fixture vhost = new Fixture();
        Exchange exchange = vhost.exchange(type, "x");
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < STEADY; i++) {
            keys.add((i % 2 == 0 ? "k" : "key-of-a-longer-name-") + i);
            vhost.bind(exchange, vhost.queue(keys.get(i)), keys.get(i));
        }
        Destination other = vhost.queue("other");
        AtomicBoolean done = new AtomicBoolean();
        Callable<Long> reader = () -> {
            long routed = 0;
            do {
                String key = keys.get((int) (routed % STEADY));
                Set<String> names = Fixture.names(vhost.router.route(exchange, Fixture.key(key), null, null));
                names.remove("other");
                assertEquals(Set.of(key), names);
                routed++;
            } while (!done.get());
            return routed;
        };
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                results.add(readers.submit(reader));
            }
            Random random = new Random(seed);
            for (int i = 0; i < CHANGES; i++) {
                int pick = random.nextInt(STEADY + COMING_AND_GOING);
                String key = pick < STEADY ? keys.get(pick) : "coming" + pick;
                if (!vhost.bind(exchange, other, key)) {
                    vhost.unbind(exchange, other, key);
                }
            }
            done.set(true);
            for (Future<Long> result : results) {
                assertTrue(result.get() > 0);
            }
        } finally {
            done.set(true);
            readers.shutdown();
            assertTrue(readers.awaitTermination(60, TimeUnit.SECONDS));
        }
    }

    private static void change(
            Fixture vhost,
            Exchange exchange,
            String bindingKey,
            List<Destination> coming,
            List<Destination> markers,
            Random random,
            AtomicLong version,
            AtomicLong bound) {
        for (int i = 1; i <= CHANGES; i++) {
            Destination queue = coming.get(random.nextInt(coming.size()));
            FieldTable arguments = FieldTable.of(Map.of("x-note", random.nextInt(3)));
            Binding binding = new Binding(exchange, queue, Fixture.key(bindingKey), arguments);
            if (random.nextInt(5) == 0) {
                vhost.bindings.removeQueue(queue);
            } else if (!vhost.bindings.bind(binding)) {
                vhost.bindings.unbind(binding);
            }
            if (i % 100 == 0) {
                vhost.bind(exchange, markers.get(i / 100), bindingKey);
                version.incrementAndGet();
                bound.set(i / 100);
            } else {
                version.incrementAndGet();
            }
        }
    }

    private static ShortString key() {
        return Fixture.key("a.b");
    }
}
