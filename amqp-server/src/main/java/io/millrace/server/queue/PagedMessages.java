package io.millrace.server.queue;

import io.millrace.log.Page;
import io.millrace.log.StoredContent;

/** A publisher's batch, or a part of one, that its queue has no room for, on its way to the store. */
public final class PagedMessages implements Page {
    private final PublishBatch batch;
    private final long firstSequence;
    private final Lane lane;
    private final MemoryBudget budget;

    PagedMessages(PublishBatch batch, long firstSequence, Lane lane, MemoryBudget budget) {
        this.batch = batch;
        this.firstSequence = firstSequence;
        this.lane = lane;
        this.budget = budget;
    }

    @Override
    public int queueId() {
        return lane.storeId();
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
        return lane.persists(batch.message(i));
    }

    /** Only now the publisher may send more: a disk that is slower than publishers slows them down. */
    @Override
    public void written() {
        budget.add(-batch.bytes());
        batch.origin().enqueued(batch.bytes());
    }
}
