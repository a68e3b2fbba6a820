package io.millrace.server.routing;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** What one walk over the exchanges has found so far. Reused from message to message; of one thread. */
final class RouteCollector {
    private final DistinctList<Destination> destinations = new DistinctList<>();
    /** Get the message as well, and count for nothing. */
    private final DistinctList<Destination> asides = new DistinctList<>();

    /** Visited and still to visit. */
    private final DistinctList<Exchange> exchanges = new DistinctList<>();

    private TopicMatch topicMatch; // null until a topic exchange is met
    private Supplier<FieldTable> headersSource;
    private Map<String, FieldValue> headers; // null until somebody asks
    private Exchange releasedBy; // null for what is published now
    private int matches;
    private boolean notWorthKeeping;

    /** Routes to one queue that were made before, by the lowest bits of its id; empty to keep none. */
    private final Route[] single;

    RouteCollector() {
        this(0);
    }

    /** @param singleRoutes how many routes to one queue are kept; a power of two, or 0 */
    RouteCollector(int singleRoutes) {
        single = new Route[singleRoutes];
    }

    /**
     * Starts a walk.
     *
     * @param headers where the headers of the message are had from; it may return null
     */
    void begin(Supplier<FieldTable> headers) {
        reset();
        headersSource = headers;
    }

    /** The message is one that the exchange has kept until now. */
    void released(Exchange exchange) {
        releasedBy = exchange;
    }

    @SuppressWarnings("ReferenceEquality") // exchanges have no other equality
    boolean isReleasedBy(Exchange exchange) {
        return releasedBy == exchange;
    }

    /** An empty one, for another look at the same message. */
    RouteCollector forSameMessage() {
        RouteCollector other = new RouteCollector();
        other.headersSource = headersSource;
        other.headers = headers;
        return other;
    }

    /** Lets go of everything that belongs to the message. */
    void reset() {
        destinations.clear();
        asides.clear();
        exchanges.clear();
        headersSource = null;
        headers = null;
        releasedBy = null;
        matches = 0;
        notWorthKeeping = false;
    }

    void add(BindingTarget target) {
        matches++;
        if (target instanceof Exchange exchange) {
            exchanges.add(exchange);
        } else {
            destinations.add((Destination) target);
        }
    }

    /** Adds a destination which is no match: where nothing else matches the message is unroutable all the same. */
    void addAside(Destination destination) {
        asides.add(destination);
    }

    void addAll(ConcurrentSlots<Binding> bindings) {
        AtomicReferenceArray<Binding> slots = bindings.slots();
        for (int i = 0; i < slots.length(); i++) {
            Binding binding = slots.get(i);
            if (binding != null) {
                add(binding.destination());
            }
        }
    }

    /** Everything that was added, known before or not. */
    int matches() {
        return matches;
    }

    boolean hasAsides() {
        return asides.size() > 0;
    }

    int exchangeCount() {
        return exchanges.size();
    }

    Exchange exchange(int position) {
        return exchanges.get(position);
    }

    void matchTopic(TopicNode root, ShortString routingKey) {
        if (topicMatch == null) {
            topicMatch = new TopicMatch();
        }
        topicMatch.match(root, routingKey, this);
    }

    /** The message's headers by name, decoded at most once a message; empty if it has none. */
    Map<String, FieldValue> headers() {
        if (headers == null) {
            FieldTable table = headersSource.get();
            headers = table == null ? Map.of() : table.asMap();
        }
        return headers;
    }

    /** The message's properties; empty where they are not known. */
    BasicProperties properties() {
        return headersSource instanceof MessageProperties message ? message.properties() : BasicProperties.NONE;
    }

    /** Another message with the same key may go elsewhere, or there will hardly be one. */
    void markNotWorthKeeping() {
        notWorthKeeping = true;
    }

    boolean isWorthKeeping() {
        return !notWorthKeeping;
    }

    Route toRoute() {
        int size = destinations.size();
        if (size == 1 && asides.size() == 0 && single.length > 0) {
            return toSingleRoute(destinations.get(0));
        }
        Destination[] found = new Destination[size + asides.size()];
        for (int i = 0; i < size; i++) {
            found[i] = destinations.get(i);
        }
        for (int i = 0; i < asides.size(); i++) {
            found[size + i] = asides.get(i);
        }
        return Route.ofOwned(found, asides.size());
    }

    /** Where each message goes to another queue, or is looked at anew, the routes at least are not made anew. */
    private Route toSingleRoute(Destination destination) {
        int slot = destination.id() & (single.length - 1);
        Route known = single[slot];
        if (known == null || known.get(0) != destination) {
            known = Route.of(destination);
            single[slot] = known;
        }
        return known;
    }

    /** Lets go of routes that were kept: their queues may be gone. */
    void forgetRoutes() {
        Arrays.fill(single, null);
    }
}
