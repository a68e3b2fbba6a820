package io.millrace.server.queue;

/** Joins ascending neighbours, so that what a batch acknowledges reaches the journal as a few ranges. */
final class SequenceRanges {
    private final int queueId;
    private final QueueJournal journal;
    private long first = -1;
    private long last;

    SequenceRanges(int queueId, QueueJournal journal) {
        this.queueId = queueId;
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
            journal.acknowledge(queueId, first, last);
            first = -1;
        }
    }
}
