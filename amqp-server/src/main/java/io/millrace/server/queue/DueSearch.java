package io.millrace.server.queue;

import java.util.Arrays;

/**
 * A look at the messages that a queue has in the store, piece by piece, which leaves them there. Either certain ones
 * are wanted, or it is to be found out which ones have a time to live of their own. Filled by the store, and handed
 * back to the queue's loop.
 */
public final class DueSearch implements Runnable {
    /** Octets of a piece: other queues want to be read for in between. */
    private static final long PIECE_BYTES = 16 << 20;

    private final StoredExpiry expiry;
    private final HomeLoop home;
    private final int storeId;
    private final long after;
    private final long upTo;
    /** Sequence numbers, ascending; null when all are of interest. */
    private final long[] wanted;

    private int nextWanted;
    private long[] sequences = new long[16];
    private long[] times = new long[16];
    /** Those that are wanted; null when all are of interest. */
    private Message[] messages;

    private int count;
    private long readUpTo;

    /** Those of these that come behind a sequence number. */
    static DueSearch of(StoredExpiry expiry, HomeLoop home, int storeId, long[] wanted, int from) {
        DueSearch search = new DueSearch(expiry, home, storeId, wanted[from] - 1, wanted[wanted.length - 1], wanted);
        search.nextWanted = from;
        return search;
    }

    /** All that have a time to live of their own. */
    static DueSearch ofAll(StoredExpiry expiry, HomeLoop home, int storeId, long after, long upTo) {
        return new DueSearch(expiry, home, storeId, after, upTo, null);
    }

    private DueSearch(StoredExpiry expiry, HomeLoop home, int storeId, long after, long upTo, long[] wanted) {
        this.expiry = expiry;
        this.home = home;
        this.storeId = storeId;
        this.after = after;
        this.upTo = upTo;
        this.wanted = wanted;
        this.messages = wanted == null ? null : new Message[16];
    }

    /** The queue's id in the log. */
    public int storeId() {
        return storeId;
    }

    /** Messages with higher sequence numbers are looked at. */
    public long after() {
        return after;
    }

    /** How many at most. */
    public int messagesMax() {
        return (int) Math.min(Integer.MAX_VALUE, upTo - after);
    }

    /** After so many octets no further message is looked at. */
    public long bytesMax() {
        return PIECE_BYTES;
    }

    /** Whether the next message is of interest; if so it is to be {@link #add}ed. On a reader's thread. */
    public boolean wants(long sequence) {
        if (wanted == null) {
            return sequence <= upTo;
        }
        while (nextWanted < wanted.length && wanted[nextWanted] < sequence) {
            nextWanted++;
        }
        return nextWanted < wanted.length && wanted[nextWanted] == sequence;
    }

    /** A message of interest. */
    public void add(long sequence, Message message) {
        if (!message.hasTtl()) {
            return;
        }
        if (count == sequences.length) {
            sequences = Arrays.copyOf(sequences, count * 2);
            times = Arrays.copyOf(times, count * 2);
            messages = messages == null ? null : Arrays.copyOf(messages, count * 2);
        }
        if (messages != null) {
            messages[count] = message;
        }
        sequences[count] = sequence;
        times[count++] = message.ownDue();
    }

    /**
     * Hands itself to the queue.
     *
     * @param newReadUpTo everything up to this sequence number was looked at
     */
    public void complete(long newReadUpTo) {
        readUpTo = newReadUpTo;
        home.execute(this);
    }

    /** Not for callers: the queue's home loop runs this. */
    @Override
    public void run() {
        expiry.arrived(this);
    }

    int count() {
        return count;
    }

    long sequence(int i) {
        return sequences[i];
    }

    long time(int i) {
        return times[i];
    }

    Message message(int i) {
        return messages[i];
    }

    /** Whether it may be worth while to look behind {@link #readUpTo}. */
    boolean goesOn() {
        return readUpTo > after && readUpTo < upTo;
    }

    long readUpTo() {
        return readUpTo;
    }

    long upTo() {
        return upTo;
    }
}
