package io.millrace.server.queue;

import io.millrace.codec.value.ShortString;

/**
 * A consumer as its queue sees it. Owned by the queue's loop; {@link #isParked} alone is read by others.
 *
 * <p>{@code basic.get} uses one without a sink, so that what it fetched is settled like any delivery.
 */
public final class QueueConsumer {
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private final Queue queue;
    private final ConsumerSink sink;
    private final ShortString tag;
    private final boolean automaticAck;
    private final boolean exclusive;
    private final boolean limited;
    private final PrefetchWindow window;
    private final long priority;

    private int credit;
    /** Deliveries that it has to settle, in queues where that makes a difference. */
    private int unsettled;

    private boolean gone;
    private boolean givesBack;
    /** Deliveries in the pending batch that the window does not count yet, because it had no limit. */
    private int uncounted;

    private DeliveryBatch pending;
    /** How many messages the last batch had: the next one gets room for as many. */
    private int expected;

    private volatile boolean parked;

    /** A consumer of the priority that those have who ask for none. */
    public QueueConsumer(
            Queue queue,
            ConsumerSink sink,
            ShortString tag,
            boolean automaticAck,
            boolean exclusive,
            int prefetch,
            PrefetchWindow window) {
        this(queue, sink, tag, automaticAck, exclusive, prefetch, window, 0);
    }

    /**
     * @param prefetch how many unacknowledged deliveries it may have; 0 for any number
     * @param window the limit it shares with the other consumers of its channel
     * @param priority who has a higher one is served first
     */
    public QueueConsumer(
            Queue queue,
            ConsumerSink sink,
            ShortString tag,
            boolean automaticAck,
            boolean exclusive,
            int prefetch,
            PrefetchWindow window,
            long priority) {
        this.queue = queue;
        this.sink = sink;
        this.tag = tag;
        this.automaticAck = automaticAck;
        this.exclusive = exclusive;
        this.limited = prefetch != 0 && !automaticAck;
        this.credit = limited ? prefetch : UNLIMITED;
        this.window = window;
        this.priority = priority;
    }

    /** What {@code basic.get} fetches from the queue is settled through this. */
    static QueueConsumer forGet(Queue queue) {
        return new QueueConsumer(queue, null, ShortString.EMPTY, false, false, 0, null);
    }

    public Queue queue() {
        return queue;
    }

    public ConsumerSink sink() {
        return sink;
    }

    public ShortString tag() {
        return tag;
    }

    public boolean automaticAck() {
        return automaticAck;
    }

    public boolean exclusive() {
        return exclusive;
    }

    long priority() {
        return priority;
    }

    /** Whether it waits for its socket to take more, or for its channel's window to open. Any thread. */
    public boolean isParked() {
        return parked;
    }

    /**
     * Whether it may have one more delivery now; if so a place in the channel's window is taken. A consumer that need
     * not acknowledge takes none, but waits as the others do while none is free.
     *
     * <p>A full window parks it, and the window is looked at once more after the mark is set: whoever frees a place
     * either sees the mark, or freed the place before that second look.
     */
    boolean tryTake() {
        if (credit == 0 || parked) {
            return false;
        }
        if (!window.isLimited()) {
            uncounted += automaticAck ? 0 : 1;
            return true;
        }
        if (windowHasPlace()) {
            return true;
        }
        parked = true;
        if (!windowHasPlace()) {
            return false;
        }
        parked = false;
        return true;
    }

    private boolean windowHasPlace() {
        return automaticAck ? window.hasPlace() : window.tryAcquire();
    }

    /** Adds a delivery to the batch that goes out next. */
    void take(Message message, long sequence, boolean redelivered) {
        if (limited) {
            credit--;
        }
        unsettled += automaticAck ? 0 : 1;
        if (pending == null) {
            pending = new DeliveryBatch(this, expected);
        }
        pending.add(message, sequence, redelivered);
    }

    DeliveryBatch pending() {
        return pending;
    }

    /**
     * Hands the pending batch to the consumer's loop; a socket that takes no more parks the consumer, as a full window.
     * One that its window has parked stays so: whoever frees a place looks for the mark.
     */
    void handOver() {
        DeliveryBatch batch = pending;
        pending = null;
        expected = batch.count() + batch.count() / 8;
        if (uncounted != 0) {
            window.acquire(uncounted);
            uncounted = 0;
        }
        sink.handedOver(batch.bytes());
        sink.loop().run(batch);
        if (!parked && !sink.isWritable()) {
            parked = true;
            if (sink.isWritable()) {
                parked = false;
            }
        }
    }

    /** A {@code basic.get} took a message that it will settle. */
    void got() {
        unsettled++;
    }

    /** Deliveries were settled: it may have as many more. */
    void restore(int count) {
        unsettled -= count;
        if (limited) {
            credit += count;
        }
    }

    /** Whether it has as many deliveries as it may have. */
    boolean isExhausted() {
        return credit == 0;
    }

    /** Deliveries that it has not settled. */
    int unsettled() {
        return unsettled;
    }

    /** It is no consumer of the queue any longer. */
    void leave() {
        gone = true;
    }

    /** Whether it is no consumer of the queue any longer, and may have deliveries to settle nevertheless. */
    boolean isGone() {
        return gone;
    }

    /** Its channel ends, so that what it has is on its way back to the queue. On the queue's loop. */
    public void givesBack() {
        givesBack = true;
    }

    /** Whether some of what it had is still on its way back to the queue. */
    boolean isGivingBack() {
        return givesBack && unsettled > 0;
    }

    void unpark() {
        parked = false;
    }
}
