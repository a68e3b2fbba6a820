package io.millrace.server.routing;

import io.millrace.codec.value.FieldValue;
import java.nio.charset.StandardCharsets;

/**
 * A hash that is the same in every run and release, since it says which queue a message goes to: FNV-1a, finished so
 * that all bits depend on all octets.
 */
final class StableHash {
    private static final long OFFSET = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;

    private StableHash() {}

    static long of(byte[] octets) {
        long hash = OFFSET;
        for (byte octet : octets) {
            hash = (hash ^ (octet & 0xFF)) * PRIME;
        }
        return mix(hash);
    }

    static long of(long number) {
        return mix(number ^ OFFSET);
    }

    /** Of a header: equal texts and equal integers have equal hashes, whatever their type. */
    static long of(FieldValue value) {
        if (value instanceof FieldValue.Text text) {
            return of(text.value().bytes());
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return of(bytes.value().bytes());
        }
        return value.isInteger() ? of(value.asLong()) : of(value.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The finalizer of SplitMix64. */
    static long mix(long hash) {
        long mixed = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
