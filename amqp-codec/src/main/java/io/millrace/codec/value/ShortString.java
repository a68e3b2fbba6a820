package io.millrace.codec.value;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The {@code shortstr} of AMQP: at most 255 octets, by convention UTF-8. It is the octets that count: equality, hash
 * and order are theirs, and a name that is not UTF-8 survives the trip through the broker.
 *
 * <p>Immutable and shared between threads. Hash and text are computed when first asked for; two threads that race for
 * one of them compute the same value.
 */
public final class ShortString implements Comparable<ShortString> {
    /** The most octets a short string can have: its length is one octet. */
    public static final int LENGTH_MAX = 255;

    /** The string of no octets. */
    public static final ShortString EMPTY = new ShortString(new byte[0]);

    private final byte[] octets;
    private int hash; // 0: not computed yet
    private String text; // null: not decoded yet

    private ShortString(byte[] octets) {
        this.octets = octets;
    }

    /**
     * The UTF-8 of a text.
     *
     * @throws IllegalArgumentException if that is more than 255 octets
     */
    public static ShortString of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A string of these octets, which it takes over: do not change them afterwards.
     *
     * @throws IllegalArgumentException if there are more than 255
     */
    public static ShortString of(byte[] octets) {
        requireNonNull(octets, "octets is null");
        if (octets.length > LENGTH_MAX) {
            throw new IllegalArgumentException("short string length: " + octets.length + " (expected: <= 255)");
        }
        return octets.length == 0 ? EMPTY : new ShortString(octets);
    }

    /** How many octets it has. */
    public int length() {
        return octets.length;
    }

    /** Whether it has no octets. */
    public boolean isEmpty() {
        return octets.length == 0;
    }

    /** The octet at an index from 0. */
    public byte byteAt(int index) {
        return octets[index];
    }

    /** The octets themselves, not a copy: they must not be changed. */
    public byte[] bytes() {
        return octets;
    }

    /** Whether the {@link #length()} octets at {@code offset} of a buffer are these. */
    public boolean isAt(ByteBuf in, int offset) {
        int length = octets.length;
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                if (in.getByte(offset + i) != octets[i]) {
                    return false;
                }
            }
            return true;
        }
        int last = length - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES) {
            if (in.getLong(offset + i) != BigEndian.getLong(octets, i)) {
                return false;
            }
        }
        return in.getLong(offset + last) == BigEndian.getLong(octets, last);
    }

    /** Writes it as it stands on the wire: one octet of length, then the octets. */
    public void writeTo(ByteBuf out) {
        out.writeByte(octets.length);
        out.writeBytes(octets);
    }

    private static String decode(byte[] octets) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(octets, StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public int compareTo(ShortString other) {
        return Arrays.compareUnsigned(octets, other.octets);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof ShortString that && Arrays.equals(octets, that.octets));
    }

    @Override
    public int hashCode() {
        int h = hash;
        if (h == 0) {
            h = Arrays.hashCode(octets);
            hash = h;
        }
        return h;
    }

    /** The octets read as UTF-8, or as Latin-1 when they are not UTF-8, as RabbitMQ shows them. */
    @Override
    public String toString() {
        String t = text;
        if (t == null) {
            t = decode(octets);
            text = t;
        }
        return t;
    }
}
