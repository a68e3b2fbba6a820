package io.millrace.server.queue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The messages that one publisher has for one queue, gathered over one read of its socket and handed over at once.
 * Filled by the publisher, then owned by the queue until {@link #settled}.
 */
public final class PublishBatch implements Runnable {
    private static final int INITIAL_CAPACITY = 16;
    /** More than fits into one read of a socket. */
    private static final int EXPECTED_MAX = 4096;

    private final Queue queue;
    private final PublishOrigin origin;
    private final boolean mustArrive;
    private Object cycle;

    private Message[] messages;
    private int count;
    private long bytes;
    private long pagedBytes;

    /** The publishers of the messages and their tags, for queues that may refuse some; else null. */
    private RefusalListener[] publishers;

    private long[] tags;
    /** Indexes of what the queue refused; null when it took everything. */
    private int[] refused;

    private int refusedCount;

    public PublishBatch(Queue queue, PublishOrigin origin) {
        this(queue, origin, 0);
    }

    /** @param expected about how many messages there will be */
    public PublishBatch(Queue queue, PublishOrigin origin, int expected) {
        this(queue, origin, expected, false);
    }

    /** @param mustArrive whether the publisher wants to hear of messages that came too late for a deleted queue, too */
    PublishBatch(Queue queue, PublishOrigin origin, int expected, boolean mustArrive) {
        this.queue = queue;
        this.origin = origin;
        this.mustArrive = mustArrive;
        this.messages = new Message[Math.max(INITIAL_CAPACITY, Math.min(EXPECTED_MAX, expected))];
        if (mustArrive || queue.mayRefuse()) {
            publishers = new RefusalListener[INITIAL_CAPACITY];
            tags = new long[INITIAL_CAPACITY];
        }
    }

    /** The batch for a queue among those that are being filled, or a new one that is one of them from now on. */
    static PublishBatch of(Queue queue, PublishOrigin origin, List<PublishBatch> filling) {
        return of(queue, origin, filling, false);
    }

    /** @param mustArrive whether the publisher wants to hear of messages that came too late for a deleted queue, too */
    static PublishBatch of(Queue queue, PublishOrigin origin, List<PublishBatch> filling, boolean mustArrive) {
        for (PublishBatch batch : filling) {
            if (batch.queue == queue) {
                return batch;
            }
        }
        PublishBatch batch = new PublishBatch(queue, origin, 0, mustArrive);
        filling.add(batch);
        return batch;
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

    /**
     * Adds a message at the end.
     *
     * @param publisher told when the queue refuses the message; null when nobody wants to know
     * @param tag the publisher's name for the message
     */
    public void add(Message message, RefusalListener publisher, long tag) {
        int index = count;
        add(message);
        if (publishers != null) {
            if (index == publishers.length) {
                publishers = Arrays.copyOf(publishers, messages.length);
                tags = Arrays.copyOf(tags, messages.length);
            }
            publishers[index] = publisher;
            tags[index] = tag;
        }
    }

    /** Whether the publisher could hear of a refusal: the queue may have come to refuse since the batch was begun. */
    boolean isRefusable() {
        return publishers != null;
    }

    /** The queue is gone: it refuses all of them, if somebody wants to know. On its loop. */
    void missed() {
        for (int i = 0; mustArrive && i < count; i++) {
            refuse(i);
        }
    }

    /** The queue does not take the message. On its loop. */
    void refuse(int index) {
        if (refused == null) {
            refused = new int[INITIAL_CAPACITY];
        } else if (refusedCount == refused.length) {
            refused = Arrays.copyOf(refused, refusedCount * 2);
        }
        refused[refusedCount++] = index;
    }

    /** Tells the publishers of what was refused. On their loop, once the batch is settled. */
    public void reportRefused() {
        for (int i = 0; i < refusedCount; i++) {
            RefusalListener publisher = publishers[refused[i]];
            if (publisher != null) {
                publisher.refused(tags[refused[i]]);
            }
        }
    }

    /** Notes the time of arrival with each message that has none. On the queue's loop. */
    void stamp(long millis) {
        for (int i = 0; i < count; i++) {
            Message before = messages[i];
            messages[i] = before.arrivingAt(millis);
            if (messages[i] != before) {
                before.release();
            }
        }
    }

    /** Puts another message in the place of one, with the same content. On the queue's loop. */
    void replace(int index, Message message) {
        messages[index] = message;
    }

    /**
     * Takes messages out which count as taken. The publisher may hear all the same that they were refused: their
     * indexes follow those of the messages that are left, in their order. On the queue's loop.
     *
     * @return what they take in memory
     */
    long takeOut(BitSet indexes) {
        Message[] all = messages;
        RefusalListener[] allPublishers = publishers;
        long[] allTags = tags;
        messages = new Message[all.length];
        if (publishers != null) {
            publishers = new RefusalListener[all.length];
            tags = new long[all.length];
        }
        long before = bytes;
        int left = 0;
        int out = count - indexes.cardinality();
        for (int i = 0; i < count; i++) {
            boolean taken = indexes.get(i);
            int to = taken ? out++ : left++;
            messages[to] = all[i];
            if (publishers != null && i < allPublishers.length) {
                publishers[to] = allPublishers[i];
                tags[to] = allTags[i];
            }
            if (taken) {
                bytes -= all[i].memoryBytes();
                all[i].release();
            }
        }
        count = left;
        return before - bytes;
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

    /** So much of it is on its way to the store, which tells the publisher itself. */
    void paged(long newPagedBytes) {
        pagedBytes += newPagedBytes;
    }

    /** What is not. */
    long bytesInMemory() {
        return bytes - pagedBytes;
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

    /**
     * Has the publisher told when the messages are as safe as they will be. On the queue's loop.
     *
     * @param journal where some of them were written; null when none had to be
     */
    void settle(QueueJournal journal) {
        if (journal == null) {
            origin.loop().run(this::settled);
        } else {
            journal.settleWhenDurable(this);
        }
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
