package io.millrace.log.stream;

import java.util.Arrays;

/** The messages that become one chunk, as they are gathered. Reused from one chunk to the next. */
final class Chunk {
    /** Past this a chunk is complete: it is what a reader takes at once, and the least that it takes. */
    private static final int BYTES_MAX = 128 << 10;

    private static final int COUNT_MAX = 4096;
    private static final int CAPACITY_INITIAL = 16;
    private static final byte[] NO_FILTER = {};

    private StreamAppend[] appends = new StreamAppend[CAPACITY_INITIAL];
    private int[] indexes = new int[CAPACITY_INITIAL];
    private int count;
    private long entriesLength;
    private boolean hasFiltered;
    private boolean hasUnfiltered;
    private byte[] filter = NO_FILTER;
    private long firstOffset;
    private long timestamp;

    /** Begins anew. */
    void begin(long newFirstOffset, long newTimestamp) {
        Arrays.fill(appends, 0, count, null);
        count = 0;
        entriesLength = 0;
        hasFiltered = false;
        hasUnfiltered = false;
        filter = NO_FILTER;
        firstOffset = newFirstOffset;
        timestamp = newTimestamp;
    }

    /** Adds a message; false when there is no room for it, which there is for the first one. */
    boolean add(StreamAppend append, int index) {
        byte[] value = append.filterValue(index);
        long length = (long) SegmentFormat.ENTRY_HEADER_BYTES
                + (value == null ? 0 : value.length)
                + append.content(index).size();
        if (count > 0 && (count == COUNT_MAX || entriesLength + length > BYTES_MAX)) {
            return false;
        }
        if (count == appends.length) {
            appends = Arrays.copyOf(appends, count * 2);
            indexes = Arrays.copyOf(indexes, count * 2);
        }
        appends[count] = append;
        indexes[count] = index;
        count++;
        entriesLength += length;
        hasFiltered |= value != null;
        hasUnfiltered |= value == null;
        return true;
    }

    /** Makes the filter, if there is anything to filter by. */
    void complete(int filterBytes) {
        if (!hasFiltered) {
            return;
        }
        filter = new byte[filterBytes];
        for (int i = 0; i < count; i++) {
            byte[] value = appends[i].filterValue(indexes[i]);
            if (value != null) {
                FilterBits.add(filter, value);
            }
        }
    }

    StreamAppend append(int i) {
        return appends[i];
    }

    int index(int i) {
        return indexes[i];
    }

    int count() {
        return count;
    }

    int entriesLength() {
        return Math.toIntExact(entriesLength);
    }

    byte[] filter() {
        return filter;
    }

    boolean hasUnfiltered() {
        return hasUnfiltered;
    }

    long firstOffset() {
        return firstOffset;
    }

    long timestamp() {
        return timestamp;
    }

    /** What it takes in the file. */
    long bytes() {
        return SegmentFormat.chunkBytes(filter.length, entriesLength);
    }
}
