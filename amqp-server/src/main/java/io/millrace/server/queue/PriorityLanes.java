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
    /** Priorities of which something of the batch under way goes to the store. */
    private final PrioritySet withPaging;
    /** Null when it does not count deliveries. */
    private final Redeliveries redeliveries;

    private final DeliveryNotes notes;
    /** The one that acknowledges last, and may not have told the journal. */
    private Lane acknowledging;

    PriorityLanes(Queue queue, QueueMemory memory, QueueKind kind) {
        this.queue = queue;
        this.memory = memory;
        this.priorities = kind.priorities();
        this.ready = new PriorityMessages(priorities, kind.quorum());
        this.notes = kind.quorum() ? new DeliveryNotes(queue, queue.id() + priorities.count(), memory) : null;
        this.redeliveries = kind.quorum() ? new Redeliveries(notes, memory.budget()) : null;
        this.lanes = new Lane[priorities.count()];
        this.withStored = new PrioritySet(priorities.count());
        this.withPaging = new PrioritySet(priorities.count());
    }

    private Lane lane(int priority) {
        Lane lane = lanes[priority];
        if (lane == null) {
            int storeId = queue.id() + priority;
            Backlog backlog = new Backlog(queue, storeId, memory, ready, priority);
            lane = new Lane(queue, storeId, redeliveries != null, memory, ready, backlog);
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
    long waitingBytes() {
        long bytes = ready.bytesInMemory();
        for (Lane lane : used) {
            bytes += lane.storedBytes();
        }
        return bytes;
    }

    @Override
    boolean isMeasured() {
        for (Lane lane : used) {
            if (!lane.isMeasured()) {
                return false;
            }
        }
        return true;
    }

    @Override
    void measure() {
        used.forEach(Lane::measure);
    }

    @Override
    boolean canDropUnread() {
        int priority = withStored.highest();
        return priority != PrioritySet.NONE && lanes[priority].canDropUnread();
    }

    @Override
    long dropUnread(long most) {
        int priority = withStored.highest();
        if (priority == PrioritySet.NONE) {
            return 0;
        }
        long before = lanes[priority].stored();
        long dropped = lanes[priority].dropUnread(most);
        storedChanged(priority, before);
        return dropped;
    }

    @Override
    boolean enqueue(PublishBatch batch) {
        boolean written = false;
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            written |= enqueue(batch.message(i), batch);
        }
        boolean pageWritten = page(batch);
        return written || pageWritten;
    }

    @Override
    boolean enqueue(Message message, PublishBatch batch) {
        int priority = priorities.of(message);
        Lane lane = lane(priority);
        long before = lane.stored();
        boolean written = lane.enqueue(message, batch);
        if (lane.stored() != before) {
            withPaging.set(priority, true);
            storedChanged(priority, before);
        }
        return written;
    }

    @Override
    boolean page(PublishBatch batch) {
        boolean written = false;
        for (int priority = withPaging.highest(); priority != PrioritySet.NONE; priority = withPaging.highest()) {
            written |= lanes[priority].page(batch);
            withPaging.set(priority, false);
        }
        return written;
    }

    @Override
    void delivered(Message message, long sequence) {
        laneOf(message).delivered(message, sequence);
    }

    @Override
    void forget(Message message, long sequence) {
        int priority = priorities.of(message);
        Lane lane = lane(priority);
        if (lane != acknowledging) {
            flush();
            acknowledging = lane;
        }
        lane.forget(message, sequence);
        forgetDeliveries(priority, sequence);
    }

    private void forgetDeliveries(int priority, long sequence) {
        if (redeliveries != null) {
            redeliveries.forget(priority, sequence);
        }
    }

    @Override
    void moved(Message message, long sequence) {
        forgetDeliveries(priorities.of(message), sequence);
    }

    @Override
    boolean putBack(Message message, long sequence, boolean failed) {
        Message next = message;
        if (redeliveries != null) {
            next = redeliveries.returned(priorities.of(message), sequence, message, failed);
        }
        if (next != null) {
            ready.putBack(next, sequence);
        }
        return next != null;
    }

    @Override
    void deliveryLimit(long limit) {
        if (redeliveries != null) {
            redeliveries.limit(limit);
        }
    }

    @Override
    RetryState deliveries(Message message, long sequence) {
        return redeliveries == null
                ? super.deliveries(message, sequence)
                : redeliveries.deliveries(priorities.of(message), sequence, message);
    }

    @Override
    Message original(Message message, long sequence) {
        return redeliveries == null ? message : redeliveries.original(priorities.of(message), sequence, message);
    }

    @Override
    LogPlace place(Message message, long sequence) {
        return laneOf(message).place(message, sequence);
    }

    @Override
    void flush() {
        if (acknowledging != null) {
            acknowledging.flush();
        }
        if (notes != null) {
            notes.flush();
        }
    }

    /** Only what is served next: what comes after it must wait in any case. */
    @Override
    void readIfLow() {
        if (readsNotes()) {
            return;
        }
        int priority = withStored.highest();
        if (priority != PrioritySet.NONE) {
            lanes[priority].readIfLow();
            used.forEach(Lane::goOnFindingTimed);
        }
    }

    @Override
    void readHeads() {
        if (stored != 0 && !readsNotes()) {
            used.forEach(Lane::readFew);
        }
    }

    @Override
    void findTimed() {
        used.forEach(Lane::findTimed);
    }

    @Override
    long firstStoredDue() {
        Lane first = firstStoredDueLane();
        return first == null ? DueTimes.NEVER : first.firstStoredDue();
    }

    /** Null when nothing in the store is due some time, or what is known of the messages there has not been read. */
    private Lane firstStoredDueLane() {
        Lane first = null;
        long due = DueTimes.NEVER;
        if (stored != 0 && (notes == null || !notes.areUnread())) {
            for (Lane lane : used) {
                long laneDue = lane.firstStoredDue();
                if (laneDue < due) {
                    first = lane;
                    due = laneDue;
                }
            }
        }
        return first;
    }

    @Override
    Overdue pollStoredDue(long now) {
        Lane lane = firstStoredDueLane();
        int priority = lane.storeId() - queue.id();
        long before = lane.stored();
        Overdue overdue = lane.pollStoredDue(now);
        if (overdue == null) {
            return null;
        }
        storedChanged(priority, before);
        return redeliveries == null
                ? overdue
                : new Overdue(
                        redeliveries.restored(priority, overdue.sequence(), overdue.message()), overdue.sequence());
    }

    /** The same: only those that keep others waiting are of any use. */
    @Override
    void read() {
        if (!readsNotes()) {
            int priority = withStored.highest();
            if (priority != PrioritySet.NONE) {
                lanes[priority].read();
            }
        }
    }

    /** What is known of messages is read before the messages are. */
    private boolean readsNotes() {
        boolean unread = notes != null && stored != 0 && notes.areUnread();
        if (unread) {
            notes.read();
        }
        return unread;
    }

    @Override
    boolean arrived(ReadAhead block) {
        int priority = block.storeId() - queue.id();
        if (priority == priorities.count()) {
            notes.arrived(block, redeliveries::recovered);
            return true;
        }
        if (redeliveries != null) {
            for (int i = 0; i < block.count(); i++) {
                block.replace(i, redeliveries.restored(priority, block.sequence(i), block.message(i)));
            }
        }
        long before = lanes[priority].stored();
        boolean wanted = lanes[priority].arrived(block);
        storedChanged(priority, before);
        if (redeliveries != null && stored == 0) {
            redeliveries.forgetUnclaimed();
        }
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
        if (notes != null) {
            notes.delete();
        }
    }

    @Override
    void recovered(int storeId, long messages, long lastSequence, long deliveredUpTo) {
        int priority = storeId - queue.id();
        if (priority == priorities.count()) {
            notes.recovered(messages, lastSequence);
            return;
        }
        lane(priority).recovered(storeId, messages, lastSequence, deliveredUpTo);
        storedChanged(priority, 0);
    }

    @Override
    void deliveredUpTo(DeliveredUpTo target) {
        used.forEach(lane -> lane.deliveredUpTo(target));
    }
}
