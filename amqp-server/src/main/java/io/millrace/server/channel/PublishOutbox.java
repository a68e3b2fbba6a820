package io.millrace.server.channel;

import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.PublishBatch;
import io.millrace.server.queue.PublishOrigin;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.RefusalListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gathers what a connection publishes during one read of its socket, a batch for each queue, and hands all over at its
 * end. Belongs to the connection's loop, except {@link #enqueued}.
 */
public final class PublishOutbox implements PublishOrigin {
    /**
     * Messages handed over and not yet in their queues; past the first the socket is not read, until below the second.
     */
    private static final long IN_FLIGHT_BYTES_MAX = 8 << 20;

    private static final long IN_FLIGHT_BYTES_RESUME = 4 << 20;

    /** Called when a reading pause begins and ends. */
    public interface Brake {
        void pauseReading();

        void resumeReading();
    }

    private final HomeLoop loop;
    private final Brake brake;
    private final AtomicLong inFlight = new AtomicLong();
    private volatile boolean braking;

    private List<PublishBatch> batches = new ArrayList<>();
    /** Where the last batch was found: publishes that take the same routes find the next one behind it. */
    private int cursor;

    /** How many messages a batch of the last cycle had: the next ones get room for as many. */
    private int expected;

    private List<PublishCycle.Awaiter> awaiters = new ArrayList<>();
    private int generation;

    public PublishOutbox(HomeLoop loop, Brake brake) {
        this.loop = loop;
        this.brake = brake;
    }

    /** Adds a message for the queue. The last two parameters as in {@link PublishBatch#add}. */
    void add(Queue queue, Message message, RefusalListener publisher, long tag) {
        batchFor(queue).add(message, publisher, tag);
    }

    private PublishBatch batchFor(Queue queue) {
        int size = batches.size();
        for (int i = 0; i < size; i++) {
            if (cursor >= size) {
                cursor = 0;
            }
            PublishBatch batch = batches.get(cursor);
            if (batch.queue() == queue) {
                cursor++;
                return batch;
            }
            cursor++;
        }
        PublishBatch batch = new PublishBatch(queue, this, expected);
        batches.add(batch);
        return batch;
    }

    /** The awaiter is called once everything gathered up to {@link #flush} is settled. */
    void await(PublishCycle.Awaiter awaiter) {
        awaiters.add(awaiter);
    }

    /** Changes with every {@link #flush}: tells whether what is published now shares a cycle with what was before. */
    int generation() {
        return generation;
    }

    /** Whether queues have yet to take some of what was handed over. */
    public boolean isInFlight() {
        return inFlight.get() > 0;
    }

    /** Hands everything over. */
    public void flush() {
        if (batches.isEmpty() && awaiters.isEmpty()) {
            return;
        }
        generation++;
        List<PublishBatch> ready = batches;
        batches = new ArrayList<>(ready.size());
        cursor = 0;
        PublishCycle cycle = startCycle(ready);
        long bytes = 0;
        int messages = 0;
        for (int i = 0; i < ready.size(); i++) {
            bytes += ready.get(i).bytes();
            messages += ready.get(i).count();
        }
        expected = ready.isEmpty() ? 0 : messages / ready.size() + messages / ready.size() / 8;
        if (inFlight.addAndGet(bytes) > IN_FLIGHT_BYTES_MAX) {
            brake();
        }
        for (int i = 0; i < ready.size(); i++) {
            ready.get(i).handOver();
        }
        if (cycle != null && ready.isEmpty()) {
            cycle.complete();
        }
    }

    private PublishCycle startCycle(List<PublishBatch> ready) {
        if (awaiters.isEmpty()) {
            return null;
        }
        PublishCycle cycle = new PublishCycle(ready.size(), awaiters);
        awaiters = new ArrayList<>(awaiters.size());
        for (int i = 0; i < ready.size(); i++) {
            ready.get(i).awaitedBy(cycle);
        }
        return cycle;
    }

    private void brake() {
        braking = true;
        brake.pauseReading();
        // The queues may have taken everything in between: whoever brought it below the mark did not see the brake.
        if (inFlight.get() < IN_FLIGHT_BYTES_RESUME) {
            release();
        }
    }

    private void release() {
        if (braking) {
            braking = false;
            brake.resumeReading();
        }
    }

    @Override
    public HomeLoop loop() {
        return loop;
    }

    @Override
    public void enqueued(long bytes) {
        if (inFlight.addAndGet(-bytes) < IN_FLIGHT_BYTES_RESUME && braking) {
            loop.execute(this::release);
        }
    }

    @Override
    public void settled(PublishBatch batch) {
        batch.reportRefused();
        ((PublishCycle) batch.cycle()).settledOne();
    }
}
