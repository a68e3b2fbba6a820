package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Objects;

/**
 * An exchange; its natural key is (vhost, name).
 *
 * @param vhost the virtual host it lives in
 * @param name unique in the virtual host
 * @param type such as {@code topic}
 * @param durable survives a restart
 * @param autoDelete goes with its last binding
 * @param internal cannot be published to by clients
 * @param arguments octets of the field table without the length in front; not copied, not to be changed
 * @param storeId the first of the ids that the message log knows it by; 0 when it keeps no messages
 */
// Arguments are opaque octets that are stored and forwarded as they are; equality is by content, see equals.
@SuppressWarnings("ArrayRecordComponent")
public record ExchangeDefinition(
        String vhost,
        String name,
        String type,
        boolean durable,
        boolean autoDelete,
        boolean internal,
        byte[] arguments,
        int storeId) {
    public ExchangeDefinition {
        requireNonNull(vhost, "vhost is null");
        requireNonNull(name, "name is null");
        requireNonNull(type, "type is null");
        requireNonNull(arguments, "arguments is null");
        if (storeId < 0) {
            throw new IllegalArgumentException("store id: " + storeId + " (expected: >= 0)");
        }
    }

    /** An exchange that keeps no messages. */
    public ExchangeDefinition(
            String vhost,
            String name,
            String type,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            byte[] arguments) {
        this(vhost, name, type, durable, autoDelete, internal, arguments, 0);
    }

    /** The same with an id in the message log. */
    public ExchangeDefinition withStoreId(int id) {
        return new ExchangeDefinition(vhost, name, type, durable, autoDelete, internal, arguments, id);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ExchangeDefinition other
                && vhost.equals(other.vhost)
                && name.equals(other.name)
                && type.equals(other.type)
                && durable == other.durable
                && autoDelete == other.autoDelete
                && internal == other.internal
                && Arrays.equals(arguments, other.arguments)
                && storeId == other.storeId;
    }

    @Override
    public int hashCode() {
        return Objects.hash(vhost, name);
    }
}
