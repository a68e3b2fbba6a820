package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.ShortString;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * What the log keeps of deliveries: small messages in a queue that has nothing else and that nobody consumes, with an
 * id of its own. A note is acknowledged when a newer one takes its place, or when its message is done with.
 *
 * <p>The body of a note:
 *
 * <pre>
 *   0   1 octet    priority of the message
 *   1   8 octets   its sequence number among those of its priority
 *   9   4 octets   how often it was delivered in vain
 *   13  4 octets   how often it was delivered
 * </pre>
 */
final class DeliveryNotes {
    /** A content without properties has two octets of flags, all of them unset. */
    private static final int NO_PROPERTIES_BYTES = 2;

    private static final int BODY_BYTES = 17;
    private static final int BLOCK_NOTES = 8192;
    private static final long BLOCK_BYTES = 1 << 20;

    /** @param number the sequence number of the note itself */
    record Note(long number, int priority, long sequence, int failures, int acquisitions) {}

    private final Queue queue;
    private final int storeId;
    private final MessageStore store;
    private final QueueJournal journal;
    private final SequenceRanges forgotten;
    private long nextNumber = 1;
    private long unread;
    private long readUpTo;
    private boolean reading;

    DeliveryNotes(Queue queue, int storeId, QueueMemory memory) {
        this.queue = queue;
        this.storeId = storeId;
        this.store = memory.store();
        this.journal = queue.home().journal();
        this.forgotten = new SequenceRanges(storeId, journal);
    }

    int storeId() {
        return storeId;
    }

    /** Returns the number of the new note. */
    long write(int priority, long sequence, int failures, int acquisitions) {
        ByteBuffer content = ByteBuffer.allocate(NO_PROPERTIES_BYTES + BODY_BYTES)
                .position(NO_PROPERTIES_BYTES)
                .put((byte) priority)
                .putLong(sequence)
                .putInt(failures)
                .putInt(acquisitions);
        Content note = Content.of(content.array(), NO_PROPERTIES_BYTES);
        journal.publish(storeId, nextNumber, new Message(ShortString.EMPTY, ShortString.EMPTY, note, false));
        return nextNumber++;
    }

    /** {@link #flush} follows. */
    void forget(long number) {
        forgotten.add(number);
    }

    void flush() {
        forgotten.flush();
    }

    void delete() {
        journal.deleteQueue(storeId);
    }

    void recovered(long count, long lastNumber) {
        unread = count;
        nextNumber = Math.max(nextNumber, lastNumber + 1);
    }

    /** Whether there are notes of an earlier run that have not been read. No message may be read before them. */
    boolean areUnread() {
        return unread > 0;
    }

    void read() {
        if (!reading) {
            reading = true;
            store.read(new ReadAhead(queue, storeId, readUpTo, BLOCK_NOTES, BLOCK_BYTES));
        }
    }

    /** Takes the notes of a block. */
    void arrived(ReadAhead block, Consumer<Note> reader) {
        reading = false;
        readUpTo = block.readUpTo();
        unread -= block.count() + block.lost();
        if (block.count() + block.lost() == 0) {
            unread = 0;
        }
        for (int i = 0; i < block.count(); i++) {
            byte[] content = block.message(i).content().part(0);
            ByteBuffer body = ByteBuffer.wrap(content, NO_PROPERTIES_BYTES, BODY_BYTES);
            reader.accept(new Note(block.sequence(i), body.get() & 0xff, body.getLong(), body.getInt(), body.getInt()));
        }
    }
}
