package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends the messages that a queue gives up to its dead-letter exchange: what one unit of work gives up goes in one
 * batch for each queue that gets some of it. Belongs to the queue's loop, except {@link #enqueued}.
 *
 * <p>The queue is told that a message is gone when all batches that went out with it are as safe as they will be. So a
 * crash never loses a message that must survive one; it may leave it in both queues.
 *
 * <p>Nobody slows a queue down that gives up its messages by itself. So it has to ask {@link #isFull}, and is told when
 * it can go on.
 */
final class DeadLetters implements PublishOrigin {
    /** What may be under way at a time before a queue waits with what it can keep. */
    private static final int UNDER_WAY_MAX = 8192;

    private static final long UNDER_WAY_BYTES_MAX = 8 << 20;

    private final Queue source;
    private final DeadLettering target;
    private final QueueLifecycle routes;

    private Burial burial;
    private List<PublishBatch> batches = new ArrayList<>();
    private int underWay;
    private final AtomicLong notTaken = new AtomicLong();
    private volatile boolean awaited;

    /** What goes out together. */
    private static final class Burial {
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

    DeadLetters(Queue source, DeadLettering target, QueueLifecycle routes) {
        this.source = source;
        this.target = target;
        this.routes = routes;
    }

    /** Whether so much is under way that the queue should wait; it is told to {@link Queue#goOn} then. */
    boolean isFull() {
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

    /**
     * The queue gives a message up, which goes out with {@link #flush} and is then forgotten.
     *
     * @param original the message without what the queue added to it
     * @param byReject whether a consumer gave it back by {@code basic.reject}: it is marked as redelivered then
     */
    void add(Message message, Message original, long sequence, DeathReason reason, boolean byReject) {
        if (burial == null) {
            burial = new Burial();
        }
        burial.add(message, sequence);
        underWay++;
        send(original, reason, byReject);
    }

    /** The queue does not take a message that was never in its books. */
    void addRefused(Message message) {
        if (burial == null) {
            burial = new Burial();
        }
        send(message, DeathReason.MAXLEN, false);
    }

    private void send(Message message, DeathReason reason, boolean byReject) {
        HomeLoop home = source.home();
        long second = TimeUnit.MILLISECONDS.toSeconds(home.currentTimeMillis());
        DeathHistory history = new DeathHistory(message, source.name(), reason, second);
        ShortString newKey = target.routingKey();
        ShortString routingKey = newKey == null ? message.routingKey() : newKey;
        Route route = routes.deadLetterRoute(
                target.exchange(), routingKey, newKey == null ? history.furtherKeys() : null, history::headers);
        List<Queue> queues = withoutCycles(route, history, reason);
        home.counters().increment(reason.counter());
        if (queues.isEmpty()) {
            return;
        }
        Content content = history.content();
        Message letter = new Message(
                target.exchange(), routingKey, content, queues.size() > 1, envelope(message.envelope(), byReject));
        for (Queue queue : queues) {
            PublishBatch.of(queue, this, batches).add(letter);
        }
    }

    /** A message that goes in circles without anybody's doing would do so for ever. */
    private static List<Queue> withoutCycles(Route route, DeathHistory history, DeathReason reason) {
        List<Queue> queues = new ArrayList<>(route.size());
        for (int i = 0; i < route.size(); i++) {
            Queue queue = (Queue) route.get(i);
            if (reason == DeathReason.REJECTED || !history.isCycle(queue.name())) {
                queues.add(queue);
            }
        }
        return queues;
    }

    private Envelope envelope(Envelope before, boolean byReject) {
        boolean rerouted = target.routingKey() != null || (before != null && before.rerouted());
        List<ShortString> hiddenKeys = before == null || rerouted ? List.of() : before.hiddenKeys();
        boolean redelivered = byReject || (before != null && before.redelivered());
        return new Envelope(Envelope.UNKNOWN, QueueRules.FOREVER, hiddenKeys, true, rerouted, redelivered);
    }

    /**
     * Sends what was added. The last thing in a unit of the queue's work: the queues that get it may be on this loop,
     * and one of them the queue itself.
     *
     * @param later whether not before the loop has done what it is at: what comes from one queue's dead letters to the
     *     next one must not pile up on the stack
     */
    void flush(boolean later) {
        if (burial == null) {
            return;
        }
        Burial gone = burial;
        List<PublishBatch> out = batches;
        burial = null;
        batches = new ArrayList<>();
        gone.batchesLeft = out.size();
        if (out.isEmpty()) {
            buried(gone);
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

    private void buried(Burial gone) {
        underWay -= gone.count;
        for (int i = 0; i < gone.count; i++) {
            source.forget(gone.messages[i], gone.sequences[i]);
        }
        source.buried();
        goOnIfAwaited();
    }

    private void goOnIfAwaited() {
        if (awaited && !hasNoRoom()) {
            awaited = false;
            source.home().execute(source::goOn);
        }
    }

    @Override
    public HomeLoop loop() {
        return source.home();
    }

    @Override
    public void enqueued(long bytes) {
        if (notTaken.addAndGet(-bytes) < UNDER_WAY_BYTES_MAX && awaited) {
            source.home().execute(this::goOnIfAwaited);
        }
    }

    @Override
    public void settled(PublishBatch batch) {
        Burial gone = (Burial) batch.cycle();
        if (--gone.batchesLeft == 0) {
            buried(gone);
        }
    }
}
