package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

/**
 * A virtual host.
 *
 * @param name its natural key
 * @param description for people
 * @param tags comma separated, for people
 * @param defaultQueueType the type of queues that are declared without one; empty for the broker's
 * @param maxConnections connections it may have at a time; negative for any number
 * @param maxQueues queues it may have; negative for any number
 */
public record VhostDefinition(
        String name, String description, String tags, String defaultQueueType, int maxConnections, int maxQueues) {
    /** As a limit: there is none. */
    public static final int UNLIMITED = -1;

    public VhostDefinition {
        requireNonNull(name, "name is null");
        requireNonNull(description, "description is null");
        requireNonNull(tags, "tags is null");
        requireNonNull(defaultQueueType, "defaultQueueType is null");
    }

    /** A virtual host of which nothing more is said. */
    public VhostDefinition(String name) {
        this(name, "", "", "", UNLIMITED, UNLIMITED);
    }

    /** The same with other limits. */
    public VhostDefinition withLimits(int newMaxConnections, int newMaxQueues) {
        return new VhostDefinition(name, description, tags, defaultQueueType, newMaxConnections, newMaxQueues);
    }
}
