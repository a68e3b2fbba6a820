package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Objects;

/**
 * A queue; its natural key is (vhost, name). Exclusive queues end with their connection and are never stored.
 *
 * @param id from {@link DefinitionStore#nextQueueId()}; what the message log knows the queue by, positive
 * @param vhost the virtual host it lives in
 * @param name unique in the virtual host
 * @param durable survives a restart
 * @param autoDelete goes with its last consumer
 * @param arguments octets of the field table without the length in front; not copied, not to be changed
 */
// Arguments are opaque octets that are stored and forwarded as they are; equality is by content, see equals.
@SuppressWarnings("ArrayRecordComponent")
public record QueueDefinition(
        int id, String vhost, String name, boolean durable, boolean autoDelete, byte[] arguments) {
    public QueueDefinition {
        if (id <= 0) {
            throw new IllegalArgumentException("queue id: " + id + " (expected: > 0)");
        }
        requireNonNull(vhost, "vhost is null");
        requireNonNull(name, "name is null");
        requireNonNull(arguments, "arguments is null");
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof QueueDefinition other
                && id == other.id
                && vhost.equals(other.vhost)
                && name.equals(other.name)
                && durable == other.durable
                && autoDelete == other.autoDelete
                && Arrays.equals(arguments, other.arguments);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, vhost, name);
    }
}
