package io.millrace.server.queue;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.log.stream.StreamAppend;
import io.millrace.log.stream.StreamLimits;
import io.millrace.log.stream.StreamLog;
import io.millrace.log.stream.StreamPosition;
import io.millrace.log.stream.StreamStart;
import io.millrace.server.metrics.BrokerCounter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream: keeps what was consumed, in a log of its own, and gives it to any number of consumers, each from where it
 * wants to begin.
 *
 * <p>A published batch goes to the log at once. When it is durable, it comes back with its offsets: then the publisher
 * is told, and consumers may have it. What {@link Queue} knows of consumers, names and ends holds here, too; the
 * messages are this class's alone.
 */
public final class StreamQueue extends Queue {
    private static final Logger LOG = LoggerFactory.getLogger(StreamQueue.class);

    /** Messages that one consumer gets before it is the next one's turn. */
    private static final int DRAIN_MESSAGES = 1024;
    /** A batch of this many bytes goes out at once: what a socket takes in one write. */
    private static final long BATCH_BYTES = 256 << 10;
    /** As often as RabbitMQ counts what is in a stream. */
    private static final long COUNT_SECONDS = 5;

    private static final long RETAIN_SECONDS = 60;

    private final StreamLog log;
    private final StoredOffsets offsets;
    private final MemoryBudget memory;
    private final DeliveryCounts counts;
    private final StreamTail tail = new StreamTail();
    private final Map<QueueConsumer, StreamCursor> cursors = new LinkedHashMap<>();
    /** What the log has and did not report as durable yet. */
    private final Deque<PublishBatch> unsettled = new ArrayDeque<>();

    private final StreamCursor.Reader reader = this::read;
    private final Runnable dispatchTask = this::dispatchScheduled;

    /** The offset behind the last message that is durable, as far as this loop knows. */
    private long end;

    private int unacked;
    private boolean dispatching;
    private boolean dispatchScheduled;
    private boolean countScheduled;
    private boolean ended;
    /** Whether messages are given up for their age, when nobody publishes either. */
    private boolean ages;

    private boolean retainScheduled;

    private volatile int messageCount;
    private volatile int unackedCount;

    public StreamQueue(
            QueueSettings settings, HomeLoop home, QueueLifecycle lifecycle, QueueMemory memory, StreamLog log) {
        super(settings, home, lifecycle, memory);
        this.log = log;
        this.ages = log.limits().isByAge();
        this.offsets = new StoredOffsets(log);
        this.memory = memory.budget();
        this.counts = new DeliveryCounts(home.counters());
        this.end = log.end();
        log.listener(this::durable);
        countNow();
        retainSoon();
    }

    /** Messages in the stream, as they were counted in the last seconds. Any thread. */
    @Override
    public boolean releasesContents() {
        return false;
    }

    @Override
    public int readyCount() {
        return messageCount;
    }

    @Override
    public int unackedCount() {
        return unackedCount;
    }

    /** @throws ConnectionError NOT_IMPLEMENTED always: nothing can be taken out of a stream */
    @Override
    public void checkGet() {
        throw new ConnectionError(ReplyCode.NOT_IMPLEMENTED, "basic.get not supported by stream queues " + this);
    }

    @Override
    void publish(PublishBatch batch) {
        assert home().inLoop();
        if (ended) {
            settle(batch);
            return;
        }
        memory.add(batch.bytes());
        unsettled.add(batch);
        log.append(new StreamBatch(batch));
    }

    /** On the log's thread. */
    private void durable(List<StreamAppend> appends, long newEnd) {
        try {
            home().execute(() -> committed(appends, newEnd));
        } catch (RejectedExecutionException e) {
            // The broker stops: the loops end before the log, and their connections are gone.
            LOG.debug("{} ended before it heard of {} durable batches", this, appends.size());
        }
    }

    private void committed(List<StreamAppend> appends, long newEnd) {
        if (ended) {
            return;
        }
        end = newEnd;
        for (StreamAppend append : appends) {
            StreamBatch batch = (StreamBatch) append;
            boolean expected = unsettled.poll() == batch.published();
            assert expected : "a stream reports batches in another order than they were published";
            memory.add(-batch.published().bytes());
            settle(batch.published());
            if (!cursors.isEmpty()) {
                keep(batch);
            }
        }
        countSoon();
        dispatch();
    }

