package io.millrace.server.routing;

import static java.util.Objects.requireNonNull;

/** The queues that a message goes to, each once. Immutable; may be kept and shared between threads. */
public final class Route {
    /** Goes nowhere: the message is unroutable. */
    public static final Route EMPTY = new Route(new Destination[0], 0);

    private final Destination[] destinations;
    private final int asides;

    private Route(Destination[] ownedDestinations, int asides) {
        this.destinations = ownedDestinations;
        this.asides = asides;
    }

    /** A route to queues that the caller has found without a router. */
    public static Route of(Destination... destinations) {
        for (Destination destination : destinations) {
            requireNonNull(destination, "destination is null");
        }
        return ofOwned(destinations.clone(), 0);
    }

    /** @param asides how many of them, at the end, count for nothing */
    static Route ofOwned(Destination[] ownedDestinations, int asides) {
        return ownedDestinations.length == 0 ? EMPTY : new Route(ownedDestinations, asides);
    }

    /** The number of queues. */
    public int size() {
        return destinations.length;
    }

    /** How many of the queues, the last ones, get the message without making it routable. */
    public int asides() {
        return asides;
    }

    /** Whether the message goes nowhere. */
    public boolean isEmpty() {
        return destinations.length == 0;
    }

    /**
     * One of the queues.
     *
     * @param index from 0 to {@link #size()} - 1
     */
    public Destination get(int index) {
        return destinations[index];
    }
}
