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
 * crash never loses a message that must survive one. One that goes to a single queue is written there as moved, and so
 * is never in both; of several queues some may have it while this one keeps it, and sends it again.
 *
 * <p>A {@link Letter} is forgotten only when each queue that it went to has taken it, if there was one; else it
 * {@linkplain #missed stays}.
 *
 * <p>Nobody slows a queue down that gives up its messages by itself. So it has to ask {@link #isFull}, and is told when
 * it can go on.
 */
abstract class Departures implements PublishOrigin {
    /** What may be under way at a time before a queue waits with what it can keep. */
    static final int UNDER_WAY_MAX = 8192;

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
        /** One for each message, or null when none of them is a letter. */
        private List<Letter> letters;

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

        void add(Letter letter) {
            if (letters == null) {
                letters = new ArrayList<>();
            }
            letters.add(letter);
            add(letter.message(), letter.sequence());
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

    /** The same for a letter that is {@linkplain #takes in the books} already; all that leaves are letters then. */
    final void leaves(Letter letter) {
        begin();
        group.add(letter);
    }

    /** One more is on its way, until it is {@link #done}. */
    final void takes() {
        underWay++;
    }

    /** Nothing more has to happen to a letter. */
    final void done(Letter letter) {
        underWay--;
        source.forget(letter.message(), letter.sequence());
    }

    /** A letter did not arrive everywhere, and is on its way still. */
    void missed(Letter letter) {
        throw new IllegalStateException("nothing is sent again here");
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

    /** The same for a letter, which hears of a refusal by this index. */
    final void send(Message message, Queue queue, Letter letter, int index) {
        PublishBatch.of(queue, this, batches, true).add(message, letter, index);
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
            if (batch.queue().home() != source.home()) {
                // Behind what this loop's journal hands over: the log must have the message before it can be moved.
                source.home().execute(batch::handOver);
            } else if (later) {
                source.home().execute(batch);
            } else {
                batch.handOver();
            }
        }
    }

    private void arrived(Group gone) {
        if (gone.letters == null) {
            underWay -= gone.count;
            for (int i = 0; i < gone.count; i++) {
                source.forget(gone.messages[i], gone.sequences[i]);
            }
        } else {
            gone.letters.forEach(this::arrived);
        }
        source.departed();
        goOnIfAwaited();
    }

    private void arrived(Letter letter) {
        if (letter.hasArrived()) {
            done(letter);
        } else {
            missed(letter);
        }
    }

    final void goOnIfAwaited() {
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
        batch.reportRefused();
        Group gone = (Group) batch.cycle();
        if (--gone.batchesLeft == 0) {
            arrived(gone);
        }
    }
}
