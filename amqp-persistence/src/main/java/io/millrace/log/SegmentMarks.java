package io.millrace.log;

import java.util.Arrays;

/**
 * Where in a segment some of its messages begin, {@value #STEP_BYTES} octets or more apart, so that whoever looks for
 * one message need not read all before it. Known of what this run has written or read, in no file. 16 octets each.
 */
final class SegmentMarks {
    private static final int STEP_BYTES = 128 << 10;
    private static final long[] NONE = new long[0];

    private long[] sequences = NONE;
    private long[] offsets = NONE;
    private int size;

    /**
     * A record with this sequence begins at this offset; one that is too close behind the last mark, or before, is
     * none.
     */
    void add(long sequence, long offset) {
        if (size > 0 && offset < offsets[size - 1] + STEP_BYTES) {
            return;
        }
        if (size == offsets.length) {
            sequences = Arrays.copyOf(sequences, size * 2 + 4);
            offsets = Arrays.copyOf(offsets, sequences.length);
        }
        sequences[size] = sequence;
        offsets[size++] = offset;
    }

    void addAll(SegmentMarks others) {
        for (int i = 0; i < others.size; i++) {
            add(others.sequences[i], others.offsets[i]);
        }
    }

    /** The last mark at or before this sequence; without one the given offset. */
    long offsetFor(long sequence, long otherwise) {
        int at = Arrays.binarySearch(sequences, 0, size, sequence);
        int before = at >= 0 ? at : -at - 2;
        return before < 0 ? otherwise : Math.max(otherwise, offsets[before]);
    }
}
