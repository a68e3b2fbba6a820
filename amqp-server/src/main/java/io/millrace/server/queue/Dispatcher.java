package io.millrace.server.queue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Picks the consumer for each message: of those with the highest priority that may take one the next in turn, or the
 * one that is active when there may be only one. Gathers what each gets and hands it over once a drain, or when a batch
 * is large enough to keep its consumer busy meanwhile.
 */
final class Dispatcher {
    /** Messages in one drain, so that one queue does not keep its loop from the others: about a millisecond's work. */
    static final int DRAIN_MESSAGES = 2048;
    /** A batch of this many bytes goes out at once: what a socket takes in one write. */
    private static final long BATCH_BYTES = 256 << 10;

    private final Queue queue;
    private final ReadyMessages ready;
    private final boolean singleActive;
    private boolean exclusivelyConsumed;
    /** The one that gets everything, where there may be only one. */
    private QueueConsumer active;
    /** Those whose deliveries are on their way back, and come before all that the next one gets. */
    private final List<QueueConsumer> givingBack = new ArrayList<>();

    /** In the order in which they came. */
    private final List<QueueConsumer> consumers = new ArrayList<>();
    /** Where the chain of priorities begins; where nobody asks for another one it has a single link. */
    private ConsumerRing highest;

    /**
     * @param singleActive whether one consumer gets everything: that which came first, and when it goes the first of
     *     the highest priority, which in a quorum queue need not wait for that
     */
    Dispatcher(Queue queue, ReadyMessages ready, boolean singleActive) {
        this.queue = queue;
        this.ready = ready;
        this.singleActive = singleActive;
    }

    List<QueueConsumer> consumers() {
        return consumers;
    }

    boolean isSingleActive() {
        return singleActive;
    }

    /** @throws ChannelError ACCESS_REFUSED when it, or the other consumers, exclude another one */
    void add(QueueConsumer consumer) {
        if (!queue.kind().quorum() && excludes(consumer)) {
            throw new ChannelError(ReplyCode.ACCESS_REFUSED, queue + " in exclusive use");
        }
        exclusivelyConsumed = consumer.exclusive();
        consumers.add(consumer);
        ringFor(consumer.priority()).add(consumer);
        if (active == null && !queue.kind().quorum()) {
            active = consumer;
        }
    }

    /** Quorum queues do not know exclusive consumers. */
    private boolean excludes(QueueConsumer consumer) {
        return exclusivelyConsumed || (consumer.exclusive() && (!consumers.isEmpty() || singleActive));
    }

    private ConsumerRing ringFor(long priority) {
        ConsumerRing higher = null;
        ConsumerRing ring = highest;
        while (ring != null && ring.priority() > priority) {
            higher = ring;
            ring = ring.lower();
        }
        if (ring != null && ring.priority() == priority) {
            return ring;
        }
        ConsumerRing added = new ConsumerRing(priority, ring);
        linkBelow(higher, added);
        return added;
    }

    private void linkBelow(ConsumerRing higher, ConsumerRing ring) {
        if (higher == null) {
            highest = ring;
        } else {
            higher.lower(ring);
        }
    }

    boolean remove(QueueConsumer consumer) {
        if (!consumers.remove(consumer)) {
            return false;
        }
        exclusivelyConsumed = false;
        if (singleActive && consumer.isGivingBack()) {
            givingBack.add(consumer);
        }
        ConsumerRing higher = null;
        ConsumerRing ring = highest;
        while (ring.priority() != consumer.priority()) {
            higher = ring;
            ring = ring.lower();
        }
        ring.remove(consumer);
        if (ring.isEmpty()) {
            linkBelow(higher, ring.lower());
        }
        if (consumer == active && !queue.kind().quorum()) {
            active = highest == null ? null : highest.first();
        }
        return true;
    }

    /** It had as many deliveries as it may have, and now has not: the others of its priority are served before it. */
    void moveToLast(QueueConsumer consumer) {
        if (!singleActive) {
            ringFor(consumer.priority()).moveToLast(consumer);
        }
    }

    /** Removes all consumers and tells them. */
    void cancelAll() {
        for (QueueConsumer consumer : List.copyOf(consumers)) {
            remove(consumer);
            consumer.sink().loop().run(() -> consumer.sink().cancelledByQueue(consumer));
        }
    }

    /** What the queue does for each message that goes out. */
    interface Delivered {
        void delivered(QueueConsumer consumer, Message message, long sequence, boolean redelivered);
    }

    /**
     * Gives waiting messages to consumers until there are no more of either, or the drain's budget is used up.
     *
     * @return whether the budget ended it, so that the caller must come back
     */
    boolean drain(Delivered delivered) {
        int budget = DRAIN_MESSAGES;
        while (budget > 0 && !ready.isEmpty()) {
            QueueConsumer consumer = nextWilling();
            if (consumer == null) {
                break;
            }
            Message message = ready.poll();
            long sequence = ready.polledSequence();
            boolean redelivered = ready.polledRedelivered();
            consumer.take(message, sequence, redelivered);
            delivered.delivered(consumer, message, sequence, redelivered);
            if (consumer.pending().bytes() >= BATCH_BYTES) {
                consumer.handOver();
            }
            budget--;
        }
        handOverPending();
        return budget == 0 && !ready.isEmpty();
    }

    /**
     * Who has a higher priority than the active consumer takes its place, once what that has is settled; null until
     * then.
     */
    private QueueConsumer chooseActive() {
        boolean gone = active == null || !consumers.contains(active);
        boolean outranked = !gone && highest.priority() > active.priority();
        if (outranked && queue.hasUnacked()) {
            return null;
        }
        if (gone || outranked) {
            active = highest.first();
        }
        return active;
    }

    private void handOverPending() {
        for (int i = 0; i < consumers.size(); i++) {
            QueueConsumer consumer = consumers.get(i);
            if (consumer.pending() != null) {
                consumer.handOver();
            }
        }
    }

    private QueueConsumer nextWilling() {
        if (singleActive) {
            givingBack.removeIf(consumer -> !consumer.isGivingBack());
            if (!givingBack.isEmpty()) {
                return null;
            }
            QueueConsumer chosen = queue.kind().quorum() ? chooseActive() : active;
            return chosen != null && chosen.tryTake() ? chosen : null;
        }
        for (ConsumerRing ring = highest; ring != null; ring = ring.lower()) {
            QueueConsumer consumer = ring.nextWilling();
            if (consumer != null) {
                return consumer;
            }
        }
        return null;
    }
}
