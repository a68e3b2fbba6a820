package io.millrace.server.routing;

import java.util.Arrays;

/**
 * One word of a topic key: a piece of the key's octets, which it is pointed at. Looking one up allocates nothing.
 *
 * <p>The octets also make one number, {@link #packed}: those of up to eight octets are the number, so that together
 * with the length it is the word; of longer ones it is a hash.
 */
final class TopicWord {
    /** Words up to here are compared by number alone. */
    static final int PACKED_MAX = Long.BYTES;

    private byte[] octets = {};
    private int offset;
    private int length;
    private long packed;

    void pointAt(byte[] octets, int offset, int length) {
        this.octets = octets;
        this.offset = offset;
        this.length = length;
        int end = offset + length;
        int packedEnd = Math.min(end, offset + PACKED_MAX);
        long number = 0;
        for (int i = offset; i < packedEnd; i++) {
            number = (number << Byte.SIZE) | (octets[i] & 0xFF);
        }
        for (int i = packedEnd; i < end; i++) {
            number = 31 * number + octets[i];
        }
        this.packed = number;
    }

    int length() {
        return length;
    }

    long packed() {
        return packed;
    }

    /** A copy of the octets that {@link #packed} is not enough for, or null. */
    byte[] copyIfLong() {
        return length > PACKED_MAX ? Arrays.copyOfRange(octets, offset, offset + length) : null;
    }

    boolean isStar() {
        return length == 1 && packed == '*';
    }

    boolean isHash() {
        return length == 1 && packed == '#';
    }

    /** Whether the word is these octets, which are as many. */
    boolean isEqual(byte[] others) {
        return Arrays.equals(octets, offset, offset + length, others, 0, length);
    }
}
