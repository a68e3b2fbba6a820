package io.millrace.log.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which messages of a stream somebody wants: those with one of some filter values, and perhaps those with none. */
public final class StreamFilter {
    private final List<byte[]> values;
    private final boolean matchUnfiltered;

    /**
     * @param values copied, at least one
     * @param matchUnfiltered whether messages without a value are wanted, too
     */
    public StreamFilter(List<byte[]> values, boolean matchUnfiltered) {
        this.values = new ArrayList<>();
        for (byte[] value : values) {
            this.values.add(value.clone());
        }
        this.matchUnfiltered = matchUnfiltered;
    }

    /** Whether a message with this value, null for none, is wanted. */
    public boolean matches(byte[] value) {
        return value == null ? matchUnfiltered : matches(value, 0, value.length);
    }

    /** The same for a message without a value. */
    boolean matchesUnfiltered() {
        return matchUnfiltered;
    }

    boolean matches(byte[] array, int from, int length) {
        for (byte[] wanted : values) {
            if (Arrays.equals(wanted, 0, wanted.length, array, from, from + length)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a chunk may have messages that are wanted; often true when it has none.
     *
     * @param bits the chunk's filter; empty when none of its messages has a value
     * @param unfiltered whether some of its messages have no value
     */
    boolean mayMatch(byte[] bits, boolean unfiltered) {
        if (unfiltered && matchUnfiltered) {
            return true;
        }
        if (bits.length == 0) {
            return false;
        }
        for (byte[] wanted : values) {
            if (FilterBits.mayContain(bits, wanted)) {
                return true;
            }
        }
        return false;
    }
}
