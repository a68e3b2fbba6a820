package io.millrace.server.queue;

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
     * @param keepsAll whether transient messages are kept like persistent ones
     * @param ready where its messages wait, those of others beside them
     */
    Lane(Queue queue, int storeId, boolean keepsAll, QueueMemory memory, ReadyMessages ready, Backlog backlog) {
        super(queue);
        this.storeId = storeId;
        this.durable = queue.settings().durable();
        this.keepsAll = keepsAll;
        this.journal = queue.home().journal();
        this.store = memory.store();
        this.budget = memory.budget();
        this.ready = ready;
        this.backlog = backlog;
        this.acknowledged = new SequenceRanges(storeId, journal);
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
    boolean isStored() {
        return !backlog.isEmpty();
    }

    @Override
    boolean enqueue(PublishBatch batch) {
        boolean paged = backlog.takes(batch.count(), batch.bytes());
        return paged ? page(batch, batch) : takeAll(batch);
    }

    private boolean takeAll(PublishBatch batch) {
        boolean written = false;
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            written |= enqueue(batch.message(i));
        }
        return written;
    }

    /** Whether a message belongs to the store and not into memory. */
    boolean pages(Message message) {
        return backlog.takes(1, message.memoryBytes());
    }

    /**
     * Gives messages to the store.
     *
     * @param part those of a batch that are of this lane
     * @return whether any had to be written to the journal
     */
    boolean page(PublishBatch part, PublishBatch batch) {
        batch.paged(part.bytes());
        // Before the journal hears of it: the store relies on that.
        backlog.add(part.count(), nextSequence);
        PagedMessages page = new PagedMessages(part, nextSequence, this, budget);
        if (durable && journal.isBehind()) {
            page.waitFor(journal);
        }
        store.write(page);
        boolean written = false;
        for (int i = 0; i < part.count(); i++) {
            Message message = part.message(i);
            if (message.hasTtl()) {
                ready.noteTimed();
            }
            written |= write(message, nextSequence++);
        }
        return written;
    }

    @Override
    boolean enqueue(Message message) {
        long sequence = nextSequence++;
        boolean written = write(message, sequence);
        ready.add(message, sequence, message.isMarkedRedelivered());
        return written;
    }

    private boolean write(Message message, long sequence) {
        boolean written = persists(message);
        if (written) {
            journal.publish(storeId, sequence, message);
        }
        return written;
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
    void flush() {
        acknowledged.flush();
    }

    @Override
    void readIfLow() {
        backlog.readIfLow();
    }

    @Override
    void read() {
        backlog.read();
    }

    @Override
    boolean arrived(ReadAhead block) {
        return backlog.moveToMemory(block);
    }

    @Override
    void purgeStored() {
        if (!backlog.isEmpty()) {
            if (durable) {
                journal.acknowledge(storeId, backlog.readUpTo() + 1, nextSequence - 1);
            }
            store.discard(storeId, backlog.readUpTo() + 1, nextSequence - 1);
            backlog.clear();
        }
    }

    @Override
    void delete() {
        boolean mustTellStore = backlog.wasUsed() && !durable;
        backlog.clear();
        if (durable) {
            // It tells the store of those that it knows.
            journal.deleteQueue(storeId);
        } else if (mustTellStore) {
            store.delete(storeId);
        }
    }

    @Override
    void recovered(int ownId, long messages, long lastSequence, long newDeliveredUpTo) {
        backlog.recovered(messages, newDeliveredUpTo);
        nextSequence = Math.max(nextSequence, lastSequence + 1);
        deliveredUpTo = newDeliveredUpTo;
    }

    @Override
    void deliveredUpTo(DeliveredUpTo target) {
        target.deliveredUpTo(storeId, deliveredUpTo);
    }
}
