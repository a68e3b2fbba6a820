package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.ShortString;

/**
 * Tells a later run that the queue has messages with a time to live of their own: it would have to read all that is in
 * the store to know. One small record in the log, with an id of its own. Belongs to the queue's loop.
 */
final class TimedNote {
    /** A content without properties has two octets of flags, all of them unset. */
    private static final int NO_PROPERTIES_BYTES = 2;

    private static final Content NOTHING = Content.of(new byte[NO_PROPERTIES_BYTES], NO_PROPERTIES_BYTES);
    private static final long NONE = 0;

    private final QueueJournal journal;
    private final int storeId;
    private final boolean durable;
    /** The sequence number of the note; {@link #NONE} when there is none. */
    private long written = NONE;

    private long nextNumber = 1;

    TimedNote(Queue queue) {
        this.journal = queue.home().journal();
        this.storeId = QueueKind.timesStoreId(queue.id());
        this.durable = queue.settings().durable();
    }

    /** There are such messages. */
    void write() {
        if (durable && written == NONE) {
            written = nextNumber++;
            journal.publish(storeId, written, new Message(ShortString.EMPTY, ShortString.EMPTY, NOTHING, false));
        }
    }

    /** An earlier run left the note, if there was any. */
    void recovered(long count, long lastNumber) {
        nextNumber = lastNumber + 1;
        written = count > 0 ? lastNumber : NONE;
    }

    /** Whether there is a note. */
    boolean isWritten() {
        return written != NONE;
    }

    /** There are no such messages any more. */
    void withdraw() {
        if (written != NONE) {
            journal.acknowledge(storeId, written, written);
            written = NONE;
        }
    }

    /** The queue is gone. */
    void delete() {
        if (durable && nextNumber > 1) {
            journal.deleteQueue(storeId);
        }
    }
}
