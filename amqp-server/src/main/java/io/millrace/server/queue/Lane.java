package io.millrace.server.queue;

import java.util.function.Supplier;

/**
 * Messages that are numbered in the order in which they came, under an id of their own in the log: all of a plain
 * queue, or those of one priority.
 */
final class Lane extends QueueContents {
    private final int storeId;
    private final boolean durable;
    /** Whether transient messages are written, too. */
    private final boolean keepsAll;

    private final QueueJournal journal;
    private final MessageStore store;
    private final MemoryBudget budget;
    private final ReadyMessages ready;
    private final Backlog backlog;
    private final SequenceRanges acknowledged;
    /** Null where no message is due by a time to live. */
    private final Supplier<StoredDue> newTimes;
    /** Null until a message with a time of its own goes to the store. */
    private StoredDue times;

    /** On its way to the store with the batch under way; null when there is none. */
    private PublishBatch aside;

    private long asideFrom;
    private long asideBytes;

    private long nextSequence = 1;
    /** Sequence number below which every message may have been delivered before. */
    private long deliveredUpTo;

    /** All of a queue. */
    Lane(Queue queue, QueueMemory memory, boolean keepsAll) {
        this(queue, queue.id(), keepsAll, memory, new FifoMessages());
    }

    private Lane(Queue queue, int storeId, boolean keepsAll, QueueMemory memory, FifoMessages ready) {
        this(queue, storeId, keepsAll, memory, ready, new Backlog(queue, storeId, memory, ready));
    }

    /**
     * One among many that have all their messages in one place.
     *
     * @param firstSequence the first of its sequence numbers, which say that it is this one
     */
    Lane(Queue queue, int storeId, QueueMemory memory, ReadyMessages ready, Backlog backlog, long firstSequence) {
        this(queue, storeId, false, memory, ready, backlog);
        this.nextSequence = firstSequence;
    }

    /**
     * @param keepsAll whether transient messages are kept like persistent ones
     * @param ready where its messages wait, those of others beside them
     */
    Lane(Queue queue, int storeId, boolean keepsAll, QueueMemory memory, ReadyMessages ready, Backlog backlog) {
        this.storeId = storeId;
        this.durable = queue.settings().durable();
        this.keepsAll = keepsAll;
        this.journal = queue.home().journal();
        this.store = memory.store();
        this.budget = memory.budget();
        this.ready = ready;
        this.backlog = backlog;
        this.acknowledged = new SequenceRanges(storeId, journal);
        this.newTimes = queue.kind().limitsLives() ? () -> new StoredDue(queue, this, memory) : null;
    }

    int storeId() {
        return storeId;
    }

    @Override
    ReadyMessages ready() {
        return ready;
    }

    @Override
    long waiting() {
        return ready.size() + backlog.count();
    }

    /** How many are in the store alone. */
    long stored() {
        return backlog.count();
    }

    @Override
    long waitingBytes() {
        return ready.bytes() + storedBytes();
    }

    /** The bodies of those that are in the store alone, if {@link #isMeasured}. */
    long storedBytes() {
        return backlog.bytes() + asideBytes;
    }

    @Override
    boolean isMeasured() {
        return backlog.isMeasured();
    }

    @Override
    void measure() {
        backlog.measure();
    }

    @Override
    boolean canDropUnread() {
        return backlog.canDropUnread();
    }

    @Override
    long dropUnread(long most) {
        if (!backlog.canDropUnread()) {
            return 0;
        }
        long first = backlog.readUpTo() + 1;
        long dropped = backlog.dropUnread(most);
        giveUpStored(first, backlog.readUpTo());
        return dropped;
    }

    private void giveUpStored(long first, long last) {
        if (durable) {
            journal.acknowledge(storeId, first, last);
        }
        store.discard(storeId, first, last);
    }

    @Override
    boolean isStored() {
        return !backlog.isEmpty();
    }

    @Override
    boolean enqueue(PublishBatch batch) {
        if (!backlog.takes(batch.count(), batch.bytes())) {
            return takeAll(batch);
        }
        long first = nextSequence;
        nextSequence += batch.count();
        backlog.add(batch.count(), first);
        return handOver(batch, first, batch);
    }

