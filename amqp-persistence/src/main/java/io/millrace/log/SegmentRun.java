package io.millrace.log;

import java.util.Arrays;

/** Messages of one queue on their way to its segments, in the order of their sequence. Parallel arrays that grow. */
final class SegmentRun {
    private static final int CAPACITY_INITIAL = 16;

    final int queueId;
    private long[] sequences = new long[CAPACITY_INITIAL];
    private StoredContent[] contents = new StoredContent[CAPACITY_INITIAL];
    private boolean[] persistent = new boolean[CAPACITY_INITIAL];
    private int count;
    private long bytes;

    SegmentRun(int queueId) {
        this.queueId = queueId;
    }

    void add(long sequence, StoredContent content, boolean isPersistent) {
        if (count == sequences.length) {
            sequences = Arrays.copyOf(sequences, count * 2);
            contents = Arrays.copyOf(contents, count * 2);
            persistent = Arrays.copyOf(persistent, count * 2);
        }
        sequences[count] = sequence;
        contents[count] = content;
        persistent[count++] = isPersistent;
        bytes += content.size();
    }

    int count() {
        return count;
    }

    /** Octets of contents. */
    long bytes() {
        return bytes;
    }

    long sequence(int i) {
        return sequences[i];
    }

    StoredContent content(int i) {
        return contents[i];
    }

    boolean isPersistent(int i) {
        return persistent[i];
    }
}
