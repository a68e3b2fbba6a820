package io.millrace.server.queue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The messages of a queue that came back and are delivered again only after a while, or not at all because they failed
 * too often and have nowhere to go. Belongs to the queue's loop.
 *
 * <p>A message that comes here leaves its place in the queue: it is written once more, with what is known of its
 * deliveries, under an id and a number of its own, in a record that takes the place of the old one. So a crash loses
 * none, the log has it in one place, and counts outlive it. To the rest of the queue its number is a sequence number
 * below all others: what is due stands before everything else, in the order in which it came here.
 */
final class Retries {
    /** Below all others, with room for the bit that {@link DeliveryBatch} has beside it. */
    private static final long FIRST_SEQUENCE = Long.MIN_VALUE >> 1;

    private final Queue queue;
    private final QueueContents contents;
    private final ReadyMessages ready;
    private final Holdings holdings;
    private final QueueMemory memory;
    private final HomeLoop home;
    private final QueueJournal journal;
    private final int storeId;
    private final boolean durable;
    private final WaitingRetries waiting;
    /** Those that are ready or delivered, as they were written. */
    private final Map<Long, Message> out = new HashMap<>();

    private final SequenceRanges acknowledged;
    private final Alarm alarm;
    private final SplittableRandom chance;

    private long nextNumber = 1;
    /** Null when nothing that comes back has to wait. */
    private RetryRules rules;

    private long limit = QueueRules.NO_DELIVERY_LIMIT;
    /** Some are due and had to wait for room, or for their turn. */
    private boolean blocked;

    Retries(Queue queue, QueueContents contents, Holdings holdings, QueueMemory memory) {
        this.queue = queue;
        this.contents = contents;
        this.ready = contents.ready();
        this.holdings = holdings;
        this.memory = memory;
        this.home = queue.home();
        this.journal = home.journal();
        this.storeId = queue.retryStoreId();
        this.durable = queue.settings().durable();
        this.waiting = new WaitingRetries(queue, storeId, memory, new Taker());
        this.acknowledged = new SequenceRanges(storeId, journal);
        this.alarm = new Alarm(home, queue::goOn);
        this.chance = new SplittableRandom(queue.id() ^ home.currentTimeMillis());
    }

    private final class Taker implements WaitingRetries.Taker {
        @Override
        public void due(long number, Message message, long bytes) {
            Retries.this.due(number, message, bytes);
        }

        @Override
        public boolean parks(RetryState state) {
            return Retries.this.parks(state);
        }
    }

    private static long sequence(long number) {
        return FIRST_SEQUENCE + number;
    }

    private static long number(long sequence) {
        return sequence - FIRST_SEQUENCE;
    }

    /** Whether a message with this sequence number is, or was, one of these. */
    static boolean isOne(long sequence) {
        return sequence < 0;
    }

    /** From now on these hold. What is parked may have a way to go now. */
    void rules(RetryRules newRules, long newLimit) {
        boolean release = newRules == null || newLimit > limit || queue.hasDeadLetters();
        rules = newRules;
        limit = newLimit;
        if (release) {
            waiting.unpark(home.currentTimeMillis());
        }
    }

    /** Messages that wait. */
    long count() {
        return waiting.count();
    }

    /** Messages that wait and do not come back by themselves. */
    int parked() {
        return waiting.parked();
    }

    /** What an earlier run left. */
    void recovered(long messages, long lastNumber) {
        nextNumber = Math.max(nextNumber, lastNumber + 1);
        waiting.recovered(messages, lastNumber);
    }

    /** Looks for what an earlier run left. */
    void started() {
        waiting.read();
    }

    /** Whether a message that comes back belongs here. */
    boolean takes(long sequence, boolean failed) {
        return isOne(sequence) || (rules != null && rules.delays(failed));
    }

    /** A delivered message comes back. */
    void returned(Message message, long sequence, boolean failed) {
        Message original = isOne(sequence) ? original(sequence) : contents.original(message, sequence);
        RetryState before = isOne(sequence) ? state(sequence) : firstState(message, sequence);
        boolean delayed = rules != null && rules.delays(failed);
        // Quorum queues count as RabbitMQ does, others whatever had to wait.
        boolean counts = failed || (delayed && !queue.kind().quorum());
        int failures = before.failures() + (counts ? 1 : 0);
        long due = delayed ? home.currentTimeMillis() + rules.millis(failures, chance.nextDouble()) : 0;
        if (failures > limit) {
            if (rules == null || queue.hasDeadLetters()) {
                queue.giveUp(message, sequence, DeathReason.DELIVERY_LIMIT, true);
                return;
            }
            due = RetryState.PARKED;
        }
        add(original, new RetryState(due, failures, before.acquisitions() + 1), message, sequence);
        // What waits has a copy of its own.
        message.release();
    }

    /** Quorum queues count what happened in other queues as well. */
    private RetryState firstState(Message message, long sequence) {
        return queue.kind().quorum() ? contents.deliveries(message, sequence) : RetryState.NONE;
    }