    private boolean takeAll(PublishBatch batch) {
        boolean written = false;
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            written |= enqueue(batch.message(i));
        }
        return written;
    }

    @Override
    boolean enqueue(Message message, PublishBatch batch) {
        if (aside == null && !backlog.takes(1, message.memoryBytes())) {
            return enqueue(message);
        }
        if (aside == null) {
            aside = new PublishBatch(batch.queue(), batch.origin());
            asideFrom = nextSequence;
        }
        aside.add(message);
        asideBytes += message.countedBytes(keepsAll);
        backlog.add(1, nextSequence++);
        return false;
    }

    @Override
    boolean page(PublishBatch batch) {
        if (aside == null) {
            return false;
        }
        PublishBatch part = aside;
        aside = null;
        asideBytes = 0;
        return handOver(part, asideFrom, batch);
    }

    /**
     * Gives messages to the store, which the backlog counts already.
     *
     * @param part those of a batch that are of this lane
     * @return whether any had to be written to the journal
     */
    private boolean handOver(PublishBatch part, long first, PublishBatch batch) {
        batch.paged(part.bytes());
        PagedMessages page = new PagedMessages(part, first, this, budget);
        if (durable && journal.isBehind()) {
            page.waitFor(journal);
        }
        boolean written = false;
        long bodyBytes = 0;
        for (int i = 0; i < part.count(); i++) {
            Message message = part.message(i);
            if (message.hasTtl()) {
                time(message, first + i);
            }
            bodyBytes += message.countedBytes(keepsAll);
            written |= write(message, first + i);
        }
        backlog.addBytes(bodyBytes);
        if (times != null) {
            times.report();
        }
        // Behind the journal, which must hold what the store lets go when it has written, and before the log hears of
        // it
        // from there, which the store relies on: that is at the end of the loop's round.
        store.write(page);
        return written;
    }

    private void time(Message message, long sequence) {
        ready.noteTimed();
        if (newTimes != null) {
            times().add(message.ownDue(), sequence);
        }
    }

    private StoredDue times() {
        if (times == null) {
            times = newTimes.get();
        }
        return times;
    }

    @Override
    void findTimed() {
        if (!backlog.isEmpty()) {
            times().goThrough(1, nextSequence - 1);
            times.goOn();
        }
    }

    @Override
    long firstStoredDue() {
        return times == null || backlog.isEmpty() ? DueTimes.NEVER : times.first();
    }

    @Override
    Overdue pollStoredDue(long now) {
        return times.poll(now);
    }

    /** A message that is in the store alone leaves it. */
    void takeOut(Overdue overdue) {
        backlog.takeOut(overdue.message(), overdue.sequence());
        if (!persists(overdue.message())) {
            store.discard(storeId, overdue.sequence(), overdue.sequence());
        }
        forgetTimes();
    }

    /** With the last message in the store nothing is left to be found there. */
    private void forgetTimes() {
        if (times != null && backlog.isEmpty()) {
            times.clear();
        }
    }

    /** Whether it left the store out of turn. */
    boolean isTakenOut(long sequence) {
        return backlog.isTakenOut(sequence);
    }

    /** Whether any message may be on its way from the store. */
    boolean isBeingRead() {
        return backlog.isBeingRead();
    }

    private boolean enqueue(Message message) {
        long sequence = nextSequence++;
        boolean written = write(message, sequence);
        ready.add(message, sequence, message.isMarkedRedelivered());
        return written;
    }

    private boolean write(Message message, long sequence) {
        boolean written = persists(message);
        if (written) {
            LogPlace from = message.movedFrom();
            if (from == null) {
                journal.publish(storeId, sequence, message);
            } else {
                journal.move(storeId, sequence, message, from);
            }
        }
        return written;
    }

    @Override
    LogPlace place(Message message, long sequence) {
        return persists(message) ? new LogPlace(storeId, sequence) : null;
    }

    /** Whether the message outlives the process. */
    boolean persists(Message message) {
        return durable && (keepsAll || message.isPersistent());
    }

    @Override
    boolean putBack(Message message, long sequence, boolean failed) {
        ready.putBack(message, sequence);
        return true;
    }

    @Override
    void delivered(Message message, long sequence) {
        if (sequence > deliveredUpTo) {
            deliveredUpTo = sequence;
        }
    }

    @Override
    void forget(Message message, long sequence) {
        if (persists(message)) {
            acknowledged.add(sequence);
        }
    }

    @Override
    void moved(Message message, long sequence) {
        // Nothing is kept of it here.
    }

    @Override
    void flush() {
        acknowledged.flush();
    }

    @Override
    void readIfLow() {
        backlog.readIfLow();
        goOnFindingTimed();
    }

    void goOnFindingTimed() {
        if (times != null) {
            times.goOn();
        }
    }

    /** Asks the store for a few messages when none of the lane is in memory. */
    void readFew() {
        backlog.readFew();
    }

    @Override
    void read() {
        backlog.read();
    }

    @Override
    boolean arrived(ReadAhead block) {
        boolean wanted = backlog.moveToMemory(block);
        forgetTimes();
        return wanted;
    }

    /** Takes the messages of a block out of the lane, without bringing them into memory. */
    boolean accept(ReadAhead block) {
        return backlog.accept(block);
    }

    /** Those that are in the store alone have higher sequence numbers than this. */
    long storedAfter() {
        return backlog.readUpTo();
    }

    /** Drops a message that is in the store alone; false when it may be on its way into memory. */
    boolean dropStored(long sequence) {
        if (!backlog.drop()) {
            return false;
        }
        if (durable) {
            journal.acknowledge(storeId, sequence, sequence);
        }
        store.discard(storeId, sequence, sequence);
        return true;
    }

    @Override
    void purgeStored() {
        if (!backlog.isEmpty()) {
            giveUpStored(backlog.readUpTo() + 1, nextSequence - 1);
            clearStored();
        }
    }

    private void clearStored() {
        backlog.clear();
        forgetTimes();
    }

    @Override
    void delete() {
        boolean mustTellStore = backlog.wasUsed() && !durable;
        clearStored();
        if (durable) {
            // It tells the store of those that it knows.
            journal.deleteQueue(storeId);
        } else if (mustTellStore) {
            store.delete(storeId);
        }
    }

    @Override
    void recovered(int ownId, long messages, long lastSequence, long newDeliveredUpTo) {
        backlog.recovered(messages, lastSequence, newDeliveredUpTo);
        nextSequence = Math.max(nextSequence, lastSequence + 1);
        deliveredUpTo = newDeliveredUpTo;
    }

    @Override
    void deliveredUpTo(DeliveredUpTo target) {
        target.deliveredUpTo(storeId, deliveredUpTo);
    }
}
