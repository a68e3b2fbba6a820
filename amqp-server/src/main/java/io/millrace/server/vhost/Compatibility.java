package io.millrace.server.vhost;

import io.millrace.definitions.VhostDefinition;

/**
 * Which RabbitMQ a virtual host behaves like, where its major versions differ. One for the broker; a virtual host
 * chooses for itself by having the tag {@link #tag()} of another one.
 */
public enum Compatibility {
    /** RabbitMQ 3, observed as 3.10.8. */
    RABBITMQ_3("rabbitmq-3", 128L << 20),
    /** RabbitMQ 4, observed as 4.3.6. */
    RABBITMQ_4("rabbitmq-4", 16L << 20);

    private final String tag;
    private final long messageSizeMax;

    Compatibility(String tag, long messageSizeMax) {
        this.tag = tag;
        this.messageSizeMax = messageSizeMax;
    }

    /**
     * The one for a major version of RabbitMQ.
     *
     * @param majorVersion 3 or 4
     * @throws IllegalArgumentException it is neither
     */
    public static Compatibility withRabbitMq(int majorVersion) {
        return switch (majorVersion) {
            case 3 -> RABBITMQ_3;
            case 4 -> RABBITMQ_4;
            default -> throw new IllegalArgumentException("majorVersion: " + majorVersion + " (expected: 3 or 4)");
        };
    }

    /** What the virtual host's tags say; the broker's choice when they say nothing. */
    static Compatibility of(VhostDefinition definition, Compatibility ofBroker) {
        for (String tag : definition.tags().split("[, ]+", -1)) {
            for (Compatibility compatibility : values()) {
                if (compatibility.tag.equals(tag)) {
                    return compatibility;
                }
            }
        }
        return ofBroker;
    }

    /** The tag by which a virtual host chooses it. */
    public String tag() {
        return tag;
    }

    /** Octets of the largest message body where the configuration says nothing of it. */
    public long messageSizeMax() {
        return messageSizeMax;
    }

    /** Whether a binding to a topic exchange may have any number of {@code #}, or two at most. */
    public boolean takesAnyTopicKey() {
        return this == RABBITMQ_3;
    }

    /** Whether an unknown type of exchange ends the connection and not just the channel. */
    public boolean unknownTypesEndConnections() {
        return this == RABBITMQ_3;
    }

    /** Whether a passive declare is for users only who have some right on what it names. */
    public boolean passiveDeclareNeedsRight() {
        return this == RABBITMQ_4;
    }

    /** Whether committing a publish to a queue that was deleted meanwhile ends the connection. */
    public boolean commitNeedsQueues() {
        return this == RABBITMQ_4;
    }

    /** Whether the deaths count that a publisher tells of in its headers, as one does that sends a message again. */
    public boolean believesPublishersDeaths() {
        return this == RABBITMQ_3;
    }

    /** Whether {@code x-consumer-timeout} means nothing to queues that have no timeouts, and is no fault there. */
    boolean ignoresTimeouts() {
        return this == RABBITMQ_3;
    }
}
