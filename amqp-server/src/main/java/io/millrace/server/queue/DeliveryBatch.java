package io.millrace.server.queue;

import java.util.Arrays;

/**
 * Messages that a queue gives one consumer, handed to the consumer's loop at once. Filled on the queue's loop, then
 * owned by the consumer's.
 */
public final class DeliveryBatch implements Runnable {
    private static final int INITIAL_CAPACITY = 16;
    private static final int EXPECTED_MAX = Dispatcher.DRAIN_MESSAGES;

    private final QueueConsumer consumer;
    private Message[] messages;
    /** Sequence number shifted left by one; the lowest bit says redelivered. One array less to grow and to touch. */
    private long[] sequences;

    private int count;
    private long bytes;

    /** @param expected about how many messages there will be */
    DeliveryBatch(QueueConsumer consumer, int expected) {
        this.consumer = consumer;
        int capacity = Math.max(INITIAL_CAPACITY, Math.min(EXPECTED_MAX, expected));
        this.messages = new Message[capacity];
        this.sequences = new long[capacity];
    }

    void add(Message message, long sequence, boolean redelivered) {
        if (count == messages.length) {
            messages = Arrays.copyOf(messages, count * 2);
            sequences = Arrays.copyOf(sequences, count * 2);
        }
        messages[count] = message;
        sequences[count] = sequence << 1 | (redelivered ? 1 : 0);
        count++;
        bytes += message.wireBytes();
    }

    /** Not for callers: the consumer's loop runs this. */
    @Override
    public void run() {
        consumer.sink().deliver(this);
    }

    public QueueConsumer consumer() {
        return consumer;
    }

    public int count() {
        return count;
    }

    /** About what the deliveries take on the wire. */
    public long bytes() {
        return bytes;
    }

    public Message message(int index) {
        return messages[index];
    }

    public long sequence(int index) {
        // With its sign: what comes again after a wait has a negative one.
        return sequences[index] >> 1;
    }

    public boolean redelivered(int index) {
        return (sequences[index] & 1) != 0;
    }
}