    /**
     * A message waits, or is ready, and is no more what it was.
     *
     * @param former what it was, with the sequence number that this had
     */
    private void add(Message original, RetryState state, Message former, long formerSequence) {
        LogPlace from = queue.place(former, formerSequence);
        Envelope envelope = original.envelope() == null ? Envelope.EMPTY : original.envelope();
        Message message = original.with(envelope.withRetry(state));
        long number = nextNumber++;
        if (durable && from != null) {
            journal.move(storeId, number, message, from);
        } else if (durable) {
            journal.publish(storeId, number, message);
        }
        holdings.arrived(message.memoryBytes());
        if (state.dueAt() == 0) {
            out.put(number, message);
            release(number, message);
        } else {
            waiting.add(number, message);
        }
        if (durable && from != null) {
            // To acknowledge it besides would lose it, should that alone survive a crash.
            holdings.moved(former, formerSequence);
        } else {
            queue.forget(former, formerSequence);
        }
    }

    /** @param bytes what it takes in memory beyond what was counted for it before */
    private void due(long number, Message message, long bytes) {
        RetryState state = message.envelope().retry();
        long sequence = sequence(number);
        holdings.arrived(bytes);
        out.put(number, message);
        if (state.failures() <= limit) {
            release(number, message);
        } else if (parks(state)) {
            add(original(message), state.dueAt(RetryState.PARKED), message, sequence);
        } else {
            queue.giveUp(message, sequence, DeathReason.DELIVERY_LIMIT, false);
        }
    }

    /** Whether a message that failed so often has nowhere to go. */
    private boolean parks(RetryState state) {
        return state.failures() > limit && rules != null && !queue.hasDeadLetters();
    }

    private void release(long number, Message message) {
        RetryState state = message.envelope().retry();
        Message marked = Redeliveries.marked(original(message), state.failures(), state.acquisitions());
        holdings.arrived(marked.memoryBytes() - message.memoryBytes());
        ready.putBack(marked, sequence(number));
    }

    /** Makes ready what is due, as far as there is room for it. */
    void run() {
        long room = queue.isBusyBurying() ? 0 : room();
        blocked = waiting.run(home.currentTimeMillis(), room);
    }

    private long room() {
        return ready.bytesInMemory() < memory.bytesMax() ? memory.messagesMax() - (long) ready.inMemory() : 0;
    }

    /** Has the journal know of all that {@link #forget} was called for, and goes on when the next one is due. */
    void endUnit() {
        acknowledged.flush();
        if (!blocked) {
            alarm.set(waiting.nextDue());
        } else if (waiting.fits(room()) && !queue.isBusyBurying()) {
            home.execute(queue::goOn);
        }
    }

    boolean arrived(ReadAhead block) {
        return waiting.arrived(block);
    }

    /** Where one of these is in the journal; null when it is not there. */
    LogPlace place(long sequence) {
        return durable ? new LogPlace(storeId, number(sequence)) : null;
    }

    /** What is known of the earlier deliveries of one of these. */
    RetryState state(long sequence) {
        return out.get(number(sequence)).envelope().retry();
    }

    /** A message as it was published. */
    Message original(long sequence) {
        return original(out.get(number(sequence)));
    }

    private static Message original(Message written) {
        Envelope envelope = written.envelope().withRetry(null);
        return written.with(envelope.equals(Envelope.EMPTY) ? null : envelope);
    }

    /** The message is done with. {@link #endUnit} follows. */
    void forget(long sequence) {
        long number = number(sequence);
        out.remove(number);
        if (durable) {
            acknowledged.add(number);
        } else if (waiting.wasPaged()) {
            memory.store().discard(storeId, number, number);
        }
    }

    /** The message has another place in the journal. */
    void moved(long sequence) {
        out.remove(number(sequence));
    }

    /** Drops what waits; returns how many messages it was. What consumers have stays theirs. */
    long purge() {
        acknowledged.flush();
        boolean paged = waiting.wasPaged();
        long purged = waiting.clear();
        if (purged > 0) {
            long first = 1;
            for (long number : new TreeSet<>(out.keySet())) {
                drop(first, number - 1, paged);
                first = number + 1;
            }
            drop(first, nextNumber - 1, paged);
        }
        return purged;
    }

    private void drop(long first, long last, boolean paged) {
        if (first > last) {
            return;
        }
        if (durable) {
            journal.acknowledge(storeId, first, last);
        }
        if (paged) {
            memory.store().discard(storeId, first, last);
        }
    }

    /** The queue is gone; returns how many messages waited. */
    long delete() {
        alarm.end();
        boolean paged = waiting.wasPaged();
        long dropped = waiting.clear();
        if (durable && nextNumber > 1) {
            journal.deleteQueue(storeId);
        } else if (paged) {
            memory.store().delete(storeId);
        }
        return dropped;
    }
}
