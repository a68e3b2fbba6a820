package io.millrace.codec.value;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The {@code longstr} of AMQP: octets of any kind and number, often but not always UTF-8. Immutable. */
public final class LongString {
    /** The string of no octets. */
    public static final LongString EMPTY = new LongString(new byte[0]);

    private final byte[] octets;

    private LongString(byte[] octets) {
        this.octets = octets;
    }

    /** The UTF-8 of a text. */
    public static LongString of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A string of these octets, which it takes over: do not change them afterwards. */
    public static LongString of(byte[] octets) {
        requireNonNull(octets, "octets is null");
        return octets.length == 0 ? EMPTY : new LongString(octets);
    }

    /** How many octets it has. */
    public int length() {
        return octets.length;
    }

    /** The octets themselves, not a copy: they must not be changed. */
    public byte[] bytes() {
        return octets;
    }

    /** Writes it as it stands on the wire: four octets of length, then the octets. */
    public void writeTo(ByteBuf out) {
        out.writeInt(octets.length);
        out.writeBytes(octets);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof LongString that && Arrays.equals(octets, that.octets));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** The octets read as UTF-8; what is not UTF-8 becomes the replacement character. */
    @Override
    public String toString() {
        return new String(octets, StandardCharsets.UTF_8);
    }
}
