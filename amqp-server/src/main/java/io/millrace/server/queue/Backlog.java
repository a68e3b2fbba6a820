package io.millrace.server.queue;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a queue that are not in memory: what was published when the queue had no room, and what the store had
 * at the start.
 *
 * <ol>
 *   <li>They are the newest of the queue: while there is one, everything that is published goes behind it. So a message
 *       in memory comes before all of them.
 *   <li>They have sequence numbers above {@link #readUpTo}, and they are read in order. So a block that arrives goes to
 *       the end of what is in memory.
 * </ol>
 */
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    /** Messages of a block: read in a few milliseconds, which is what consumers take for them. */
    private static final int BLOCK_MESSAGES = 8192;
    /** One large read. */
    private static final long BLOCK_BYTES = 1 << 20;
    /** What a queue may have in memory however scarce it is, so that a short burst needs no disk. */
    private static final int SCARCE_MESSAGES = 256;

    private final Queue queue;
    private final QueueMemory memory;
    private final ReadyMessages ready;

    private long count;
    private long readUpTo;
    private long redeliveredUpTo;
    private boolean used;
    /** Under way; null when there is none, or what it brings is not wanted any more. */
    private ReadAhead reading;

    private final Deque<PublishBatch> held = new ArrayDeque<>();

    Backlog(Queue queue, QueueMemory memory, ReadyMessages ready) {
        this.queue = queue;
        this.memory = memory;
        this.ready = ready;
    }

    /** How many messages there are. */
    long count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * The store has messages from an earlier run.
     *
     * @param deliveredUpTo the highest sequence number that it may have delivered
     */
    void recovered(long messages, long deliveredUpTo) {
        redeliveredUpTo = deliveredUpTo;
        count = messages;
        used = messages > 0;
    }

    /** Whether a batch belongs here and not in memory. */
    boolean takes(PublishBatch batch) {
        if (count != 0) {
            return true;
        }
        int waiting = ready.size();
        return waiting != 0
                && memory.store() != null
                && (waiting + batch.count() > memory.messagesMax()
                        || ready.bytes() + batch.bytes() > memory.bytesMax()
                        || (waiting > SCARCE_MESSAGES && memory.budget().isScarce()));
    }

    void add(PublishBatch batch, long firstSequence, boolean durable) {
        if (count == 0) {
            readUpTo = firstSequence - 1;
            // What is under way was asked for before the last message was given up.
            reading = null;
        }
        count += batch.count();
        used = true;
        memory.store().write(new PagedMessages(batch, firstSequence, durable, memory.budget()));
    }

    /**
     * A length limit judges what is in memory, so a queue that has one reads first what an earlier run left. Until then
     * it keeps batches here, and their publishers wait.
     */
    boolean holds(PublishBatch batch) {
        if (count == 0) {
            return false;
        }
        held.add(batch);
        read();
        return true;
    }

    /** Goes on with what was kept, once nothing comes before it. */
    void releaseHeld() {
        while (count == 0 && !held.isEmpty()) {
            queue.publish(held.remove());
        }
        if (!held.isEmpty()) {
            read();
        }
    }

    /** Asks for the next block when what is in memory will soon be used up. */
    void readIfLow() {
        if (count != 0 && ready.size() < BLOCK_MESSAGES && ready.bytes() < BLOCK_BYTES) {
            read();
        }
    }

    private void read() {
        if (reading == null) {
            reading = new ReadAhead(queue, readUpTo, BLOCK_MESSAGES, BLOCK_BYTES);
            memory.store().read(reading);
        }
    }

    /** Puts the messages of a block into memory; false when they are not wanted any more. */
    boolean moveToMemory(ReadAhead block) {
        if (block != reading) {
            return false;
        }
        reading = null;
        readUpTo = block.readUpTo();
        count -= block.count() + block.lost();
        if (block.lost() > 0) {
            LOG.error("{} lost {} messages that cannot be read", queue, block.lost());
        }
        if (count < 0 || (block.count() == 0 && block.lost() == 0)) {
            LOG.error("{} expected another number of stored messages, {} are missing", queue, count);
            count = 0;
        }
        long bytes = 0;
        for (int i = 0; i < block.count(); i++) {
            Message message = block.message(i);
            ready.add(message, block.sequence(i), block.sequence(i) <= redeliveredUpTo);
            bytes += message.memoryBytes();
        }
        memory.budget().add(bytes);
        return true;
    }

    /**
     * Gives up all messages.
     *
     * @param lastSequence the highest sequence number of the queue
     */
    void purge(long lastSequence, QueueJournal journal) {
        if (queue.settings().durable()) {
            journal.acknowledge(queue.id(), readUpTo + 1, lastSequence);
        }
        memory.store().discard(queue.id(), readUpTo + 1, lastSequence);
        count = 0;
        reading = null;
    }

    /** The queue is gone. The journal tells the store of those that it knows. */
    void delete() {
        count = 0;
        reading = null;
        if (used && !queue.settings().durable()) {
            memory.store().delete(queue.id());
        }
    }
}
