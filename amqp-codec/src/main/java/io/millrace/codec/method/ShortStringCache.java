package io.millrace.codec.method;

import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/**
 * The short strings that a connection used lately. A client says the same few names again and again: found here, a name
 * costs a hash and a comparison in the receive buffer, needs no object and no look at its UTF-8, and is the same
 * instance as last time, which makes the route lookups behind it comparisons of references.
 *
 * <p>Bounded: a name has {@value #PROBES} places, and when all are taken the newcomer replaces whoever sits in the
 * first. There are few places at first, for most clients use few names, and twice as many whenever that has happened
 * half as often as there are places. A client that uses more names than there can be places, or chooses them to
 * collide, only makes itself pay for new strings.
 */
final class ShortStringCache {
    /** Places: a quarter of a KiB a connection for references and hashes, and the names. */
    static final int CAPACITY_INITIAL = 32;

    /**
     * 2 KiB, and the names. Eight times as many would find 1,000 names in turn again, for a third less garbage, but not
     * for less CPU time: to look into so many strings takes as long as to make them anew.
     */
    static final int CAPACITY_MAX = 256;

    private static final int PROBES = 4;

    private ShortString[] strings = new ShortString[CAPACITY_INITIAL];
    private int[] hashes = new int[CAPACITY_INITIAL];
    private int replaced; // since there are so many places

    /** The string of these octets, or null if they are not UTF-8. */
    ShortString get(ByteBuf in, int offset, int length) {
        if (length == 0) {
            return ShortString.EMPTY;
        }
        int hash = hash(in, offset, length);
        int mask = strings.length - 1;
        int first = firstPlace(hash, mask);
        int place = first;
        for (int i = 0; i < PROBES; i++) {
            place = (first + i) & mask;
            ShortString candidate = strings[place];
            if (candidate == null) {
                break;
            }
            if (hashes[place] == hash && candidate.length() == length && candidate.isAt(in, offset)) {
                return candidate;
            }
        }
        return add(strings[place] == null ? place : placeTaken(first, hash), hash, in, offset, length);
    }

    /** Whose place a newcomer takes: the first. */
    private int placeTaken(int first, int hash) {
        if (strings.length == CAPACITY_MAX || ++replaced <= strings.length / 2) {
            return first;
        }
        grow();
        return firstPlace(hash, strings.length - 1);
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

    /** What finds its places taken is forgotten. */
    private void grow() {
        ShortString[] oldStrings = strings;
        int[] oldHashes = hashes;
        int mask = 2 * oldStrings.length - 1;
        strings = new ShortString[mask + 1];
        hashes = new int[mask + 1];
        replaced = 0;
        for (int i = 0; i < oldStrings.length; i++) {
            if (oldStrings[i] != null) {
                moveIn(oldStrings[i], oldHashes[i], mask);
            }
        }
    }

    private void moveIn(ShortString string, int hash, int mask) {
        int place = firstPlace(hash, mask);
        for (int i = 1; i < PROBES && strings[place] != null; i++) {
            place = (place + 1) & mask;
        }
        strings[place] = string;
        hashes[place] = hash;
    }

    /** The upper bits of a product depend on all octets, the lower ones on the last octets only. */
    private static int firstPlace(int hash, int mask) {
        return hash >>> Integer.numberOfLeadingZeros(mask);
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
