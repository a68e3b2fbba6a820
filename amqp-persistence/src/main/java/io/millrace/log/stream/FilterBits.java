package io.millrace.log.stream;

/**
 * A Bloom filter: says of a value that it was never added, or may have been. The bits are stored, so the hash must stay
 * as it is.
 */
final class FilterBits {
    /** With 16 octets and 20 different values in a chunk, one of twenty chunks is read in vain. */
    private static final int HASHES = 4;

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private FilterBits() {}

    static void add(byte[] bits, byte[] value) {
        long hash = hash(value);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i, bits.length);
            bits[bit >>> 3] |= (byte) (1 << (bit & 7));
        }
    }

    static boolean mayContain(byte[] bits, byte[] value) {
        long hash = hash(value);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i, bits.length);
            if ((bits[bit >>> 3] & 1 << (bit & 7)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(long hash, int index, int octets) {
        int sum = (int) hash + index * ((int) (hash >>> 32) | 1);
        return Integer.remainderUnsigned(sum, octets * 8);
    }

    private static long hash(byte[] value) {
        long hash = FNV_BASIS;
        for (byte octet : value) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        // FNV leaves the high bits of short values poor.
        hash ^= hash >>> 32;
        hash *= 0xd6e8feb86659fd93L;
        return hash ^ hash >>> 32;
    }
}
