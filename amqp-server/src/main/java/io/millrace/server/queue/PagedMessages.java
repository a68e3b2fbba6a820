package io.millrace.server.queue;

import io.millrace.codec.ContentReleases;
import io.millrace.log.Page;
import io.millrace.log.StoredContent;
import java.util.concurrent.atomic.AtomicInteger;

/** A publisher's batch, or a part of one, that its queue has no room for, on its way to the store. */
public final class PagedMessages implements Page {
    private final PublishBatch batch;
    private final long firstSequence;
    private final Lane lane;
    private final MemoryBudget budget;

    private final ContentReleases releases = new ContentReleases();
    /** Who has the messages; null for the store alone. */
    private AtomicInteger holders;

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

    /** The journal has the messages as well: as long as it or the store does, they are in memory. */
    void waitFor(QueueJournal journal) {
        holders = new AtomicInteger(2);
        journal.whenDurable(this::credit);
    }

    private void credit() {
        if (holders == null || holders.decrementAndGet() == 0) {
            batch.origin().enqueued(batch.bytes());
        }
    }

    /** Only now the publisher may send more: a disk that is slower than publishers slows them down. */
    @Override
    public void written() {
        budget.add(-batch.bytes());
        for (int i = 0; i < batch.count(); i++) {
            batch.message(i).releaseWith(releases);
        }
        releases.flush();
        credit();
    }
}
