package io.millrace.server.queue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.routing.Destination;
import java.util.ArrayDeque;

/**
 * One queue: the single writer of its messages, its consumers and its records in the journal.
 *
 * <p>Everything but the final fields, {@link #readyCount}, {@link #unackedCount} and {@link #consumerCount} belongs to
 * {@link #home}; methods assert it at the door. Work arrives as batches: {@link PublishBatch}, {@link SettleBatch}; it
 * leaves as {@link DeliveryBatch}.
 */
public class Queue implements Destination {
    private final QueueSettings settings;
    private final QueueKind kind;
    private final HomeLoop home;
    private final QueueLifecycle lifecycle;
    private final MemoryBudget memory;
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final LoopCounters counters;
    private final DeliveryCounts counts;
    private final QueueJournal journal;
    private final AppliedRules rules;

    private final Dispatcher dispatcher;
    private final Dispatcher.Delivered delivered = this::delivered;
    private final Runnable dispatchTask = this::dispatchScheduled;
    private final QueueConsumer getter = QueueConsumer.forGet(this);
    /** What found no message in memory, but some in the store. */
    private final ArrayDeque<GetRequest> waitingGets = new ArrayDeque<>();

    private boolean deleted;
    /** A drain used up its budget and its rest is on the way: batches that come meanwhile must not double it. */
    private boolean dispatchScheduled;

    private int unacked;
    private long freedBytes;

    private volatile int readyCount;
    private volatile int unackedCount;
    private volatile int consumerCount;

    /** A plain queue with no rules of its own. */
    public Queue(QueueSettings settings, HomeLoop home, QueueLifecycle lifecycle, QueueMemory memory) {
        this(settings, home, lifecycle, memory, QueueRules.PLAIN, QueueKind.PLAIN);
    }

    public Queue(
            QueueSettings settings,
            HomeLoop home,
            QueueLifecycle lifecycle,
            QueueMemory memory,
            QueueRules rules,
            QueueKind kind) {
        this.settings = settings;
        this.kind = kind;
        this.home = home;
        this.lifecycle = lifecycle;
        this.memory = memory.budget();
        this.counters = home.counters();
        this.counts = new DeliveryCounts(counters);
        this.journal = home.journal();
        this.contents = kind.priorities() == null ? new Lane(this, memory) : new PriorityLanes(this, memory, kind);
        this.ready = contents.ready();
        this.dispatcher = new Dispatcher(this, ready, rules.singleActiveConsumer());
        this.rules = new AppliedRules(this, contents, rules);
    }

    /**
     * From now on it keeps to these rules, to what it holds already as well. Whether there is a single active consumer
     * was settled when it was made.
     */
    public void apply(QueueRules newRules) {
        assert home.inLoop();
        if (!deleted && rules.take(newRules)) {
            used();
            dropExcess();
            contents.releaseHeld();
            dispatch();
        }
    }

    public QueueSettings settings() {
        return settings;
    }

    public QueueKind kind() {
        return kind;
    }

    @Override
    public ShortString name() {
        return settings.name();
    }

    @Override
    public int id() {
        return settings.id();
    }

    @Override
    public String type() {
        return settings.type();
    }

    @Override
    public boolean isLasting() {
        return !settings.isForReplies();
    }

    /** The loop that owns it. */
    public HomeLoop home() {
        return home;
    }

    /** Whether consumers have messages that they did not settle. */
    boolean hasUnacked() {
        return unacked != 0;
    }

    /**
     * Whether {@code basic.get} is allowed here. Any thread.
     *
     * @throws ChannelError RESOURCE_LOCKED when it would get what only the active consumer may have
     */
    public void checkGet() {
        if (kind.quorum() && dispatcher.isSingleActive()) {
            throw new ChannelError(
                    ReplyCode.RESOURCE_LOCKED,
                    "cannot obtain access to locked " + this
                            + ". basic.get operations are not supported by <<\"quorum\">> queues with single active"
                            + " consumer");
        }
    }

    /** Messages that wait, as of the last batch. Any thread. */
    public int readyCount() {
        return readyCount;
    }

    /** Messages that consumers have and did not acknowledge, as of the last batch. Any thread. */
    public int unackedCount() {
        return unackedCount;
    }

    public int consumerCount() {
        return consumerCount;
    }

    /**
     * What an earlier run left. Called before the queue is known to anybody.
     *
     * @param storeId an id that the queue has in the log
     * @param messages how many messages the store has under this id
     * @param lastSequence the highest sequence number that was used
     * @param deliveredUpTo messages up to this one may have been delivered
     */
    public void recover(int storeId, long messages, long lastSequence, long deliveredUpTo) {
        contents.recovered(storeId, messages, lastSequence, deliveredUpTo);
        readyCount = waiting();
    }

