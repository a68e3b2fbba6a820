package io.millrace.log;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * Effects that one event loop gathered, handed over at once with {@link MessageLog#submit} and owned by the log until
 * {@link DurableListener#durable}. Parallel arrays that grow: no object an operation.
 *
 * <p>What the log relies on, per queue and in hand-over order: the sequences of {@link #publish} strictly increase; an
 * {@link #acknowledge} comes after the publish that it names; nothing comes after {@link #deleteQueue}.
 */
public final class AppendBatch {
    static final byte PUBLISH = 1;
    static final byte ACKNOWLEDGE = 2;
    static final byte DELETE_QUEUE = 3;
    /** Followed by the message that it was, as an {@link #ACKNOWLEDGE} that is a part of it. */
    static final byte MOVE = 4;

    private static final int CAPACITY_INITIAL = 16;

    /** The batch handed over before this one; owned by {@link MessageLog}. */
    AppendBatch next;

    private byte[] kinds = new byte[CAPACITY_INITIAL];
    private int[] queueIds = new int[CAPACITY_INITIAL];
    private long[] firsts = new long[CAPACITY_INITIAL];
    private long[] lasts = new long[CAPACITY_INITIAL];
    private StoredContent[] contents = new StoredContent[CAPACITY_INITIAL];
    private int size;
    private Object[] attachments = new Object[4];
    private int attachmentCount;
    private boolean needsSync;
    private boolean joinable;
    private long bytes;

    /**
     * A message that entered a queue. The same content instance given for several queues is stored once as long as
     * these come close together in the log.
     *
     * @param sequence positive, higher than all earlier ones of the queue
     */
    public void publish(int queueId, long sequence, StoredContent content) {
        requireNonNull(content, "content is null");
        if (sequence <= 0) {
            throw new IllegalArgumentException("sequence: " + sequence + " (expected: > 0)");
        }
        add(PUBLISH, queueId, sequence, sequence, content);
        needsSync = true;
        bytes += content.size();
    }

    /**
     * A message that entered a queue and, by that, left another one: a crash shows both or neither.
     *
     * @param sequence as for {@link #publish}
     * @param fromQueueId where it was, under {@code fromSequence}
     */
    public void move(int queueId, long sequence, StoredContent content, int fromQueueId, long fromSequence) {
        publish(queueId, sequence, content);
        kinds[size - 1] = MOVE;
        add(ACKNOWLEDGE, fromQueueId, fromSequence, fromSequence, null);
        // What is acknowledged next must not become a part of it.
        joinable = false;
    }

    /**
     * Messages that left a queue, inclusive. Numbers between that were never published here, or were acknowledged
     * before, do no harm.
     */
    public void acknowledge(int queueId, long firstSequence, long lastSequence) {
        if (firstSequence > lastSequence) {
            throw new IllegalArgumentException(
                    "firstSequence: " + firstSequence + " (expected: <= " + lastSequence + ")");
        }
        int end = size - 1;
        if (joinable
                && end >= 0
                && kinds[end] == ACKNOWLEDGE
                && queueIds[end] == queueId
                && lasts[end] + 1 == firstSequence) {
            lasts[end] = lastSequence;
            return;
        }
        add(ACKNOWLEDGE, queueId, firstSequence, lastSequence, null);
        joinable = true;
    }

    /** The queue is gone, with all its messages. Its id must never be used again. */
    public void deleteQueue(int queueId) {
        add(DELETE_QUEUE, queueId, 0, 0, null);
        needsSync = true;
    }

    /** Something to be settled when this batch is durable. Several are kept in order. */
    public void attachment(Object o) {
        requireNonNull(o, "attachment is null");
        if (attachmentCount == attachments.length) {
            attachments = Arrays.copyOf(attachments, attachmentCount * 2);
        }
        attachments[attachmentCount++] = o;
    }

    public int attachmentCount() {
        return attachmentCount;
    }

    public Object attachment(int i) {
        return attachments[i];
    }

    /** Whether there is neither an effect nor an attachment. */
    public boolean isEmpty() {
        return size == 0 && attachmentCount == 0;
    }

    /** Whether it has a publish or a delete; a batch of acknowledgements alone is written without a sync. */
    public boolean needsSync() {
        return needsSync;
    }

    /** Octets of contents; one that is given for several queues counts each time. */
    long bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    byte kind(int i) {
        return kinds[i];
    }

    int queueId(int i) {
        return queueIds[i];
    }

    long first(int i) {
        return firsts[i];
    }

    long last(int i) {
        return lasts[i];
    }

    StoredContent content(int i) {
        return contents[i];
    }

    private void add(byte kind, int queueId, long first, long last, StoredContent content) {
        if (size == kinds.length) {
            int capacity = size * 2;
            kinds = Arrays.copyOf(kinds, capacity);
            queueIds = Arrays.copyOf(queueIds, capacity);
            firsts = Arrays.copyOf(firsts, capacity);
            lasts = Arrays.copyOf(lasts, capacity);
            contents = Arrays.copyOf(contents, capacity);
        }
        kinds[size] = kind;
        queueIds[size] = queueId;
        firsts[size] = first;
        lasts[size] = last;
        contents[size] = content;
        size++;
    }
}
