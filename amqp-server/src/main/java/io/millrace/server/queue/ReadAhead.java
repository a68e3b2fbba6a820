package io.millrace.server.queue;

import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * A request for the next messages that a queue has in the store, and then these messages. Filled by the store, and
 * handed back to the queue's loop.
 */
public class ReadAhead implements Runnable {
    private final Queue queue;
    private final int storeId;
    private final long after;
    private final int messagesMax;
    private final long bytesMax;
    private final boolean looksOnly;

    private Message[] messages = new Message[16];
    private long[] sequences = new long[16];
    private int count;
    private long readUpTo;
    private long lost;

    ReadAhead(Queue queue, int storeId, long after, int messagesMax, long bytesMax) {
        this(queue, storeId, after, messagesMax, bytesMax, false);
    }

    /** @param looksOnly whether the store is to keep all of what it gives; else it gives up what is transient */
    ReadAhead(Queue queue, int storeId, long after, int messagesMax, long bytesMax, boolean looksOnly) {
        this.looksOnly = looksOnly;
        this.queue = queue;
        this.storeId = storeId;
        this.after = after;
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /** The queue's id in the log, or one of several that it has there. */
    public final int storeId() {
        return storeId;
    }

    /** Messages with higher sequence numbers are wanted. */
    public final long after() {
        return after;
    }

    /** How many at most. */
    public final int messagesMax() {
        return messagesMax;
    }

    /** After so many octets no further message is wanted. */
    public final long bytesMax() {
        return bytesMax;
    }

    /** Whether all stays in the store. */
    public final boolean looksOnly() {
        return looksOnly;
    }

    /** Whether a message is of interest. On a thread of the store. */
    public boolean wants(long sequence) {
        return true;
    }

    /** The next message; sequence numbers ascend. */
    public final void add(Message message, long sequence) {
        if (count == messages.length) {
            messages = Arrays.copyOf(messages, count * 2);
            sequences = Arrays.copyOf(sequences, count * 2);
        }
        messages[count] = message;
        sequences[count++] = sequence;
    }

    /**
     * Hands itself to the queue.
     *
     * @param newReadUpTo there is no message up to this sequence number that was not given
     * @param lostMessages how many there were that cannot be read
     */
    public final void complete(long newReadUpTo, long lostMessages) {
        readUpTo = newReadUpTo;
        lost = lostMessages;
        queue.home().execute(this);
    }

    /** Not for callers: the queue's home loop runs this. */
    @Override
    public void run() {
        queue.arrived(this);
    }

    final int count() {
        return count;
    }

    final Message message(int i) {
        return messages[i];
    }

    /** Puts another message in the place of one. */
    final void replace(int i, Message message) {
        messages[i] = message;
    }

    /** Leaves out the messages whose sequence numbers pass; returns how many. */
    final int leaveOut(LongPredicate unwanted) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!unwanted.test(sequences[i])) {
                messages[kept] = messages[i];
                sequences[kept++] = sequences[i];
            }
        }
        int leftOut = count - kept;
        count = kept;
        return leftOut;
    }

    final long sequence(int i) {
        return sequences[i];
    }

    final long readUpTo() {
        return readUpTo;
    }

    final long lost() {
        return lost;
    }
}