    /** Messages that wait, in memory and in the store. */
    private int waiting() {
        return (int) Math.min(Integer.MAX_VALUE, contents.waiting());
    }

    void publish(PublishBatch batch) {
        assert home.inLoop();
        LimitedLength limit = rules.limit();
        if (limit != null && contents.holds(batch)) {
            return;
        }
        boolean written = false;
        if (!deleted) {
            freedBytes -= batch.bytes();
            if (limit == null) {
                written = contents.enqueue(batch);
            } else {
                written = limit.enqueue(batch);
                contents.flush();
            }
            dispatch();
        }
        long taken = batch.bytesInMemory();
        if (taken != 0 && written && journal.isBehind()) {
            journal.whenDurable(() -> batch.origin().enqueued(taken));
        } else if (taken != 0) {
            batch.origin().enqueued(taken);
        }
        if (batch.isAwaited()) {
            settle(batch, written);
        }
    }

    /** A message that found no room is not taken into the books. */
    void refused(Message message) {
        freedBytes += message.memoryBytes();
    }

    /** Whether it may refuse what is published to it. Any thread. */
    boolean mayRefuse() {
        return rules.mayRefuse();
    }

    /** The next messages from the store. */
    void arrived(ReadAhead block) {
        assert home.inLoop();
        if (deleted || !contents.arrived(block)) {
            return;
        }
        dropExcess();
        answerGets();
        dispatch();
        contents.releaseHeld();
    }

    private void dropExcess() {
        if (rules.limit() != null) {
            rules.limit().dropExcess();
            contents.flush();
        }
    }

    private void answerGets() {
        while (!waitingGets.isEmpty() && get(waitingGets.peek())) {
            waitingGets.remove().answer();
        }
    }

    private void settle(PublishBatch batch, boolean written) {
        if (written) {
            journal.settleWhenDurable(batch);
        } else {
            batch.originLoop().run(batch::settled);
        }
    }

    /** Gives waiting messages to the consumers that may have them. */
    public void dispatch() {
        assert home.inLoop();
        if (!ready.isEmpty() && !dispatcher.consumers().isEmpty()) {
            if (dispatcher.drain(delivered)) {
                scheduleDispatch();
            }
            contents.flush();
        }
        if (!dispatcher.consumers().isEmpty()) {
            contents.readIfLow();
        }
        report();
    }

    private void scheduleDispatch() {
        if (!dispatchScheduled) {
            dispatchScheduled = true;
            home.execute(dispatchTask);
        }
    }

    private void dispatchScheduled() {
        dispatchScheduled = false;
        dispatch();
    }

    private void delivered(QueueConsumer consumer, Message message, long sequence, boolean redelivered) {
        counts.delivered(consumer.automaticAck(), redelivered);
        contents.delivered(message, sequence);
        if (consumer.automaticAck()) {
            forget(message, sequence);
        } else {
            unacked++;
        }
    }

    /** The message is done with. */
    void forget(Message message, long sequence) {
        freedBytes += message.memoryBytes();
        // The journal wants to hear no more of a queue that it was told to delete.
        if (!deleted) {
            contents.forget(message, sequence);
        }
    }

    /** Publishes the counts of the batch that ended. */
    private void report() {
        readyCount = waiting();
        unackedCount = unacked;
        if (freedBytes != 0) {
            memory.add(-freedBytes);
            freedBytes = 0;
        }
        counts.report();
    }

    void settle(SettleBatch batch) {
        assert home.inLoop();
        int count = batch.count();
        unacked -= count;
        batch.consumer().restore(count);
        if (batch.outcome().requeues() && !deleted) {
            putBack(batch);
            dropExcess();
        } else {
            for (int i = 0; i < count; i++) {
                forget(batch.message(i), batch.sequence(i));
            }
            contents.flush();
        }
        if (batch.outcome() == SettleBatch.Outcome.ACKNOWLEDGE) {
            counters.add(BrokerCounter.ACKNOWLEDGED, count);
        }
        dispatch();
    }

    private void putBack(SettleBatch batch) {
        boolean failed = batch.outcome() == SettleBatch.Outcome.REQUEUE_FAILED;
        for (int i = 0; i < batch.count(); i++) {
            if (!contents.putBack(batch.message(i), batch.sequence(i), failed)) {
                forget(batch.message(i), batch.sequence(i));
            }
        }
        contents.flush();
    }

