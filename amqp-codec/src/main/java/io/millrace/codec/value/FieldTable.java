package io.millrace.codec.value;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ConnectionError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A field table, kept as the octets that arrived (without the four octets of length before them) and forwarded byte for
 * byte: order, duplicate keys and the choice of types are the sender's. It is decoded when somebody asks, each time
 * anew; who asks often keeps the answer.
 *
 * <p>Keys and values are looked up as RabbitMQ does: the first of several entries with the same key counts. Decoding
 * octets that are no table throws a {@link ConnectionError} with {@code SYNTAX_ERROR}; tables made by {@link #read}
 * have been checked and do not throw. Equality is by octets. Immutable.
 */
public final class FieldTable {
    /** The table without entries. */
    public static final FieldTable EMPTY = new FieldTable(new byte[0], 1);

    private final byte[] octets;
    private final int depth;

    private FieldTable(byte[] octets, int depth) {
        this.octets = octets;
        this.depth = depth;
    }

    /** A table of these octets, unchecked and taken over: do not change them afterwards. */
    public static FieldTable ofBytes(byte[] octets) {
        requireNonNull(octets, "octets is null");
        return octets.length == 0 ? EMPTY : new FieldTable(octets, 1);
    }

    /** A table inside another, which remembers how deep it lies. */
    static FieldTable nested(byte[] octets, int depth) {
        if (depth > FieldTableCheck.NESTING_MAX) {
            throw FieldTableReader.tooDeep();
        }
        return new FieldTable(octets, depth);
    }

    /**
     * Checks and copies the table of {@code length} octets at {@code offset}.
     *
     * @throws ConnectionError {@code SYNTAX_ERROR} if a length does not fit, a type is unknown, or more than 64 tables
     *     and arrays lie in each other
     */
    public static FieldTable read(ByteBuf in, int offset, int length) {
        if (length == 0) {
            return EMPTY;
        }
        int verdict = FieldTableCheck.check(in, offset, length);
        switch (verdict & 0xFF) {
            case FieldTableCheck.SOUND -> {
                byte[] octets = new byte[length];
                in.getBytes(offset, octets);
                return new FieldTable(octets, 1);
            }
            case FieldTableCheck.TOO_DEEP -> throw FieldTableReader.tooDeep();
            case FieldTableCheck.UNKNOWN_TYPE -> throw FieldTableReader.unknownType(verdict >>> 8);
            default -> throw FieldTableReader.malformed();
        }
    }

    /**
     * A table of Java values, in the map's order: Boolean, Byte, Short, Integer, Long, Float, Double, String,
     * ShortString, LongString, {@code byte[]} (as {@code x}), BigDecimal, Instant, List, Map, FieldTable, FieldValue
     * and null.
     *
     * @throws IllegalArgumentException for values of other types and keys of more than 255 octets
     */
    public static FieldTable of(Map<String, ?> entries) {
        Builder builder = builder();
        entries.forEach((key, value) -> builder.put(key, valueOf(value)));
        return builder.build();
    }

    /** A builder that writes entries in the order they are put, duplicates included. */
    public static Builder builder() {
        return new Builder();
    }

    /** The octets themselves, not a copy: they must not be changed. */
    public byte[] bytes() {
        return octets;
    }

    /** Whether it has no entries. */
    public boolean isEmpty() {
        return octets.length == 0;
    }

    /** The value of the first entry with this key, null when there is none. */
    public FieldValue get(String key) {
        return isEmpty() ? null : find(key.getBytes(StandardCharsets.UTF_8));
    }

    /** The value of the first entry with this key, null when there is none. */
    public FieldValue get(ShortString key) {
        return isEmpty() ? null : find(key.bytes());
    }

    /** All entries in the order they came; of entries with the same key the first. Unmodifiable. */
    public Map<String, FieldValue> asMap() {
        return isEmpty() ? Map.of() : Collections.unmodifiableMap(new FieldTableReader(octets, depth).readAll());
    }

    /** Writes it as it stands on the wire: four octets of length, then the entries. */
    public void writeTo(ByteBuf out) {
        out.writeInt(octets.length);
        out.writeBytes(octets);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof FieldTable that && Arrays.equals(octets, that.octets));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** The entries for a log; never throws. */
    @Override
    public String toString() {
        try {
            return asMap().toString();
        } catch (AmqpException e) {
            return "{" + e.getMessage() + "}";
        }
    }

    private FieldValue find(byte[] key) {
        return new FieldTableReader(octets, depth).find(key);
    }

    private static FieldValue valueOf(Object value) {
        if (value == null) {
            return new FieldValue.Void();
        } else if (value instanceof FieldValue v) {
            return v;
        } else if (value instanceof Number n) {
            return valueOfNumber(n);
        } else if (value instanceof Boolean v) {
            return new FieldValue.Bool(v);
        } else if (value instanceof byte[] v) {
            return new FieldValue.Bytes(LongString.of(v.clone()));
        } else if (value instanceof String v) {
            return new FieldValue.Text(LongString.of(v));
        } else if (value instanceof LongString v) {
            return new FieldValue.Text(v);
        } else if (value instanceof ShortString v) {
            return new FieldValue.Text(LongString.of(v.bytes()));
        } else if (value instanceof FieldTable v) {
            return new FieldValue.Table(v);
        }
        return valueOfOther(value);
    }

    private static FieldValue valueOfNumber(Number value) {
        if (value instanceof Integer v) {
            return new FieldValue.Int32(v);
        } else if (value instanceof Long v) {
            return new FieldValue.Int64(v);
        } else if (value instanceof Short v) {
            return new FieldValue.Int16(v);
        } else if (value instanceof Byte v) {
            return new FieldValue.Int8(v);
        } else if (value instanceof Double v) {
            return new FieldValue.Float64(v);
        } else if (value instanceof Float v) {
            return new FieldValue.Float32(v);
        } else if (value instanceof BigDecimal v && v.unscaledValue().bitLength() < Integer.SIZE) {
            return new FieldValue.Decimal(v.scale(), v.unscaledValue().intValue());
        }
        throw noFieldValue(value);
    }

    private static FieldValue valueOfOther(Object value) {
        if (value instanceof Instant v) {
            return new FieldValue.Timestamp(v.getEpochSecond());
        } else if (value instanceof List<?> v) {
            return new FieldValue.Array(v.stream().map(FieldTable::valueOf).toList());
        } else if (value instanceof Map<?, ?> v) {
            Builder builder = builder();
            v.forEach((key, inner) -> builder.put((String) key, valueOf(inner)));
            return new FieldValue.Table(builder.build());
        }
        throw noFieldValue(value);
    }

    private static IllegalArgumentException noFieldValue(Object value) {
        return new IllegalArgumentException(
                "no field table type for " + value.getClass().getName() + ": " + value);
    }

    /** Writes a table entry by entry. Used once, by one thread. */
    public static final class Builder {
        private final ByteBuf out = Unpooled.buffer();

        private Builder() {}

        /** Adds a boolean, {@code t}. */
        public Builder put(String key, boolean value) {
            return put(key, new FieldValue.Bool(value));
        }

        /** Adds a 32-bit integer, {@code I}. */
        public Builder put(String key, int value) {
            return put(key, new FieldValue.Int32(value));
        }

        /** Adds a 64-bit integer, {@code l}. */
        public Builder put(String key, long value) {
            return put(key, new FieldValue.Int64(value));
        }

        /** Adds a text, {@code S}. */
        public Builder put(String key, String value) {
            return put(key, new FieldValue.Text(LongString.of(value)));
        }

        /** Adds a table, {@code F}. */
        public Builder put(String key, FieldTable value) {
            return put(key, new FieldValue.Table(value));
        }

        /**
         * Adds a value of any type.
         *
         * @throws IllegalArgumentException if the key has more than 255 octets
         */
        public Builder put(String key, FieldValue value) {
            ShortString.of(key).writeTo(out);
            value.writeTo(out);
            return this;
        }

        /** The table of all that was put. */
        public FieldTable build() {
            return ofBytes(ByteBufUtil.getBytes(out));
        }
    }
}
