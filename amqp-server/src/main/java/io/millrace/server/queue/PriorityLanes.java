package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * What a queue with priorities holds: a {@link Lane} for each priority that was ever used. To the log each is a queue
 * of its own, with ids that follow the queue's, so that the messages of each can be read from the store in their order
 * without those of others, and no more of them need be in memory than of a plain queue.
 */
final class PriorityLanes extends QueueContents {
    private final Queue queue;
    private final QueueMemory memory;
    private final Priorities priorities;
    private final PriorityMessages ready;
    private final Lane[] lanes;
    private final List<Lane> used = new ArrayList<>();
    /** Priorities with messages in the store alone. */
    private final PrioritySet withStored;

    private long stored;
    /** Of the batch under way, what goes to the store: by priority. */
    private final PublishBatch[] paging;

    private final PrioritySet withPaging;
    /** The one that acknowledges last, and may not have told the journal. */
    private Lane acknowledging;

    PriorityLanes(Queue queue, QueueMemory memory, Priorities priorities, boolean returnsFirst) {
        super(queue);
        this.queue = queue;
        this.memory = memory;
        this.priorities = priorities;
        this.ready = new PriorityMessages(priorities, returnsFirst);
        this.lanes = new Lane[priorities.count()];
        this.withStored = new PrioritySet(priorities.count());
        this.paging = new PublishBatch[priorities.count()];
        this.withPaging = new PrioritySet(priorities.count());
    }

    private Lane lane(int priority) {
        Lane lane = lanes[priority];
        if (lane == null) {
            int storeId = queue.id() + priority;
            lane = new Lane(queue, storeId, memory, ready, new Backlog(queue, storeId, memory, ready, priority));
            lanes[priority] = lane;
            used.add(lane);
        }
        return lane;
    }

    private Lane laneOf(Message message) {
        return lane(priorities.of(message));
    }

    /** The lane had so many messages in the store alone, and may have more or fewer now. */
    private void storedChanged(int priority, long before) {
        long now = lanes[priority].stored();
        stored += now - before;
        withStored.set(priority, now != 0);
        ready.inStore(priority, now != 0);
    }

    @Override
    ReadyMessages ready() {
        return ready;
    }

    @Override
    long waiting() {
        return ready.inMemory() + stored;
    }

    @Override
    boolean isStored() {
        return stored != 0;
    }

    @Override
    boolean enqueue(PublishBatch batch) {
        boolean written = false;
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            Message message = batch.message(i);
            int priority = priorities.of(message);
            Lane lane = lane(priority);
            if (paging[priority] == null && !lane.pages(message)) {
                written |= lane.enqueue(message);
            } else {
                addToPage(priority, message, batch.origin());
            }
        }
        boolean pageWritten = page(batch);
        return written || pageWritten;
    }

    private void addToPage(int priority, Message message, PublishOrigin origin) {
        if (paging[priority] == null) {
            paging[priority] = new PublishBatch(queue, origin);
            withPaging.set(priority, true);
        }
        paging[priority].add(message);
    }

    private boolean page(PublishBatch batch) {
        boolean written = false;
        for (int priority = withPaging.highest(); priority != PrioritySet.NONE; priority = withPaging.highest()) {
            Lane lane = lanes[priority];
            long before = lane.stored();
            written |= lane.page(paging[priority], batch);
            paging[priority] = null;
            withPaging.set(priority, false);
            storedChanged(priority, before);
        }
        return written;
    }

    @Override
    boolean enqueue(Message message) {
        return laneOf(message).enqueue(message);
    }

    @Override
    void delivered(Message message, long sequence) {
        laneOf(message).delivered(message, sequence);
    }

    @Override
    void forget(Message message, long sequence) {
        Lane lane = laneOf(message);
        if (lane != acknowledging) {
            flush();
            acknowledging = lane;
        }
        lane.forget(message, sequence);
    }

    @Override
    void flush() {
        if (acknowledging != null) {
            acknowledging.flush();
        }
    }

    /** Only what is served next: what comes after it must wait in any case. */
    @Override
    void readIfLow() {
        int priority = withStored.highest();
        if (priority != PrioritySet.NONE) {
            lanes[priority].readIfLow();
        }
    }

    @Override
    void read() {
        used.forEach(Lane::read);
    }

    @Override
    boolean arrived(ReadAhead block) {
        int priority = block.storeId() - queue.id();
        long before = lanes[priority].stored();
        boolean wanted = lanes[priority].arrived(block);
        storedChanged(priority, before);
        return wanted;
    }

    @Override
    void purgeStored() {
        for (Lane lane : used) {
            long before = lane.stored();
            lane.purgeStored();
            storedChanged(lane.storeId() - queue.id(), before);
        }
    }

    @Override
    void delete() {
        for (Lane lane : used) {
            long before = lane.stored();
            lane.delete();
            storedChanged(lane.storeId() - queue.id(), before);
        }
    }

    @Override
    void recovered(int storeId, long messages, long lastSequence, long deliveredUpTo) {
        int priority = storeId - queue.id();
        lane(priority).recovered(storeId, messages, lastSequence, deliveredUpTo);
        storedChanged(priority, 0);
    }

    @Override
    void deliveredUpTo(DeliveredUpTo target) {
        used.forEach(lane -> lane.deliveredUpTo(target));
    }
}
