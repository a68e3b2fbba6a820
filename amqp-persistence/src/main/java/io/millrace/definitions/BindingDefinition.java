package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Objects;

/**
 * A binding from an exchange to a queue or to another exchange. All components together are its natural key: the same
 * routing key may be bound twice with different arguments.
 *
 * @param vhost the virtual host of both ends
 * @param source name of the exchange that is bound to
 * @param destination name of the queue or exchange that receives
 * @param destinationKind what {@code destination} names
 * @param routingKey octets of the binding key, any of 0 to 255; not copied, not to be changed
 * @param arguments octets of the field table without the length in front; not copied, not to be changed
 */
// Routing key and arguments are opaque octets that are stored as they are; equality is by content, see equals.
@SuppressWarnings("ArrayRecordComponent")
public record BindingDefinition(
        String vhost,
        String source,
        String destination,
        DestinationKind destinationKind,
        byte[] routingKey,
        byte[] arguments) {

    /** What a binding leads to. */
    public enum DestinationKind {
        QUEUE("queue"),
        EXCHANGE("exchange");

        private final String stored;

        DestinationKind(String stored) {
            this.stored = stored;
        }

        /** What stands for it in the database. */
        String stored() {
            return stored;
        }

        static DestinationKind ofStored(String stored) {
            return stored.equals(QUEUE.stored) ? QUEUE : EXCHANGE;
        }
    }

    public BindingDefinition {
        requireNonNull(vhost, "vhost is null");
        requireNonNull(source, "source is null");
        requireNonNull(destination, "destination is null");
        requireNonNull(destinationKind, "destinationKind is null");
        requireNonNull(routingKey, "routingKey is null");
        requireNonNull(arguments, "arguments is null");
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof BindingDefinition other
                && vhost.equals(other.vhost)
                && source.equals(other.source)
                && destination.equals(other.destination)
                && destinationKind == other.destinationKind
                && Arrays.equals(routingKey, other.routingKey)
                && Arrays.equals(arguments, other.arguments);
    }

    @Override
    public int hashCode() {
        int names = Objects.hash(vhost, source, destination, destinationKind);
        return (31 * names + Arrays.hashCode(routingKey)) * 31 + Arrays.hashCode(arguments);
    }
}
