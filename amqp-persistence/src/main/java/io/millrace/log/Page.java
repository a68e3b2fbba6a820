package io.millrace.log;

/**
 * Messages that a queue has no room for in memory: a run of all its messages, persistent or not, from one sequence on
 * without a gap. Immutable once it is handed over; read on the segment thread.
 */
public interface Page {
    int queueId();

    /** The sequence of the first message; the others follow without a gap. Higher than all handed over before. */
    long firstSequence();

    /** How many messages there are, at least one. */
    int count();

    StoredContent content(int i);

    /** Whether the message is in the log as well. One that is not ends with the process. */
    boolean isPersistent(int i);

    /** The messages can be read from now on, and need not be kept. On the segment thread; must not throw. */
    void written();
}
