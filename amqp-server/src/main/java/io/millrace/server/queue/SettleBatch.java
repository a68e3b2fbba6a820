package io.millrace.server.queue;

import java.util.Arrays;

/**
 * Deliveries of one consumer that its channel is done with, gathered over one read of the socket: acknowledged, put
 * back, or discarded. Filled on the channel's loop, then owned by the queue's.
 */
public final class SettleBatch implements Runnable {
    /** What becomes of the messages. */
    public enum Outcome {
        /** Done: forget them. */
        ACKNOWLEDGE,
        /** Back to their place in the queue, marked as redelivered. */
        REQUEUE,
        /** The same because the consumer refused them or went away with them, which quorum queues count. */
        REQUEUE_FAILED,
        /** Refused: dropped, or dead-lettered. */
        DISCARD,
        /** As {@link #DISCARD}, by {@code basic.reject}: a dead letter counts as delivered before then. */
        REJECT;

        boolean requeues() {
            return this == REQUEUE || this == REQUEUE_FAILED;
        }
    }

    private static final int INITIAL_CAPACITY = 16;
    private static final int EXPECTED_MAX = 4096;

    private final QueueConsumer consumer;
    private final Outcome outcome;
    private Message[] messages;
    private long[] sequences;
    private int count;

    public SettleBatch(QueueConsumer consumer, Outcome outcome) {
        this(consumer, outcome, 0);
    }

    /** @param expected about how many deliveries there will be */
    public SettleBatch(QueueConsumer consumer, Outcome outcome, int expected) {
        this.consumer = consumer;
        this.outcome = outcome;
        int capacity = Math.max(INITIAL_CAPACITY, Math.min(EXPECTED_MAX, expected));
        this.messages = new Message[capacity];
        this.sequences = new long[capacity];
    }

    public void add(Message message, long sequence) {
        if (count == messages.length) {
            messages = Arrays.copyOf(messages, count * 2);
            sequences = Arrays.copyOf(sequences, count * 2);
        }
        messages[count] = message;
        sequences[count] = sequence;
        count++;
    }

    /** Hands the batch to the queue; the caller must not touch it any more. */
    public void handOver() {
        consumer.queue().home().run(this);
    }

    /** Not for callers: the queue's home loop runs this. */
    @Override
    public void run() {
        consumer.queue().settle(this);
    }

    public Outcome outcome() {
        return outcome;
    }

    public int count() {
        return count;
    }

    QueueConsumer consumer() {
        return consumer;
    }

    Message message(int index) {
        return messages[index];
    }

    long sequence(int index) {
        return sequences[index];
    }
}
