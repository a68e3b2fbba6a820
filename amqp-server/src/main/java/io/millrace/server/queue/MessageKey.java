package io.millrace.server.queue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What two messages have in common that count as the same one: the first 16 octets of the SHA-256 of a header's value.
 * So a key takes the same room whatever publishers send, and nobody can make up two values with one key.
 *
 * <p>Integers are the same in every width, floating-point numbers in both, and texts whether they came as such or as
 * octets. Values of different types are never the same.
 */
record MessageKey(long high, long low) {
    private static final String TTL_HEADER = "x-cache-ttl";
    private static final String NAME = "k";

    /** The key that a message has by the header; null when it has none. */
    static MessageKey of(FieldTable headers, String header) {
        FieldValue value = headers == null ? null : headers.get(header);
        if (value == null || value instanceof FieldValue.Void) {
            return null;
        }
        byte[] octets = FieldTable.builder().put(NAME, plain(value)).build().bytes();
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(octets));
        return new MessageKey(digest.getLong(), digest.getLong());
    }

    private static FieldValue plain(FieldValue value) {
        if (value.isInteger()) {
            return new FieldValue.Int64(value.asLong());
        }
        if (value instanceof FieldValue.Float32 single) {
            return new FieldValue.Float64(single.value());
        }
        return value instanceof FieldValue.Bytes bytes ? new FieldValue.Text(bytes.value()) : value;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** How long the message wants its key to be remembered; {@code absent} when it does not say. */
    static long ttlMillis(FieldTable headers, long absent) {
        FieldValue ttl = headers == null ? null : headers.get(TTL_HEADER);
        return ttl != null && ttl.isInteger() && ttl.asLong() >= 0 ? ttl.asLong() : absent;
    }

    /** The key as it is written. */
    ShortString octets() {
        return ShortString.of(
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array());
    }

    /** The key that was written so; null when the octets are none. */
    static MessageKey ofOctets(ShortString octets) {
        if (octets.length() != 2 * Long.BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(octets.bytes());
        return new MessageKey(in.getLong(), in.getLong());
    }

    /** The headers of a message, read in passing; null when it has none. */
    static FieldTable headers(Message message) {
        BasicProperties properties = message.borrowed().properties();
        return properties.headers();
    }
}
