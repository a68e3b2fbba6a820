package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RouteCacheTest {
    private static final ShortString KEY = Fixture.key("k");

    private final Fixture vhost = new Fixture();
    private final AtomicLong version = new AtomicLong();
    private final RouteCache cache = new RouteCache(vhost.router, version::get, 8);
    private final Exchange exchange = vhost.exchange("direct", "x");

    @Test
    void knownRouteIsHandedOutAgainToTheSameAndToEqualNames() {
        vhost.bind(exchange, vhost.queue("q"), "k");
        assertNull(cache.lookup(exchange.name(), KEY));

        Route route = cache.route(exchange, KEY, Fixture.NO_HEADERS);

        assertSame(route, cache.lookup(exchange.name(), KEY));
        assertSame(route, cache.lookup(Fixture.key("x"), Fixture.key("k")));
        assertSame(route, cache.route(exchange, Fixture.key("k"), Fixture.NO_HEADERS));
        assertNull(cache.lookup(Fixture.key("y"), KEY));
        assertNull(cache.lookup(exchange.name(), Fixture.key("other")));
    }

    @Test
    void unroutableIsRememberedToo() {
        assertSame(Route.EMPTY, cache.route(exchange, KEY, Fixture.NO_HEADERS));
        assertSame(Route.EMPTY, cache.lookup(exchange.name(), KEY));
    }

    @Test
    void newVersionForgetsEverything() {
        cache.route(exchange, KEY, Fixture.NO_HEADERS);
        vhost.bind(exchange, vhost.queue("q"), "k");
        version.incrementAndGet();

        assertNull(cache.lookup(exchange.name(), KEY));
        assertEquals(Set.of("q"), Fixture.names(cache.route(exchange, KEY, Fixture.NO_HEADERS)));
    }

    @Test
    void routesThatDependOnHeadersAreNotKept() {
        Exchange headers = vhost.exchange("headers", "h");
        vhost.bind(headers, vhost.queue("one"), "", FieldTable.of(Map.of("a", 1)));
        vhost.bind(headers, vhost.queue("two"), "", FieldTable.of(Map.of("a", 2)));
        vhost.bind(exchange, headers, "k");
        Exchange spare = vhost.exchange("direct", "spare", Fixture.alternate("h"));

        for (Exchange start : List.of(headers, exchange, spare)) {
            assertEquals(Set.of("one"), Fixture.names(cache.route(start, KEY, () -> FieldTable.of(Map.of("a", 1)))));
            assertNull(cache.lookup(start.name(), KEY));
            assertEquals(Set.of("two"), Fixture.names(cache.route(start, KEY, () -> FieldTable.of(Map.of("a", 2)))));
        }
        assertEquals(0, cache.size());
    }

    @Test
    void routesWithExtraKeysAreNotKept() {
        vhost.bind(exchange, vhost.queue("q"), "k");
        vhost.bind(exchange, vhost.queue("r"), "extra");

        assertEquals(
                Set.of("q", "r"),
                Fixture.names(cache.route(exchange, KEY, List.of(Fixture.key("extra")), Fixture.NO_HEADERS)));
        assertNull(cache.lookup(exchange.name(), KEY));
        assertEquals(Set.of("q"), Fixture.names(cache.route(exchange, KEY, null, Fixture.NO_HEADERS)));
        assertEquals(1, cache.size());
    }

    @Test
    void fullCacheIsEmptied() {
        for (int i = 0; i < 8; i++) {
            cache.route(exchange, Fixture.key("k" + i), Fixture.NO_HEADERS);
            assertEquals(i + 1, cache.size());
        }
        cache.route(exchange, Fixture.key("k8"), Fixture.NO_HEADERS);

        assertEquals(1, cache.size());
        assertNull(cache.lookup(exchange.name(), Fixture.key("k0")));
        assertSame(Route.EMPTY, cache.lookup(exchange.name(), Fixture.key("k8")));
    }

    @Test
    void growingKeepsWhatIsKnown() {
        RouteCache large = new RouteCache(vhost.router, version::get);
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < RouteCache.ENTRIES_MAX_DEFAULT; i++) {
            vhost.bind(exchange, vhost.queue("q" + i), "k" + i);
            routes.add(large.route(exchange, Fixture.key("k" + i), Fixture.NO_HEADERS));
        }

        for (int i = 0; i < routes.size(); i++) {
            assertSame(routes.get(i), large.lookup(exchange.name(), Fixture.key("k" + i)));
        }
        assertEquals(RouteCache.ENTRIES_MAX_DEFAULT, large.size());
    }

    @Test
    void failedRoutingLeavesNothingBehind() {
        Exchange headers = vhost.exchange("headers", "h");
        vhost.bind(headers, vhost.queue("q"), "");
        vhost.bind(exchange, vhost.queue("q"), "k");

        assertThrows(
                IllegalStateException.class,
                () -> cache.route(headers, KEY, () -> {
                    throw new IllegalStateException("cannot be decoded");
                }));

        Route route = cache.route(exchange, KEY, Fixture.NO_HEADERS);
        assertEquals(Set.of("q"), Fixture.names(route));
        assertSame(route, cache.lookup(exchange.name(), KEY));
    }

    @Test
    void routesAreNotSharedBetweenComputations() {
        vhost.bind(exchange, vhost.queue("q"), "k");
        Route first = cache.route(exchange, KEY, Fixture.NO_HEADERS);
        version.incrementAndGet();
        vhost.unbind(exchange, vhost.queue("q"), "k");

        assertNotSame(first, cache.route(exchange, KEY, Fixture.NO_HEADERS));
        assertEquals(Set.of("q"), Fixture.names(first));
    }

    /** 100,000 look-ups that allocated 16 octets each would be 1.6 MB; what is allowed is noise of the runtime. */
    @Test
    void hitsAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ShortString other = Fixture.key("other");
        vhost.bind(exchange, vhost.queue("q"), "k");
        long allocated = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 50_000; i++) {
                cache.route(exchange, KEY, Fixture.NO_HEADERS);
                cache.route(exchange, other, Fixture.NO_HEADERS);
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertTrue(allocated < 100_000, "allocated: " + allocated + " (expected: < 100000)");
    }

    @Test
    void routesToQueuesThatComeAndGoAreNotKept() {
        Destination passing = new Destination() {
            @Override
            public int id() {
                return 0;
            }

            @Override
            public ShortString name() {
                return KEY;
            }

            @Override
            public boolean isLasting() {
                return false;
            }
        };
        vhost.queues.put(KEY, passing);
        Exchange exchange = DirectExchange.defaultExchange();
        assertSame(passing, cache.route(exchange, KEY, Fixture.NO_HEADERS).get(0));
        assertNull(cache.lookup(exchange.name(), KEY));
    }
}