    /** False when the answer must wait for the store; the queue will give it. */
    boolean get(GetRequest request) {
        assert home.inLoop();
        used();
        Message message = deleted ? null : ready.poll();
        contents.readIfLow();
        if (message == null && contents.isStored()) {
            if (waitingGets.peek() != request) {
                waitingGets.add(request);
            }
            return false;
        }
        if (message == null) {
            counters.add(BrokerCounter.GET_EMPTY, 1);
            return true;
        }
        long sequence = ready.polledSequence();
        boolean redelivered = ready.polledRedelivered();
        contents.delivered(message, sequence);
        request.found(message, sequence, redelivered, waiting());
        counts.got(request.automaticAck(), redelivered);
        if (request.automaticAck()) {
            forget(message, sequence);
            contents.flush();
        } else {
            unacked++;
        }
        report();
        return true;
    }

    /** What {@code basic.get} fetched is settled through this consumer. */
    public QueueConsumer getter() {
        return getter;
    }

    /**
     * Adds a consumer. The caller answers the client and then calls {@link #dispatch}, so that the answer precedes the
     * first delivery.
     *
     * @throws ChannelError NOT_FOUND when the queue is gone; ACCESS_REFUSED when it, or the other consumers, exclude
     *     another one
     */
    public void addConsumer(QueueConsumer consumer) {
        assert home.inLoop();
        if (deleted) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no " + this);
        }
        dispatcher.add(consumer);
        consumerCount = dispatcher.consumers().size();
    }

    /** Removes a consumer; its unacknowledged deliveries stay with its channel. */
    public void removeConsumer(QueueConsumer consumer) {
        assert home.inLoop();
        if (!dispatcher.remove(consumer)) {
            return;
        }
        consumerCount = dispatcher.consumers().size();
        if (consumerCount == 0 && settings.autoDelete() && !deleted) {
            servedItsPurpose();
        }
        used();
        if (dispatcher.isSingleActive()) {
            // The next one is active now. Not at once: the one that went may have deliveries to give back first.
            scheduleDispatch();
        }
    }

    void servedItsPurpose() {
        lifecycle.servedItsPurpose(this);
    }

    /** Whether it serves its purpose no longer when nobody uses it for a while. Any thread. */
    public boolean expiresUnused() {
        return rules.expiresUnused();
    }

    /** Somebody declared it, or has just got from it: if it expires unused, the time begins anew. */
    public void used() {
        assert home.inLoop();
        rules.used();
    }

    /** The consumer's socket or window has room again. */
    public void resume(QueueConsumer consumer) {
        assert home.inLoop();
        consumer.unpark();
        dispatch();
    }

    /** Drops what waits; what consumers have stays theirs. Returns how many messages it was. */
    public int purge() {
        assert home.inLoop();
        int purged = waiting();
        // First, so that nothing in memory has to wait for what is in the store.
        contents.purgeStored();
        for (Message message = ready.poll(); message != null; message = ready.poll()) {
            forget(message, ready.polledSequence());
        }
        contents.flush();
        answerGets();
        report();
        contents.releaseHeld();
        return purged;
    }

    /**
     * Whether the conditions of {@code queue.delete} hold.
     *
     * @throws ChannelError PRECONDITION_FAILED when they do not
     */
    public void checkDeletable(boolean ifUnused, boolean ifEmpty) {
        assert home.inLoop();
        if (ifEmpty && waiting() > 0) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, this + " not empty");
        }
        if (ifUnused && consumerCount > 0) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, this + " in use");
        }
    }

    /** Ends the queue and drops what waits; returns how many messages it was. {@link #cancelConsumers} comes next. */
    public int delete() {
        assert home.inLoop();
        if (deleted) {
            return 0;
        }
        deleted = true;
        rules.end();
        int dropped = waiting();
        contents.delete();
        for (Message message = ready.poll(); message != null; message = ready.poll()) {
            freedBytes += message.memoryBytes();
        }
        consumerCount = 0;
        answerGets();
        report();
        contents.releaseHeld();
        return dropped;
    }

    /**
     * Tells the consumers of a deleted queue; a step of its own so that whoever asked for the end hears of it first.
     */
    public void cancelConsumers() {
        assert home.inLoop();
        dispatcher.cancelAll();
    }

    /** As RabbitMQ's error texts name it. */
    @Override
    public String toString() {
        return "queue '" + settings.name() + "' in vhost '" + settings.vhost() + "'";
    }

    /** How far messages may have been delivered, for the journal's clean end. On its loop, or when that has ended. */
    public void deliveredUpTo(DeliveredUpTo target) {
        contents.deliveredUpTo(target);
    }
}
