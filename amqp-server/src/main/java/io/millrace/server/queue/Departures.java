package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends messages that a queue gives up to other queues: what one unit of work gives up goes in one batch for each queue
 * that gets some of it. Belongs to the queue's loop, except {@link #enqueued}.
 *
 * <p>The queue is told that a message is gone when all batches that went out with it are as safe as they will be. So a
 * crash never loses a message that must survive one; it may leave it in both queues.
 *
 * <p>Nobody slows a queue down that gives up its messages by itself. So it has to ask {@link #isFull}, and is told when
 * it can go on.
 */
abstract class Departures implements PublishOrigin {
    /** What may be under way at a time before a queue waits with what it can keep. */
    private static final int UNDER_WAY_MAX = 8192;

    private static final long UNDER_WAY_BYTES_MAX = 8 << 20;

    private final Queue source;
    private Group group;
    private List<PublishBatch> batches = new ArrayList<>();
    private int underWay;
    private final AtomicLong notTaken = new AtomicLong();
    private volatile boolean awaited;

    /** What goes out together. */
    private static final class Group {
        private Message[] messages = new Message[16];
        private long[] sequences = new long[16];
        private int count;
        private int batchesLeft;

        void add(Message message, long sequence) {
            if (count == messages.length) {
                messages = Arrays.copyOf(messages, count * 2);
                sequences = Arrays.copyOf(sequences, count * 2);
            }
            messages[count] = message;
            sequences[count++] = sequence;
        }
    }

    Departures(Queue source) {
        this.source = source;
    }

    final Queue source() {
        return source;
    }

    /** Whether so much is under way that the queue should wait; it is told to {@link Queue#goOn} then. */
    final boolean isFull() {
        if (!hasNoRoom()) {
            return false;
        }
        awaited = true;
        // What went in between did not see that it is awaited.
        return hasNoRoom();
    }

    private boolean hasNoRoom() {
        return underWay >= UNDER_WAY_MAX || notTaken.get() >= UNDER_WAY_BYTES_MAX;
    }

    /** The queue gives a message up, which is forgotten when all is safe that is sent from now to {@link #flush}. */
    final void leaves(Message message, long sequence) {
        begin();
        group.add(message, sequence);
        underWay++;
    }

    /** Something is to be sent, whether the queue had it or not. */
    final void begin() {
        if (group == null) {
            group = new Group();
        }
    }

    /** Sends a message with {@link #flush}. */
    final void send(Message message, Queue queue) {
        PublishBatch.of(queue, this, batches).add(message);
    }

    /**
     * Sends what was added. The last thing in a unit of the queue's work: the queues that get it may be on this loop,
     * and one of them the queue itself.
     *
     * @param later whether not before the loop has done what it is at: what comes from one queue to the next one, and
     *     goes on from there, must not pile up on the stack
     */
    final void flush(boolean later) {
        if (group == null) {
            return;
        }
        Group gone = group;
        List<PublishBatch> out = batches;
        group = null;
        batches = new ArrayList<>();
        gone.batchesLeft = out.size();
        if (out.isEmpty()) {
            arrived(gone);
            return;
        }
        for (PublishBatch batch : out) {
            batch.awaitedBy(gone);
            notTaken.addAndGet(batch.bytes());
        }
        for (PublishBatch batch : out) {
            if (later) {
                batch.queue().home().execute(batch);
            } else {
                batch.handOver();
            }
        }
    }

    private void arrived(Group gone) {
        underWay -= gone.count;
        for (int i = 0; i < gone.count; i++) {
            source.forget(gone.messages[i], gone.sequences[i]);
        }
        source.departed();
        goOnIfAwaited();
    }

    private void goOnIfAwaited() {
        if (awaited && !hasNoRoom()) {
            awaited = false;
            source.home().execute(source::goOn);
        }
    }

    @Override
    public final HomeLoop loop() {
        return source.home();
    }

    @Override
    public final void enqueued(long bytes) {
        if (notTaken.addAndGet(-bytes) < UNDER_WAY_BYTES_MAX && awaited) {
            source.home().execute(this::goOnIfAwaited);
        }
    }

    @Override
    public final void settled(PublishBatch batch) {
        Group gone = (Group) batch.cycle();
        if (--gone.batchesLeft == 0) {
            arrived(gone);
        }
    }
}