    private void keep(StreamBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            tail.add(batch.message(i), batch.filterValue(i), batch.offset(i));
        }
    }

    private static void settle(PublishBatch batch) {
        batch.origin().enqueued(batch.bytes());
        if (batch.isAwaited()) {
            batch.originLoop().run(batch::settled);
        }
    }

    private void countSoon() {
        if (!countScheduled) {
            countScheduled = true;
            Future<?> unused = home().schedule(this::countNow, TimeUnit.SECONDS.toNanos(COUNT_SECONDS));
        }
    }

    private void countNow() {
        countScheduled = false;
        messageCount = (int) Math.min(Integer.MAX_VALUE, log.end() - log.firstOffset());
    }

    private void retainSoon() {
        if (ages && !retainScheduled) {
            retainScheduled = true;
            Future<?> unused = home().schedule(this::retain, TimeUnit.SECONDS.toNanos(RETAIN_SECONDS));
        }
    }

    private void retain() {
        retainScheduled = false;
        if (!ended) {
            log.retain();
            countSoon();
            retainSoon();
        }
    }

    /** How it keeps its messages. Any thread. */
    public StreamLimits limits() {
        return log.limits();
    }

    /** Keeps its messages in another way from now on. */
    public void keep(StreamLimits limits) {
        assert home().inLoop();
        if (ended || limits.equals(log.limits())) {
            return;
        }
        log.limits(limits);
        ages = limits.isByAge();
        countSoon();
        retainSoon();
    }

    /**
     * Adds a consumer that begins where it wants to. Otherwise as {@link #addConsumer(QueueConsumer)}.
     *
     * @throws io.millrace.codec.ChannelError NOT_FOUND when the stream is gone
     */
    public void addConsumer(QueueConsumer consumer, StreamSubscription subscription) {
        super.addConsumer(consumer);
        StreamStart start = subscription.start() == null ? new StreamStart.Offset(end) : subscription.start();
        OffsetTracker tracker = null;
        if (subscription.tracked()) {
            Long mark = offsets.of(consumer);
            start = mark == null ? start : new StreamStart.Offset(mark);
            tracker = offsets.track(consumer);
        }
        cursors.put(consumer, new StreamCursor(consumer, start, subscription.filter(), tail, reader, tracker));
    }

    @Override
    public void removeConsumer(QueueConsumer consumer) {
        cursors.remove(consumer);
        offsets.removed(consumer);
        forgetTail();
        super.removeConsumer(consumer);
    }

    private void read(StreamCursor cursor, StreamPosition position) {
        log.read(new StreamBlock(position, cursor.filter(), block -> filled(cursor, block)));
    }

    /** On the log's thread. */
    private void filled(StreamCursor cursor, StreamBlock block) {
        try {
            home().execute(() -> arrived(cursor, block));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} ended before it heard of a block that was read for it", this);
        }
    }

    private void arrived(StreamCursor cursor, StreamBlock block) {
        cursor.arrived(block);
        if (cursors.containsKey(cursor.consumer())) {
            dispatch(cursor);
        }
    }

    @Override
    public void dispatch() {
        assert home().inLoop();
        if (dispatching) {
            // A consumer on this loop answers what it gets at once.
            scheduleDispatch();
            return;
        }
        dispatching = true;
        boolean more = false;
        // A copy: what a socket does while it is written to may end a consumer.
        for (StreamCursor cursor : List.copyOf(cursors.values())) {
            more |= serve(cursor);
        }
        dispatched(more);
        forgetTail();
    }

    /** The same for one consumer, where only its own lot has changed. */
    private void dispatch(StreamCursor cursor) {
        if (dispatching) {
            scheduleDispatch();
            return;
        }
        dispatching = true;
        dispatched(serve(cursor));
    }

    private void dispatched(boolean more) {
        dispatching = false;
        if (more) {
            scheduleDispatch();
        }
        unackedCount = unacked;
        counts.report();
    }

    private void scheduleDispatch() {
        if (!dispatchScheduled) {
            dispatchScheduled = true;
            home().execute(dispatchTask);
        }
    }

    private void dispatchScheduled() {
        dispatchScheduled = false;
        dispatch();
    }

    /** Gives a consumer what it may have; returns whether there is more than its share. */
    private boolean serve(StreamCursor cursor) {
        QueueConsumer consumer = cursor.consumer();
        int given = 0;
        Message message = cursor.peek(end);
        while (message != null && given < DRAIN_MESSAGES && consumer.tryTake()) {
            consumer.take(message, cursor.offset(), false);
            counts.delivered(false, false);
            cursor.take(end);
            given++;
            if (consumer.pending().bytes() >= BATCH_BYTES) {
                consumer.handOver();
            }
            message = cursor.peek(end);
        }
        unacked += given;
        if (consumer.pending() != null) {
            consumer.handOver();
        }
        return given == DRAIN_MESSAGES && message != null;
    }

    /** Keeps only what somebody has still to get. */
    private void forgetTail() {
        long needed = Long.MAX_VALUE;
        for (StreamCursor cursor : cursors.values()) {
            needed = Math.min(needed, cursor.next());
        }
        tail.dropBefore(needed);
    }

    /** Whatever was done with the messages, they stay, and there is room for as many more. */
    @Override
    void settle(SettleBatch batch) {
        assert home().inLoop();
        unacked -= batch.count();
        batch.consumer().restore(batch.count());
        if (batch.outcome() == SettleBatch.Outcome.ACKNOWLEDGE) {
            home().counters().add(BrokerCounter.ACKNOWLEDGED, batch.count());
        }
        StreamCursor cursor = cursors.get(batch.consumer());
        offsets.settled(batch, cursor != null);
        if (cursor == null) {
            unackedCount = unacked;
        } else {
            dispatch(cursor);
        }
    }

    /** As in RabbitMQ: neither its messages nor its consumers protect a stream. */
    @Override
    public void checkDeletable(boolean ifUnused, boolean ifEmpty) {
        assert home().inLoop();
    }

    @Override
    public int delete() {
        if (ended) {
            return 0;
        }
        ended = true;
        log.delete();
        cursors.clear();
        tail.dropBefore(Long.MAX_VALUE);
        for (PublishBatch batch : unsettled) {
            memory.add(-batch.bytes());
            settle(batch);
        }
        unsettled.clear();
        messageCount = 0;
        return super.delete();
    }
}
