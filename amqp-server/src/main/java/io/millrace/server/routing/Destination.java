package io.millrace.server.routing;

/** Where a message may end. The queue implements it; routing knows nothing else of queues. Compared by identity. */
public non-sealed interface Destination extends BindingTarget {

    /** The queue's number, never used again for another queue. */
    int id();

    /** The queue's type as {@code x-queue-type} names it. */
    default String type() {
        return "classic";
    }

    /** Whether it is worth to remember which messages go to it: not when it is one of many that come and go. */
    default boolean isLasting() {
        return true;
    }
}
