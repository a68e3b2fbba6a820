package io.millrace.server.queue;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * When messages with a time to live of their own are due: a heap of times and sequence numbers, 16 octets a message. A
 * message that is delivered in time keeps its entry until it would have been due, or until {@link #retain}.
 */
final class DueTimes {
    /** In place of a time: there is none. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int INITIAL_CAPACITY = 16;
    /** So many entries of messages that are gone do no harm. */
    private static final int SUPERFLUOUS_MAX = 1024;

    private long[] times = new long[INITIAL_CAPACITY];
    private long[] sequences = new long[INITIAL_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    /** Whether most entries are of messages that are gone, when so many are not. */
    boolean isMostlySuperfluous(int messages) {
        return size > 2L * messages + SUPERFLUOUS_MAX;
    }

    /** The earliest time, or {@link #NEVER}. */
    long first() {
        return size == 0 ? NEVER : times[0];
    }

    /** The sequence number of the entry with the earliest time; there must be one. */
    long firstSequence() {
        return sequences[0];
    }

    void add(long time, long sequence) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            sequences = Arrays.copyOf(sequences, size * 2);
        }
        int index = size++;
        // Times mostly ascend, so that this ends at once.
        while (index > 0 && isBefore(time, sequence, (index - 1) / 2)) {
            move((index - 1) / 2, index);
            index = (index - 1) / 2;
        }
        times[index] = time;
        sequences[index] = sequence;
    }

    /** Takes the entry with the earliest time out and returns its sequence number. */
    long removeFirst() {
        long sequence = sequences[0];
        size--;
        sink(0, times[size], sequences[size]);
        if (size < times.length / 4 && times.length > INITIAL_CAPACITY) {
            times = Arrays.copyOf(times, times.length / 2);
            sequences = Arrays.copyOf(sequences, sequences.length / 2);
        }
        return sequence;
    }

    void clear() {
        size = 0;
        times = new long[INITIAL_CAPACITY];
        sequences = new long[INITIAL_CAPACITY];
    }

    /** Keeps the entries whose sequence numbers pass. */
    void retain(LongPredicate wanted) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (wanted.test(sequences[i])) {
                move(i, kept++);
            }
        }
        size = kept;
        times = Arrays.copyOf(times, Math.max(INITIAL_CAPACITY, size * 2));
        sequences = Arrays.copyOf(sequences, times.length);
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i, times[i], sequences[i]);
        }
    }

    private void sink(int from, long time, long sequence) {
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(times[child + 1], sequences[child + 1], child)) {
                child++;
            }
            if (isBefore(time, sequence, child)) {
                break;
            }
            move(child, index);
            index = child;
        }
        times[index] = time;
        sequences[index] = sequence;
    }

    /** Of those that are due at the same time the lower number comes first. */
    private boolean isBefore(long time, long sequence, int index) {
        return time < times[index] || (time == times[index] && sequence < sequences[index]);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        sequences[to] = sequences[from];
    }
}
