package io.millrace.server.routing;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** What one walk over the exchanges has found so far. Reused from message to message; of one thread. */
final class RouteCollector {
    private final DistinctList<Destination> destinations = new DistinctList<>();

    /** Visited and still to visit. */
    private final DistinctList<Exchange> exchanges = new DistinctList<>();

    private TopicMatch topicMatch; // null until a topic exchange is met
    private Supplier<FieldTable> headersSource;
    private Map<String, FieldValue> headers; // null until somebody asks
    private int matches;
    private boolean notWorthKeeping;

    /**
     * Starts a walk.
     *
     * @param headers where the headers of the message are had from; it may return null
     */
    void begin(Supplier<FieldTable> headers) {
        reset();
        headersSource = headers;
    }

    /** Lets go of everything that belongs to the message. */
    void reset() {
        destinations.clear();
        exchanges.clear();
        headersSource = null;
        headers = null;
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

    /** Another message with the same key may go elsewhere, or there will hardly be one. */
    void markNotWorthKeeping() {
        notWorthKeeping = true;
    }

    boolean isWorthKeeping() {
        return !notWorthKeeping;
    }

    Route toRoute() {
        Destination[] found = new Destination[destinations.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = destinations.get(i);
        }
        return Route.ofOwned(found);
    }
}
