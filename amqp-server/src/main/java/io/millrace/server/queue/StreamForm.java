package io.millrace.server.queue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import java.util.Map;

/**
 * The form in which streams keep and deliver messages. As in RabbitMQ, whose streams translate them: the header
 * {@value #OFFSET_HEADER} is added, headers that are tables or arrays and the cluster id are dropped, byte arrays
 * become texts, and a message without a delivery mode gets mode 1.
 */
final class StreamForm {
    private static final String OFFSET_HEADER = "x-stream-offset";
    private static final String FILTER_VALUE_HEADER = "x-stream-filter-value";
    private static final int TRANSIENT_MODE = 1;

    private StreamForm() {}

    /** The message at its offset. */
    static Message of(Message message, long offset) {
        BasicProperties properties = message.content().properties();
        BasicProperties kept = properties.toBuilder()
                .headers(headers(properties.headers(), offset))
                .deliveryMode(properties.deliveryMode() == null ? TRANSIENT_MODE : properties.deliveryMode())
                .clusterId(null)
                .build();
        return new Message(
                message.exchange(), message.routingKey(), message.content().withProperties(kept), false);
    }

    private static FieldTable headers(FieldTable published, long offset) {
        FieldTable.Builder headers = FieldTable.builder();
        if (published != null) {
            for (Map.Entry<String, FieldValue> header : published.asMap().entrySet()) {
                if (!header.getKey().equals(OFFSET_HEADER)) {
                    put(headers, header.getKey(), header.getValue());
                }
            }
        }
        return headers.put(OFFSET_HEADER, offset).build();
    }

    private static void put(FieldTable.Builder headers, String key, FieldValue value) {
        if (value instanceof FieldValue.Bytes octets) {
            headers.put(key, new FieldValue.Text(octets.value()));
        } else if (!(value instanceof FieldValue.Table || value instanceof FieldValue.Array)) {
            headers.put(key, value);
        }
    }

    /** By what consumers can pick the message out; null when its publisher said nothing. */
    static byte[] filterValue(Message message) {
        if (!message.content().hasAny(BasicProperties.HEADERS_FLAG)) {
            return null;
        }
        return message.content().properties().headers().get(FILTER_VALUE_HEADER) instanceof FieldValue.Text text
                ? text.value().bytes()
                : null;
    }
}
