package io.millrace.server.queue;

import io.millrace.log.Page;
import io.millrace.log.StoredContent;

/** A publisher's batch, or a part of one, that its queue has no room for, on its way to the store. */
public final class PagedMessages implements Page {
    private final int storeId;
    private final PublishBatch batch;
    private final long firstSequence;
    private final boolean durable;
    private final MemoryBudget budget;

    PagedMessages(int storeId, PublishBatch batch, long firstSequence, boolean durable, MemoryBudget budget) {
        this.storeId = storeId;
        this.batch = batch;
        this.firstSequence = firstSequence;
        this.durable = durable;
        this.budget = budget;
    }

    @Override
    public int queueId() {
        return storeId;
    }

    @Override
    public long firstSequence() {
        return firstSequence;
    }

    @Override
    public int count() {
        return batch.count();
    }

    @Override
    public StoredContent content(int i) {
        return batch.message(i);
    }

    @Override
    public boolean isPersistent(int i) {
        return durable && batch.message(i).isPersistent();
    }

    /** Only now the publisher may send more: a disk that is slower than publishers slows them down. */
    @Override
    public void written() {
        budget.add(-batch.bytes());
        batch.origin().enqueued(batch.bytes());
    }
}
