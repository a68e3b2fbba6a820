package io.millrace.server.queue;

import io.millrace.log.Page;

/**
 * Where queues keep messages that they have no room for in memory. Any thread; nothing blocks. What is asked for one
 * queue is done in the order of the calls.
 */
public interface MessageStore {
    /** Takes messages over; {@link Page#written} is called once they need not be kept in memory. */
    void write(Page page);

    /** Fetches messages that were written; {@link ReadAhead#complete} is called with them. */
    void read(ReadAhead request);

    /** Counts what the bodies of messages take that were written, and leaves these where they are. */
    void measure(Measurement request);

    /** Forgets the messages with these sequence numbers (both included). */
    void discard(int queueId, long firstSequence, long lastSequence);

    /** Forgets all messages of a queue that the journal does not know. */
    void delete(int queueId);
}
