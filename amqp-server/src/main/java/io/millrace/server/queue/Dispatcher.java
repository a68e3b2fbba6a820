package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * Picks the consumer for each message: the next in turn that may take one. Gathers what each gets and hands it over
 * once a drain, or when a batch is large enough to keep its consumer busy meanwhile.
 */
final class Dispatcher {
    /** Messages in one drain, so that one queue does not keep its loop from the others: about a millisecond's work. */
    private static final int DRAIN_MESSAGES = 2048;
    /** A batch of this many bytes goes out at once: what a socket takes in one write. */
    private static final long BATCH_BYTES = 256 << 10;

    private final ReadyMessages ready;
    private final List<QueueConsumer> consumers = new ArrayList<>();
    private int next;

    Dispatcher(ReadyMessages ready) {
        this.ready = ready;
    }

    List<QueueConsumer> consumers() {
        return consumers;
    }

    void add(QueueConsumer consumer) {
        consumers.add(consumer);
    }

    boolean remove(QueueConsumer consumer) {
        int index = consumers.indexOf(consumer);
        if (index < 0) {
            return false;
        }
        consumers.remove(index);
        if (next > index) {
            next--;
        }
        return true;
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

    private void handOverPending() {
        for (int i = 0; i < consumers.size(); i++) {
            QueueConsumer consumer = consumers.get(i);
            if (consumer.pending() != null) {
                consumer.handOver();
            }
        }
    }

    private QueueConsumer nextWilling() {
        int size = consumers.size();
        for (int i = 0; i < size; i++) {
            if (next >= size) {
                next = 0;
            }
            QueueConsumer consumer = consumers.get(next++);
            if (consumer.tryTake()) {
                return consumer;
            }
        }
        return null;
    }
}
