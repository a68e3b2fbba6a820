package io.millrace.server.queue;

/** Joins ascending neighbours, so that what a batch acknowledges reaches the journal as a few ranges. */
final class SequenceRanges {
    private final int storeId;
    private final QueueJournal journal;
    private long first = -1;
    private long last;

    SequenceRanges(int storeId, QueueJournal journal) {
        this.storeId = storeId;
        this.journal = journal;
    }

    void add(long sequence) {
        if (first >= 0 && sequence == last + 1) {
            last = sequence;
            return;
        }
        flush();
        first = sequence;
        last = sequence;
    }

    /** Writes the range that is open. */
    void flush() {
        if (first >= 0) {
            journal.acknowledge(storeId, first, last);
            first = -1;
        }
    }
}
