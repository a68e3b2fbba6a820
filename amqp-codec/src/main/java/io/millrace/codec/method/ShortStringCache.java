package io.millrace.codec.method;

import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/**
 * The short strings that a connection used lately. A client says the same few names again and again: found here, a name
 * costs a hash and a comparison in the receive buffer, needs no object and no look at its UTF-8, and is the same
 * instance as last time, which makes the route lookups behind it comparisons of references.
 *
 * <p>Bounded: a name has {@value #PROBES} places, and when all are taken the newcomer replaces whoever sits in the
 * first. A client that uses more names than there are places, or chooses them to collide, only makes itself pay for new
 * strings.
 */
final class ShortStringCache {
    /** Places: 2 KiB a connection for references and hashes, and the names. */
    private static final int CAPACITY = 256;

    private static final int PROBES = 4;

    private final ShortString[] strings = new ShortString[CAPACITY];
    private final int[] hashes = new int[CAPACITY];

    /** The string of these octets, or null if they are not UTF-8. */
    ShortString get(ByteBuf in, int offset, int length) {
        if (length == 0) {
            return ShortString.EMPTY;
        }
        int hash = hash(in, offset, length);
        int first = hash & (CAPACITY - 1);
        int place = first;
        for (int i = 0; i < PROBES; i++) {
            place = (first + i) & (CAPACITY - 1);
            ShortString candidate = strings[place];
            if (candidate == null) {
                break;
            }
            if (hashes[place] == hash && candidate.length() == length && candidate.isAt(in, offset)) {
                return candidate;
            }
        }
        if (strings[place] != null) {
            place = first;
        }
        return add(place, hash, in, offset, length);
    }

    private ShortString add(int place, int hash, ByteBuf in, int offset, int length) {
        byte[] octets = new byte[length];
        in.getBytes(offset, octets);
        if (!Utf8.isValid(octets)) {
            return null;
        }
        ShortString string = ShortString.of(octets);
        strings[place] = string;
        hashes[place] = hash;
        return string;
    }

    /** Eight octets at a time, the last eight overlapping those before; shorter names are one number. */
    private static int hash(ByteBuf in, int offset, int length) {
        long h = length;
        int end = offset + length;
        for (int index = offset; index < end - Long.BYTES; index += Long.BYTES) {
            h = mix(h ^ in.getLong(index));
        }
        h = mix(h ^ last(in, offset, length));
        return (int) (h >>> 32);
    }

    private static long last(ByteBuf in, int offset, int length) {
        int end = offset + length;
        if (length >= Long.BYTES) {
            return in.getLong(end - Long.BYTES);
        } else if (length >= Integer.BYTES) {
            return ((long) in.getInt(offset) << 32) | in.getUnsignedInt(end - Integer.BYTES);
        }
        return in.getUnsignedByte(offset)
                ^ ((long) in.getUnsignedByte(offset + length / 2) << 8)
                ^ ((long) in.getUnsignedByte(end - 1) << 16);
    }

    private static long mix(long h) {
        long product = h * 0x9E37_79B9_7F4A_7C15L;
        return product ^ (product >>> 32);
    }
}
