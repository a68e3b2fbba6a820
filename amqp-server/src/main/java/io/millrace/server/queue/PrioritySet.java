package io.millrace.server.queue;

/** A set of priorities that knows its highest one. */
final class PrioritySet {
    /** In place of a priority: there is none. */
    static final int NONE = -1;

    private final long[] words;

    PrioritySet(int count) {
        words = new long[(count + Long.SIZE - 1) / Long.SIZE];
    }

    void set(int priority, boolean contained) {
        long bit = 1L << priority;
        if (contained) {
            words[priority / Long.SIZE] |= bit;
        } else {
            words[priority / Long.SIZE] &= ~bit;
        }
    }

    int highest() {
        for (int i = words.length - 1; i >= 0; i--) {
            if (words[i] != 0) {
                return i * Long.SIZE + Long.SIZE - 1 - Long.numberOfLeadingZeros(words[i]);
            }
        }
        return NONE;
    }
}
