package io.millrace.server.queue;

import java.util.Arrays;

/**
 * The messages that one publisher has for one queue, gathered over one read of its socket and handed over at once.
 * Filled by the publisher, then owned by the queue until {@link #settled}.
 */
public final class PublishBatch implements Runnable {
    private static final int INITIAL_CAPACITY = 16;

    private final Queue queue;
    private final PublishOrigin origin;
    private Object cycle;

    private Message[] messages = new Message[INITIAL_CAPACITY];
    private int count;
    private long bytes;

    public PublishBatch(Queue queue, PublishOrigin origin) {
        this.queue = queue;
        this.origin = origin;
    }

    /**
     * Somebody waits until the batch is settled: {@link PublishOrigin#settled} will be called, and finds this there.
     */
    public void awaitedBy(Object newCycle) {
        cycle = newCycle;
    }

    /** Adds a message at the end. */
    public void add(Message message) {
        if (count == messages.length) {
            messages = Arrays.copyOf(messages, count * 2);
        }
        messages[count++] = message;
        bytes += message.memoryBytes();
    }

    /** Hands the batch to the queue; the caller must not touch it any more. */
    public void handOver() {
        queue.home().run(this);
    }

    /** Not for callers: the queue's home loop runs this. */
    @Override
    public void run() {
        queue.publish(this);
    }

    public Queue queue() {
        return queue;
    }

    public Object cycle() {
        return cycle;
    }

    public int count() {
        return count;
    }

    public long bytes() {
        return bytes;
    }

    Message message(int index) {
        return messages[index];
    }

    PublishOrigin origin() {
        return origin;
    }

    /** Whether the publisher waits to hear of this batch. */
    boolean isAwaited() {
        return cycle != null;
    }

    /** The messages are safe: tells the publisher. On the publisher's loop. */
    public void settled() {
        origin.settled(this);
    }

    /** The loop that {@link #settled} must be called on. */
    public HomeLoop originLoop() {
        return origin.loop();
    }
}
