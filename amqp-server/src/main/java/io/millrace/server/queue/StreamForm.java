package io.millrace.server.queue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The form in which streams keep and deliver messages. As in RabbitMQ, whose streams translate them: the header
 * {@value #OFFSET_HEADER} is added, headers that are tables or arrays are dropped unless they are for brokers, so is
 * the cluster id and what a publisher says of earlier deaths, byte arrays become texts, and what is not persistent gets
 * delivery mode 1.
 */
final class StreamForm {
    private static final String OFFSET_HEADER = "x-stream-offset";
    private static final String FILTER_VALUE_HEADER = "x-stream-filter-value";
    private static final String DEATHS_HEADER = "x-death";
    private static final String COPIES_HEADER = "CC";
    private static final String BROKERS_PREFIX = "x-";
    private static final int TRANSIENT_MODE = 1;
    private static final int PERSISTENT_MODE = 2;

    private StreamForm() {}

    /** The message at its offset. */
    static Message of(Message message, long offset) {
        BasicProperties properties = message.content().properties();
        BasicProperties kept = properties.toBuilder()
                .headers(headers(message, properties.headers(), offset))
                .deliveryMode(isPersistent(properties) ? PERSISTENT_MODE : TRANSIENT_MODE)
                .clusterId(null)
                .expiration(expiration(message, properties))
                .build();
        return new Message(
                message.exchange(), message.routingKey(), message.content().withProperties(kept), false);
    }

    /** A dead letter has the one that it had when it died first. */
    private static ShortString expiration(Message message, BasicProperties properties) {
        ShortString before = DeathHistory.expirationBefore(message);
        return before == null ? properties.expiration() : before;
    }

    private static FieldTable headers(Message message, FieldTable published, long offset) {
        FieldTable.Builder headers = FieldTable.builder();
        if (published != null) {
            boolean died = message.envelope() != null && message.envelope().deadLettered();
            for (Map.Entry<String, FieldValue> header : published.asMap().entrySet()) {
                String key = header.getKey();
                if (!key.equals(OFFSET_HEADER) && (died || !key.equals(DEATHS_HEADER))) {
                    put(headers, key, header.getValue());
                }
            }
        }
        return headers.put(OFFSET_HEADER, offset).build();
    }

    private static boolean isPersistent(BasicProperties properties) {
        return properties.deliveryMode() != null && properties.deliveryMode() == PERSISTENT_MODE;
    }

    private static void put(FieldTable.Builder headers, String key, FieldValue value) {
        boolean nested = value instanceof FieldValue.Table || value instanceof FieldValue.Array;
        if (!nested || key.startsWith(BROKERS_PREFIX) || key.equals(COPIES_HEADER)) {
            headers.put(key, withoutBytes(value));
        }
    }

    private static FieldValue withoutBytes(FieldValue value) {
        if (value instanceof FieldValue.Bytes octets) {
            return new FieldValue.Text(octets.value());
        }
        if (value instanceof FieldValue.Array array) {
            List<FieldValue> elements = new ArrayList<>();
            array.values().forEach(element -> elements.add(withoutBytes(element)));
            return new FieldValue.Array(elements);
        }
        if (value instanceof FieldValue.Table table) {
            FieldTable.Builder entries = FieldTable.builder();
            table.value().asMap().forEach((key, entry) -> entries.put(key, withoutBytes(entry)));
            return new FieldValue.Table(entries.build());
        }
        return value;
    }

    /** By what consumers can pick the message out; null when its publisher said nothing, which the empty text does. */
    static byte[] filterValue(Message message) {
        if (!message.content().hasAny(BasicProperties.HEADERS_FLAG)) {
            return null;
        }
        FieldValue value = message.content().properties().headers().get(FILTER_VALUE_HEADER);
        boolean said = value instanceof FieldValue.Text text && text.value().bytes().length > 0;
        return said ? ((FieldValue.Text) value).value().bytes() : null;
    }
}
