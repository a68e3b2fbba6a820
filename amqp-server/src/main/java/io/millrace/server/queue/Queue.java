package io.millrace.server.queue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Destination;

/**
 * One queue: the single writer of its messages, its consumers and its records in the journal.
 *
 * <p>Everything belongs to {@link #home}, but for the final fields and what is said to be for any thread; methods
 * assert it at the door. Work arrives as batches: {@link PublishBatch}, {@link SettleBatch}; it leaves as
 * {@link DeliveryBatch}.
 */
public class Queue implements Destination {
    private final QueueSettings settings;
    private final QueueKind kind;
    private final HomeLoop home;
    private final QueueLifecycle lifecycle;
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final Holdings holdings;
    private final QueueJournal journal;
    private final MessageExpiry expiry;
    private final AppliedRules rules;
    private final Settling settling;
    private final Consumption consumption;
    private final QueueConsumer getter = QueueConsumer.forGet(this);
    private final Gets gets;

    private boolean deleted;

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
        this.journal = home.journal();
        this.contents = kind.contents(this, memory);
        this.ready = contents.ready();
        this.holdings = new Holdings(contents, memory.budget(), new DeliveryCounts(home.counters()));
        this.consumption = new Consumption(this, ready, holdings, rules.singleActiveConsumer());
        this.expiry = new MessageExpiry(this, contents);
        this.gets = new Gets(this, contents, expiry);
        this.rules =
                new AppliedRules(this, contents, expiry, lifecycle, () -> newRetries(memory), () -> newKeys(memory));
        this.rules.take(rules);
        this.settling = new Settling(this, contents, this.rules, consumption);
    }

    private Retries newRetries(QueueMemory memory) {
        Retries retries = new Retries(this, contents, holdings, memory);
        holdings.with(retries);
        return retries;
    }

    private Deduplication newKeys(QueueMemory memory) {
        Deduplication keys = new Deduplication(this, memory);
        holdings.with(keys);
        return keys;
    }

    /** Tells duplicates; null where everything is taken. */
    Deduplication deduplication() {
        return rules.deduplication();
    }

    /**
     * From now on it keeps to these rules, to what it holds already as well. Whether there is a single active consumer
     * was settled when it was made.
     */
    public void apply(QueueRules newRules) {
        assert home.inLoop();
        if (!deleted && rules.take(newRules)) {
            used();
            goOn();
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

    /** Whether it releases each message once, when it is done with it, and keeps nothing of it. Any thread. */
    public boolean releasesContents() {
        return kind.equals(QueueKind.PLAIN);
    }

    QueueContents contents() {
        return contents;
    }

    /** The loop that owns it. */
    public HomeLoop home() {
        return home;
    }

    /** Whether consumers have messages that they did not settle. */
    boolean hasUnacked() {
        return holdings.hasUnacked();
    }

    /**
     * Whether {@code basic.get} is allowed here. Any thread.
     *
     * @throws ChannelError RESOURCE_LOCKED when it would get what only the active consumer may have
     */
    public void checkGet() {
        if (kind.quorum() && consumption.isSingleActive()) {
            throw Gets.locked(this);
        }
    }

    /** The id in the log of those messages that came back and have to wait. Any thread. */
    public int retryStoreId() {
        return QueueKind.retryStoreId(settings.id());
    }

    /** Messages that wait, as of the last batch. Any thread. */
    public int readyCount() {
        return holdings.readyCount();
    }

    /** Messages that consumers have and did not acknowledge, as of the last batch. Any thread. */
    public int unackedCount() {
        return holdings.unackedCount();
    }

    /** Its consumers. Any thread. */
    public int consumerCount() {
        return consumption.count();
    }

    /** Its consumers as clients are told. Any thread. */
    public int declaredConsumerCount() {
        return consumption.declared();
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
        if (!rules.recovered(storeId, messages, lastSequence)) {
            contents.recovered(storeId, messages, lastSequence, deliveredUpTo);
        }
        holdings.recovered();
    }

    /** The log is open and it may go to work: sees whether something it had before has expired meanwhile. */
    public void started() {
        assert home.inLoop();
        if (contents.isStored() && (expiry.isActive() || departures() != null)) {
            contents.readIfLow();
        }
        rules.started();
    }

    void publish(PublishBatch batch) {
        assert home.inLoop();
        if (deleted || !rules.holds(batch)) {
            take(batch);
        }
    }

    /** Takes a batch that the queue is ready for. */
    void take(PublishBatch batch) {
        boolean written = false;
        if (!deleted) {
            expiry.arrived(batch);
            boolean noneDue = expiry.run();
            rules.sift(batch);
            holdings.arrived(batch.bytes());
            written = rules.enqueue(batch);
            if (noneDue) {
                expiry.offer(batch.count());
            }
            endUnit(batch.origin() instanceof Departures);
        } else {
            batch.missed();
        }
        long taken = batch.bytesInMemory();
        if (taken != 0 && written && journal.isBehind()) {
            journal.whenDurable(() -> batch.origin().enqueued(taken));
        } else if (taken != 0) {
            batch.origin().enqueued(taken);
        }
        if (batch.isAwaited()) {
            batch.settle(written ? journal : null);
        }
    }

    /** A message that found no room is not taken into the books. */
    void refused(Message message, boolean bury) {
        holdings.refused(message);
        rules.refused(message);
        if (bury && rules.deadLetters() != null) {
            rules.deadLetters().addRefused(message);
        }
    }

    /** Whether it may refuse what is published to it. Any thread. */
    boolean mayRefuse() {
        return rules.mayRefuse();
    }

    /** The next messages from the store. */
    void arrived(ReadAhead block) {
        assert home.inLoop();
        if (!deleted && rules.arrived(block)) {
            goOn();
        }
    }

    /** Goes on with what had to wait, or came to be due. */
    void goOn() {
        assert home.inLoop();
        if (!deleted) {
            rules.dropExcess();
            gets.answerWaiting();
            dispatch();
            rules.releaseHeld();
        }
    }

    /** Gives waiting messages to the consumers that may have them. */
    public void dispatch() {
        assert home.inLoop();
        if (rules.retries() != null) {
            rules.retries().run();
        }
        if (expiry.run()) {
            drain();
        }
        endUnit(false);
    }

    /** Gives consumers as much as goes at a time; returns whether more would have gone. */
    boolean drain() {
        if (rules.deadLetters() != null && rules.deadLetters().isStuck()) {
            return false;
        }
        return consumption.drain();
    }

    /** Sends elsewhere what it gives up; null when it gives nothing away. */
    Departures departures() {
        return rules.deadLetters();
    }

    /** @param nested whether all this was done for what another queue gave up */
    private void endUnit(boolean nested) {
        contents.flush();
        rules.endUnit();
        if (!consumption.isEmpty() || expiry.isActive()) {
            contents.readIfLow();
        }
        expiry.watch();
        holdings.report();
        Departures departures = departures();
        if (departures != null) {
            departures.flush(nested);
        }
    }

    /** It does not keep the message any longer, which has been delivered in vain once more if that has failed. */
    void giveUp(Message message, long sequence, DeathReason reason, boolean failed) {
        holdings.leaves(message);
        DeadLetters deadLetters = deleted ? null : rules.deadLetters();
        if (deadLetters == null) {
            forget(message, sequence);
            message.release();
            return;
        }
        boolean retried = Retries.isOne(sequence);
        Message original = retried ? rules.retries().original(sequence) : contents.original(message, sequence);
        RetryState state = retried ? rules.retries().state(sequence) : contents.deliveries(message, sequence);
        deadLetters.add(message, original, sequence, reason, state.failures() + (failed ? 1 : 0));
    }

    /** Where a message is in the journal; null when it is not there. */
    LogPlace place(Message message, long sequence) {
        return Retries.isOne(sequence) ? rules.retries().place(sequence) : contents.place(message, sequence);
    }

    /** Whether what it gives up goes somewhere. */
    boolean hasDeadLetters() {
        return rules.deadLetters() != null;
    }

    /** Whether it should keep what it can until some of what left it has arrived; it will {@link #goOn} then. */
    boolean isBusyBurying() {
        Departures departures = departures();
        return departures != null && departures.isFull();
    }

    /** What left it has arrived and is forgotten here. */
    void departed() {
        contents.flush();
        rules.endUnit();
        holdings.report();
    }

    /** A consumer is done with the message. */
    void consumed(Message message, long sequence) {
        holdings.leaves(message);
        holdings.forget(message, sequence);
    }

    /** The message is done with. */
    void forget(Message message, long sequence) {
        holdings.forget(message, sequence);
    }

    void settle(SettleBatch batch) {
        assert home.inLoop();
        holdings.settled(batch.count());
        settling.settle(batch);
        dispatch();
    }

    /** False when the answer must wait for the store; the queue will give it. */
    boolean get(GetRequest request) {
        assert home.inLoop();
        used();
        boolean answered = gets.get(request);
        endUnit(false);
        return answered;
    }

    void got(GetRequest request, Message message, long sequence, boolean redelivered) {
        holdings.got(request.automaticAck(), message, sequence, redelivered);
        consumption.got(request.automaticAck());
        request.found(message, sequence, redelivered, holdings.waiting());
    }

    boolean isDeleted() {
        return deleted;
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
        consumption.add(consumer);
    }

    /** Removes a consumer; its unacknowledged deliveries stay with its channel. */
    public void removeConsumer(QueueConsumer consumer) {
        assert home.inLoop();
        if (!consumption.remove(consumer)) {
            return;
        }
        if (consumption.count() == 0 && settings.autoDelete() && !deleted) {
            servedItsPurpose();
        }
        used();
        if (consumption.isSingleActive()) {
            // The next one is active now. Not at once: the one that went may have deliveries to give back first.
            consumption.scheduleDispatch();
        }
    }

    void servedItsPurpose() {
        lifecycle.servedItsPurpose(this);
    }

    /** Whether it serves its purpose no longer when nobody uses it for a while. Any thread. */
    public boolean expiresUnused() {
        return rules.expiresUnused();
    }

    /** How long a delivery may take to be settled, 0 for ever, or {@link QueueRules#UNSET}. Any thread. */
    public long consumerTimeoutMillis() {
        return rules.consumerTimeoutMillis();
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
        int purged = rules.purge() + holdings.purge() + rules.purgeRetries();
        gets.answerWaiting();
        holdings.report();
        rules.releaseHeld();
        return purged;
    }

    /**
     * Whether the conditions of {@code queue.delete} hold.
     *
     * @throws ChannelError PRECONDITION_FAILED when they do not
     */
    public void checkDeletable(boolean ifUnused, boolean ifEmpty) {
        assert home.inLoop();
        if (ifEmpty && holdings.waiting() > 0) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, this + " not empty");
        }
        if (ifUnused && consumption.count() > 0) {
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
        int dropped = holdings.close() + rules.deleteRetries();
        consumption.end();
        gets.answerWaiting();
        holdings.report();
        rules.releaseHeld();
        return dropped;
    }

    /** Tells the consumers of a deleted queue; a step of its own so that who asked for the end hears of it first. */
    public void cancelConsumers() {
        assert home.inLoop();
        consumption.cancelAll();
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
