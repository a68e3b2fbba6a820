package io.millrace.server.metrics;

import io.micrometer.core.instrument.Tags;

/**
 * What is counted. Counters only grow, from 0 at the start of the process; closing a channel or deleting a queue takes
 * nothing away. The names are those that RabbitMQ's dashboards ask for.
 */
public enum BrokerCounter {
    CONNECTIONS_OPENED("connections_opened", Labels.NONE, "Connections opened"),
    CONNECTIONS_CLOSED("connections_closed", Labels.NONE, "Connections closed or terminated"),
    CHANNELS_OPENED("channels_opened", Labels.NONE, "Channels opened"),
    CHANNELS_CLOSED("channels_closed", Labels.NONE, "Channels closed"),
    /** Every {@code queue.declare}, whether or not the queue was there already. */
    QUEUES_DECLARED("queues_declared", Labels.NONE, "Queues declared"),
    QUEUES_CREATED("queues_created", Labels.NONE, "Queues created"),
    QUEUES_DELETED("queues_deleted", Labels.NONE, "Queues deleted"),
    BYTES_IN("connection_incoming_bytes", Labels.NONE, "Bytes received from clients"),
    BYTES_OUT("connection_outgoing_bytes", Labels.NONE, "Bytes sent to clients"),

    /** Messages published, all of them. */
    RECEIVED("global_messages_received", Labels.PROTOCOL, "Messages received from publishers"),
    /** Messages published on channels in confirm mode. */
    RECEIVED_CONFIRM(
            "global_messages_received_confirm", Labels.PROTOCOL, "Messages received from publishers that use confirms"),
    /** Messages put into queues; one that goes to three queues counts three times. */
    ROUTED("global_messages_routed", Labels.PROTOCOL, "Messages routed to queues"),
    CONFIRMED("global_messages_confirmed", Labels.PROTOCOL, "Messages confirmed to publishers"),
    UNROUTABLE_DROPPED("global_messages_unroutable_dropped", Labels.PROTOCOL, "Messages that no queue took, dropped"),
    UNROUTABLE_RETURNED(
            "global_messages_unroutable_returned",
            Labels.PROTOCOL,
            "Mandatory messages that no queue took, returned to publishers"),

    /** Messages that a queue or exchange took before, by their key. */
    DUPLICATES_DROPPED("global_messages_duplicates_dropped", Labels.PROTOCOL, "Duplicate messages, dropped"),

    /** Messages given to consumers and to {@code basic.get}, redelivered ones included. */
    DELIVERED("global_messages_delivered", Labels.QUEUE, "Messages delivered"),
    DELIVERED_CONSUME_AUTO_ACK(
            "global_messages_delivered_consume_auto_ack",
            Labels.QUEUE,
            "Messages delivered to consumers with automatic acknowledgement"),
    DELIVERED_CONSUME_MANUAL_ACK(
            "global_messages_delivered_consume_manual_ack",
            Labels.QUEUE,
            "Messages delivered to consumers with manual acknowledgement"),
    DELIVERED_GET_AUTO_ACK(
            "global_messages_delivered_get_auto_ack", Labels.QUEUE, "Messages fetched with automatic acknowledgement"),
    DELIVERED_GET_MANUAL_ACK(
            "global_messages_delivered_get_manual_ack", Labels.QUEUE, "Messages fetched with manual acknowledgement"),
    GET_EMPTY("global_messages_get_empty", Labels.QUEUE, "Fetches that found no message"),
    REDELIVERED("global_messages_redelivered", Labels.QUEUE, "Messages delivered again"),
    ACKNOWLEDGED("global_messages_acknowledged", Labels.QUEUE, "Messages acknowledged by consumers"),

    /** Messages that queues gave up and sent to their dead-letter exchanges, by the reason. */
    DEAD_LETTERED_EXPIRED(
            "global_messages_dead_lettered_expired", Labels.DEAD_LETTER, "Messages dead-lettered because they expired"),
    DEAD_LETTERED_REJECTED(
            "global_messages_dead_lettered_rejected",
            Labels.DEAD_LETTER,
            "Messages dead-lettered because consumers rejected them"),
    DEAD_LETTERED_MAXLEN(
            "global_messages_dead_lettered_maxlen",
            Labels.DEAD_LETTER,
            "Messages dead-lettered because their queue was too long"),
    DEAD_LETTERED_DELIVERY_LIMIT(
            "global_messages_dead_lettered_delivery_limit",
            Labels.DEAD_LETTER,
            "Messages dead-lettered because they were delivered too often");

    /** What all of RabbitMQ's names begin with. */
    static final String PREFIX = "rabbitmq_";

    private final String metricName;
    private final Labels labels;
    private final String help;

    BrokerCounter(String name, Labels labels, String help) {
        this.metricName = PREFIX + name;
        this.labels = labels;
        this.help = help;
    }

    /** The name in the scrape, without {@code _total}. */
    String metricName() {
        return metricName;
    }

    Tags tags() {
        return labels.tags();
    }

    String help() {
        return help;
    }

    /** Which labels a series has. There is only one protocol and one type of queue so far. */
    enum Labels {
        NONE,
        PROTOCOL,
        QUEUE,
        DEAD_LETTER;

        Tags tags() {
            return switch (this) {
                case NONE -> Tags.empty();
                case PROTOCOL -> Tags.of("protocol", "amqp091");
                case QUEUE -> Tags.of("protocol", "amqp091", "queue_type", "rabbit_classic_queue");
                case DEAD_LETTER ->
                    Tags.of("queue_type", "rabbit_classic_queue", "dead_letter_strategy", "at_most_once");
            };
        }
    }
}
