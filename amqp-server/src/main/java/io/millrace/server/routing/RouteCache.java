package io.millrace.server.routing;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The routes that one connection has used lately: (exchange, routing key) to {@link Route}. Not thread-safe.
 *
 * <p>Invariants: (1) An entry was computed after the routing version that it is filed under had been read. (2) The
 * version grows after every change of queues, exchanges and bindings has taken effect. Hence an entry of the current
 * version is as good as routing anew. Routes that depend on more than the key, or lead to a queue that is one of many
 * that come and go, are never kept.
 *
 * <p>A hit allocates nothing. When the cache is full it is emptied: a publisher with more keys than that gains nothing
 * from any cache, and one with fewer never gets there.
 */
public final class RouteCache {
    /** What a connection keeps by default: about 24 KiB at most, besides the strings. */
    public static final int ENTRIES_MAX_DEFAULT = 1024;

    private static final int ENTRIES_INITIAL = 8;

    /** Of queues that messages go to alone. */
    private static final int SINGLE_ROUTES = 64;

    /** Places of an entry's parts in the table. */
    private static final int EXCHANGE = 0;

    private static final int KEY = 1;
    private static final int ROUTE = 2;
    private static final int PARTS = 3;

    private final Router router;
    private final LongSupplier version;
    private final int entriesMax;
    private final RouteCollector collector = new RouteCollector(SINGLE_ROUTES);

    private long versionSeen;
    private ShortString lastExchange;
    private ShortString lastKey;
    private Route lastRoute;

    /** Open addressing with a load of one half at most; entries are three elements wide. */
    private Object[] table;

    private int mask;
    private int entries;

    /**
     * An empty cache with {@link #ENTRIES_MAX_DEFAULT}.
     *
     * @param router finds what is not here
     * @param version the virtual host's routing version; read before every look-up, so it should cost a plain load
     */
    public RouteCache(Router router, LongSupplier version) {
        this(router, version, ENTRIES_MAX_DEFAULT);
    }

    /**
     * An empty cache.
     *
     * @param entriesMax how many routes it keeps; at least 1
     */
    public RouteCache(Router router, LongSupplier version, int entriesMax) {
        this.router = requireNonNull(router, "router is null");
        this.version = requireNonNull(version, "version is null");
        if (entriesMax < 1) {
            throw new IllegalArgumentException("entriesMax: " + entriesMax + " (expected: >= 1)");
        }
        this.entriesMax = entriesMax;
        this.versionSeen = version.getAsLong();
        allocate(ENTRIES_INITIAL);
    }

    /**
     * Returns the route if it is known and still holds, else null. It saves looking up the exchange: only routes of
     * messages that passed the caller's checks before the last change of the routing version are known.
     */
    public Route lookup(ShortString exchange, ShortString routingKey) {
        long now = version.getAsLong();
        if (now != versionSeen) {
            forgetAll();
            collector.forgetRoutes();
            versionSeen = now;
            return null;
        }
        return isLast(exchange, routingKey) ? lastRoute : remembered(exchange, routingKey);
    }

    /**
     * A connection's strings are interned, so that a publisher that repeats itself comes with the very same objects.
     */
    @SuppressWarnings("ReferenceEquality") // equal strings that are not the same are found in the table
    private boolean isLast(ShortString exchange, ShortString routingKey) {
        return routingKey == lastKey && exchange == lastExchange;
    }

    /** Routes a message without extra keys, from memory if possible. Parameters as {@link Router#route}. */
    public Route route(Exchange exchange, ShortString routingKey, Supplier<FieldTable> headers) {
        Route known = lookup(exchange.name(), routingKey);
        return known != null ? known : compute(exchange, routingKey, null, headers);
    }

    /** Routes a message with extra keys, never from memory. Parameters as {@link Router#route}. */
    public Route route(
            Exchange exchange, ShortString routingKey, List<ShortString> extraKeys, Supplier<FieldTable> headers) {
        return extraKeys == null
                ? route(exchange, routingKey, headers)
                : compute(exchange, routingKey, extraKeys, headers);
    }

    /** The number of routes kept at the moment. */
    int size() {
        return entries;
    }

    private Route compute(
            Exchange exchange, ShortString routingKey, List<ShortString> extraKeys, Supplier<FieldTable> headers) {
        collector.begin(headers);
        try {
            router.collect(exchange, routingKey, extraKeys, collector);
            Route route = collector.toRoute();
            if (extraKeys == null && collector.isWorthKeeping()) {
                remember(exchange.name(), routingKey, route);
            }
            return route;
        } finally {
            collector.reset();
        }
    }

    private Route remembered(ShortString exchange, ShortString routingKey) {
        int slot = slotOf(exchange, routingKey);
        Route route = (Route) table[slot + ROUTE];
        if (route != null) {
            lastExchange = exchange;
            lastKey = routingKey;
            lastRoute = route;
        }
        return route;
    }

    private void remember(ShortString exchange, ShortString routingKey, Route route) {
        if (entries == entriesMax) {
            forgetAll();
        } else if (2 * entries > mask) {
            grow();
        }
        put(exchange, routingKey, route);
        lastExchange = exchange;
        lastKey = routingKey;
        lastRoute = route;
    }

    private void put(ShortString exchange, ShortString routingKey, Route route) {
        int slot = slotOf(exchange, routingKey);
        table[slot + EXCHANGE] = exchange;
        table[slot + KEY] = routingKey;
        table[slot + ROUTE] = route;
        entries++;
    }

    /** Where the entry is, or the free place where it belongs. */
    private int slotOf(ShortString exchange, ShortString routingKey) {
        int hash = routingKey.hashCode() * 31 + exchange.hashCode();
        int bucket = (hash ^ (hash >>> 16)) & mask;
        while (true) {
            int slot = bucket * PARTS;
            Object key = table[slot + KEY];
            if (key == null || (same(key, routingKey) && same(table[slot + EXCHANGE], exchange))) {
                return slot;
            }
            bucket = (bucket + 1) & mask;
        }
    }

    private static boolean same(Object kept, ShortString asked) {
        return kept == asked || asked.equals(kept);
    }

    private void grow() {
        Object[] old = table;
        allocate(mask + 1);
        entries = 0;
        for (int slot = 0; slot < old.length; slot += PARTS) {
            if (old[slot + KEY] != null) {
                put((ShortString) old[slot + EXCHANGE], (ShortString) old[slot + KEY], (Route) old[slot + ROUTE]);
            }
        }
    }

    private void allocate(int capacity) {
        mask = 2 * capacity - 1;
        table = new Object[2 * capacity * PARTS];
    }

    private void forgetAll() {
        if (entries > 0) {
            Arrays.fill(table, null);
            entries = 0;
        }
        lastExchange = null;
        lastKey = null;
        lastRoute = null;
    }
}
