package io.millrace.server.queue;

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

    private final Queue queue;
    private final int storeId;
    private final QueueMemory memory;
    private final ReadyMessages ready;
    /** Those in memory that come directly before what is here. */
    private final InMemory own;
    /** How many of these there may be, whatever else the queue has in memory. */
    private final int reserve;

    private long count;
    private long readUpTo;
    /** The highest sequence number that was given to the store. */
    private long last;
    /** Up to this one some may be missing: those that an earlier run was done with. */
    private long recoveredUpTo;

    private long redeliveredUpTo;
    /** Those above {@link #readUpTo} that are here no more, though the store may give them. */
    private final TakenOut takenOut = new TakenOut();

    private boolean used;
    /** Octets of the bodies of the messages behind {@link #unmeasuredUpTo}. */
    private long bytes;

    private long unmeasuredUpTo;
    /** Under way; null when there is none. */
    private Measurement measuring;
    /** Under way; null when there is none, or what it brings is not wanted any more. */
    private ReadAhead reading;

    /** That of a queue which has one. */
    Backlog(Queue queue, int storeId, QueueMemory memory, FifoMessages ready) {
        this.queue = queue;
        this.storeId = storeId;
        this.memory = memory;
        this.ready = ready;
        this.own = ready;
        this.reserve = 0;
    }

    /** That of one priority of a queue. Each may have a few messages in memory, whatever the others have there. */
    Backlog(Queue queue, int storeId, QueueMemory memory, PriorityMessages ready, int priority) {
        this.queue = queue;
        this.storeId = storeId;
        this.memory = memory;
        this.ready = ready;
        this.own = ready.level(priority);
        this.reserve = QueueMemory.reserve();
    }

    /** That of one lane among many that have all their messages in one place. */
    Backlog(Queue queue, int storeId, QueueMemory memory, ReadyMessages ready, InMemory own) {
        this.queue = queue;
        this.storeId = storeId;
        this.memory = memory;
        this.ready = ready;
        this.own = own;
        this.reserve = 0;
    }

    /** How many messages there are. */
    long count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Octets of the bodies, if {@link #isMeasured}. */
    long bytes() {
        return count == 0 ? 0 : bytes;
    }

    /** Whether it is known how many octets the bodies have: an earlier run leaves the number of messages alone. */
    boolean isMeasured() {
        return count == 0 || unmeasuredUpTo <= readUpTo;
    }

    /** Has the store find out; nothing is read meanwhile. The queue is told to {@link Queue#goOn} in the end. */
    void measure() {
        if (!isMeasured() && measuring == null && reading == null) {
            measuring = new Measurement(
                    queue, this, storeId, readUpTo, unmeasuredUpTo, takenOut.isEmpty() ? null : takenOut.copy());
            memory.store().measure(measuring);
        }
    }

    /** Takes a piece of what is measured; returns whether that was the last one. */
    boolean measured(Measurement piece) {
        if (piece != measuring) {
            return false;
        }
        bytes += piece.bytes();
        measuring = piece.next();
        if (measuring != null) {
            memory.store().measure(measuring);
            return false;
        }
        unmeasuredUpTo = 0;
        return true;
    }

    private void unmeasured() {
        bytes = 0;
        unmeasuredUpTo = last;
        measuring = null;
    }

    /**
     * The store has messages from an earlier run.
     *
     * @param lastSequence none has a higher one
     * @param deliveredUpTo the highest sequence number that it may have delivered
     */
    void recovered(long messages, long lastSequence, long deliveredUpTo) {
        last = lastSequence;
        recoveredUpTo = lastSequence;
        unmeasured();
        redeliveredUpTo = deliveredUpTo;
        count = messages;
        used = messages > 0;
    }

    /** Whether so many messages belong here and not into memory. */
    boolean takes(int messages, long bytes) {
        if (count != 0) {
            return true;
        }
        int here = own.size();
        int all = ready.inMemory();
        return here > reserve
                ? memory.isFull(here, all, ready.bytesInMemory(), messages, bytes)
                : memory.isNearlyUsedUp(all);
    }

    /** The store gets so many messages. */
    void add(int messages, long firstSequence) {
        if (count == 0) {
            readUpTo = firstSequence - 1;
            // What is under way was asked for before the last message was given up.
            reading = null;
            measuring = null;
            takenOut.clear();
            bytes = 0;
            unmeasuredUpTo = 0;
        }
        count += messages;
        last = firstSequence + messages - 1;
        used = true;
    }

    /** The bodies of messages that were added have so many octets. */
    void addBytes(long bodyBytes) {
        bytes += bodyBytes;
    }

    /** Asks for the next block when what is in memory will soon be used up. */
    void readIfLow() {
        if (count != 0 && memory.isLow(own.size(), own.bytes())) {
            read();
        }
    }

    /** Asks for the next block. */
    void read() {
        read(memory.blockMessages(), memory.blockBytes());
    }

    /** Asks for the first few messages when none of their like is in memory. */
    void readFew() {
        if (own.size() == 0) {
            read(QueueMemory.SMALL_BLOCK_MESSAGES, QueueMemory.SMALL_BLOCK_BYTES);
        }
    }

    private void read(int messages, long blockBytes) {
        if (count != 0 && !isBeingRead()) {
            reading = new ReadAhead(queue, storeId, readUpTo, messages, blockBytes);
            memory.store().read(reading);
        }
    }

    /** Whether any of the messages may be on its way here, or about to be counted. */
    boolean isBeingRead() {
        return reading != null || measuring != null;
    }

    /** Puts the messages of a block into memory; false when they are not wanted any more. */
    boolean moveToMemory(ReadAhead block) {
        if (!accept(block)) {
            return false;
        }
        for (int i = 0; i < block.count(); i++) {
            Message message = block.message(i);
            boolean redelivered = block.sequence(i) <= redeliveredUpTo || message.isMarkedRedelivered();
            ready.add(message, block.sequence(i), redelivered);
        }
        return true;
    }

    /** Takes the messages of a block out, which are the caller's then; false when they are not wanted any more. */
    boolean accept(ReadAhead block) {
        if (block != reading) {
            return false;
        }
        reading = null;
        int leftOut = takenOut.isEmpty() ? 0 : block.leaveOut(takenOut::contains);
        readUpTo = block.readUpTo();
        takenOut.forgetUpTo(readUpTo);
        count -= block.count() + block.lost();
        if (block.lost() > 0) {
            unmeasured();
            LOG.error("{} lost {} messages that cannot be read", queue, block.lost());
        }
        if (count < 0 || (block.count() == 0 && block.lost() == 0 && leftOut == 0)) {
            LOG.error("{} expected another number of stored messages, {} are missing", queue, count);
            count = 0;
        }
        long memoryBytes = 0;
        for (int i = 0; i < block.count(); i++) {
            Message message = block.message(i);
            if (message.hasTtl()) {
                // An earlier version stored none.
                message = message.arrivingAt(queue.home().currentTimeMillis());
                block.replace(i, message);
            }
            memoryBytes += message.memoryBytes();
            if (block.sequence(i) > unmeasuredUpTo) {
                bytes -= message.countedBytes(queue.kind().quorum());
            }
        }
        memory.budget().add(memoryBytes);
        return true;
    }

    /**
     * Whether {@link #dropUnread} would drop anything: every number from the first one on must be that of a message.
     */
    boolean canDropUnread() {
        return count != 0 && readUpTo >= recoveredUpTo && !isBeingRead();
    }

    /** Gives up the oldest messages, up to this many, whatever they are; returns how many. */
    long dropUnread(long most) {
        long dropped = Math.min(most, count);
        count -= dropped;
        readUpTo += dropped;
        // Whoever must know the octets is not served this way.
        unmeasured();
        return dropped;
    }

    /** Takes one message out of turn, which is the caller's then. Not while it {@link #isBeingRead}. */
    void takeOut(Message message, long sequence) {
        assert sequence > readUpTo && !isBeingRead() : sequence;
        count--;
        takenOut.add(sequence);
        // From there to here not every number is that of a message any more.
        recoveredUpTo = Math.max(recoveredUpTo, sequence);
        if (sequence > unmeasuredUpTo) {
            bytes -= message.countedBytes(queue.kind().quorum());
        }
        memory.budget().add(message.memoryBytes());
    }

    /** Whether the message was taken out of turn. */
    boolean isTakenOut(long sequence) {
        return takenOut.contains(sequence);
    }

    /** One message is dropped; false when it may be on its way here. */
    boolean drop() {
        if (isBeingRead()) {
            return false;
        }
        count--;
        unmeasured();
        return true;
    }

    /** There is no message that was not given with a sequence number up to this one. */
    long readUpTo() {
        return readUpTo;
    }

    /** Whether there ever was a message here. */
    boolean wasUsed() {
        return used;
    }

    /** Gives up all messages. */
    void clear() {
        count = 0;
        reading = null;
        measuring = null;
        takenOut.clear();
    }
}
