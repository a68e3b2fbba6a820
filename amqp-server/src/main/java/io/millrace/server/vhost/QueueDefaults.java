package io.millrace.server.vhost;

/**
 * How the broker treats queues where nothing else says so.
 *
 * @param relaxedRedeclare whether a queue may be redeclared with another durable flag
 * @param type the type of queues where neither their declaration nor their virtual host names one: {@code classic},
 *     {@code quorum} or {@code stream}
 */
public record QueueDefaults(boolean relaxedRedeclare, String type) {
    /** Those of RabbitMQ. */
    public static final QueueDefaults USUAL = new QueueDefaults(false, "classic");
}
