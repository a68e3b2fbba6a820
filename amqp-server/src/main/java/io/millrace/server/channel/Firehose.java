package io.millrace.server.channel;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.DeliveryBatch;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.Queue;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of what a channel publishes and gets while its virtual host is traced: to the exchange
 * {@code amq.rabbitmq.trace}, by the routing keys {@code publish.EXCHANGE} and {@code deliver.QUEUE}, with the body as
 * it is and everything else in the headers. What this exchange got is not traced again.
 *
 * <p>Who does not trace pays for a look at {@link #isOff} a publish and a batch of deliveries.
 */
final class Firehose {
    private static final ShortString EXCHANGE = ShortString.of("amq.rabbitmq.trace");
    private static final String CC = "CC";

    private final int channelNumber;
    private final ChannelHost host;

    Firehose(int channelNumber, ChannelHost host) {
        this.channelNumber = channelNumber;
        this.host = host;
    }

    boolean isOff() {
        return host.virtualHost().tracingNode() == null;
    }

    /** A message goes by this route. */
    void published(Message message, Route route) {
        if (message.exchange().equals(EXCHANGE)) {
            return;
        }
        List<FieldValue> queues = new ArrayList<>();
        for (int i = 0; i < route.size(); i++) {
            queues.add(text(route.get(i).name()));
        }
        FieldTable.Builder headers = headers(message).put("routed_queues", new FieldValue.Array(queues));
        send("publish." + message.exchange(), message, headers);
    }

    /** A queue's messages go to a consumer of the channel. */
    void delivered(Queue queue, DeliveryBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            delivered(queue, batch.message(i), batch.redelivered(i));
        }
    }

    /** A message goes to the client. */
    void delivered(Queue queue, Message message, boolean redelivered) {
        if (message.exchange().equals(EXCHANGE)) {
            return;
        }
        FieldTable.Builder headers = headers(message).put("redelivered", redelivered ? 1 : 0);
        send("deliver." + queue.name(), message, headers);
        // In a task of its own: the queue that delivers may be among those that get the copy.
        host.loop().execute(host.outbox()::flush);
    }

    private void send(String key, Message message, FieldTable.Builder headers) {
        byte[] octets = LongString.of(key).bytes();
        if (octets.length > ShortString.LENGTH_MAX) {
            return; // No binding could name it, and no frame could carry it.
        }
        ShortString routingKey = ShortString.of(octets);
        Exchange exchange = host.virtualHost().requireExchange(EXCHANGE);
        // Never from the routes that are known: those are what clients may publish by, and to this exchange they may
        // not.
        Route route = host.routes().route(exchange, routingKey, List.of(), () -> FieldTable.EMPTY);
        BasicProperties properties =
                BasicProperties.builder().headers(headers.build()).build();
        Message copy =
                new Message(EXCHANGE, routingKey, message.content().withProperties(properties), route.size() > 1);
        for (int i = 0; i < route.size(); i++) {
            host.outbox().add((Queue) route.get(i), copy, null, 0);
        }
    }

    private FieldTable.Builder headers(Message message) {
        BasicProperties properties = message.content().properties();
        return FieldTable.builder()
                .put("exchange_name", text(message.exchange()))
                .put("routing_keys", new FieldValue.Array(routingKeys(message, properties)))
                .put("properties", table(properties))
                .put("node", host.virtualHost().tracingNode())
                .put("vhost", host.virtualHost().name())
                .put("connection", host.connectionName())
                .put("channel", channelNumber)
                .put("user", host.user().name());
    }

    private static List<FieldValue> routingKeys(Message message, BasicProperties properties) {
        List<FieldValue> keys = new ArrayList<>();
        keys.add(text(message.routingKey()));
        if (properties.headers() != null && properties.headers().get(CC) instanceof FieldValue.Array copies) {
            keys.addAll(copies.values());
        }
        if (message.envelope() != null) {
            message.envelope().hiddenKeys().forEach(key -> keys.add(text(key)));
        }
        return keys;
    }

    private static FieldTable table(BasicProperties properties) {
        FieldTable.Builder table = FieldTable.builder();
        put(table, "content_type", properties.contentType());
        put(table, "content_encoding", properties.contentEncoding());
        if (properties.headers() != null) {
            table.put("headers", properties.headers());
        }
        put(table, "delivery_mode", properties.deliveryMode());
        put(table, "priority", properties.priority());
        put(table, "correlation_id", properties.correlationId());
        put(table, "reply_to", properties.replyTo());
        put(table, "expiration", properties.expiration());
        put(table, "message_id", properties.messageId());
        if (properties.timestamp() != null) {
            table.put("timestamp", properties.timestamp().longValue()); // a number, unlike the property
        }
        put(table, "type", properties.type());
        put(table, "user_id", properties.userId());
        put(table, "app_id", properties.appId());
        put(table, "cluster_id", properties.clusterId());
        return table.build();
    }

    private static void put(FieldTable.Builder table, String name, ShortString value) {
        if (value != null) {
            table.put(name, text(value));
        }
    }

    private static void put(FieldTable.Builder table, String name, Integer value) {
        if (value != null) {
            table.put(name, value.intValue());
        }
    }

    private static FieldValue text(ShortString text) {
        return new FieldValue.Text(LongString.of(text.bytes()));
    }
}
