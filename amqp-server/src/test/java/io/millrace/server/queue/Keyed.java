package io.millrace.server.queue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import java.nio.charset.StandardCharsets;

/** Messages with keys, for tests of what becomes of duplicates. */
final class Keyed {
    static final DeduplicationRules WHILE_HELD = rules(1000, QueueRules.FOREVER, true);

    private Keyed() {}

    static DeduplicationRules rules(int keysMax, long ttlMillis, boolean whileHeld) {
        return new DeduplicationRules(DeduplicationRules.HEADER_DEFAULT, keysMax, ttlMillis, whileHeld, true);
    }

    static Message message(String key, String body) {
        return message(headers(new FieldValue.Text(LongString.of(key))).build(), body, true);
    }

    static Message ofTransient(String key, String body) {
        return message(headers(new FieldValue.Text(LongString.of(key))).build(), body, false);
    }

    static Message forMillis(String key, String body, long ttlMillis) {
        return message(
                headers(new FieldValue.Text(LongString.of(key)))
                        .put("x-cache-ttl", ttlMillis)
                        .build(),
                body,
                true);
    }

    static Message withoutKey(String body) {
        return message(null, body, true);
    }

    static FieldTable.Builder headers(FieldValue key) {
        return FieldTable.builder().put(DeduplicationRules.HEADER_DEFAULT, key);
    }

    static Message message(FieldTable headers, String body, boolean persistent) {
        BasicProperties.Builder properties = BasicProperties.builder().headers(headers);
        if (persistent) {
            properties.deliveryMode(2);
        }
        return new Message(
                ShortString.of("x"),
                ShortString.of("q"),
                Messages.content(properties.build(), body.getBytes(StandardCharsets.UTF_8)),
                false);
    }

    static String body(Message message) {
        return new String(message.content().body(), StandardCharsets.UTF_8);
    }

    static MessageKey key(String key) {
        return MessageKey.of(
                headers(new FieldValue.Text(LongString.of(key))).build(), DeduplicationRules.HEADER_DEFAULT);
    }
}
