package io.millrace.log.stream;

import java.util.Arrays;

/**
 * Where some chunks of a segment are: one for every {@value #STEP_BYTES} octets, so that finding an offset or a time
 * means reading no more than that. Immutable.
 */
final class SegmentIndex {
    static final int STEP_BYTES = 256 << 10;
    static final SegmentIndex EMPTY = new SegmentIndex(new long[0]);

    private static final int FIELDS = 3;

    /** Offset, timestamp and position of each chunk. */
    private final long[] fields;

    SegmentIndex(long[] fields) {
        this.fields = fields;
    }

    int size() {
        return fields.length / FIELDS;
    }

    long offset(int entry) {
        return fields[entry * FIELDS];
    }

    long timestamp(int entry) {
        return fields[entry * FIELDS + 1];
    }

    long position(int entry) {
        return fields[entry * FIELDS + 2];
    }

    /** This index when the chunk is too close to the last one in it, else one with the chunk. */
    SegmentIndex with(long offset, long timestamp, long position) {
        if (size() > 0 && position < position(size() - 1) + STEP_BYTES) {
            return this;
        }
        long[] longer = Arrays.copyOf(fields, fields.length + FIELDS);
        longer[fields.length] = offset;
        longer[fields.length + 1] = timestamp;
        longer[fields.length + 2] = position;
        return new SegmentIndex(longer);
    }

    /** The position of the last chunk in it that begins with this offset or before; {@code otherwise} if none does. */
    long positionBefore(long offset, long otherwise) {
        int low = 0;
        int high = size() - 1;
        long found = otherwise;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (offset(middle) <= offset) {
                found = position(middle);
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return found;
    }

    /** The position of the last chunk in it that is older; {@code otherwise} if none is. */
    long positionOlderThan(long timestamp, long otherwise) {
        long found = otherwise;
        for (int i = 0; i < size() && timestamp(i) < timestamp; i++) {
            found = position(i);
        }
        return found;
    }
}
