package io.millrace.server.queue;

/**
 * A request for the octets of the bodies that a queue has in the store, piece by piece: an earlier run left them, and
 * they are counted without being kept. Filled by the store, and handed back to the queue's loop.
 */
public final class Measurement implements Runnable {
    /** Messages of a piece: other queues want to be read for in between. */
    private static final int PIECE_MESSAGES = 1 << 16;

    private static final long PIECE_BYTES = 8 << 20;

    private final Queue queue;
    private final Backlog backlog;
    private final int storeId;
    private final long after;
    private final long upTo;
    /** Those that do not count, though the store may have them; null for none. */
    private final TakenOut takenOut;

    private long bytes;
    private long readUpTo;

    Measurement(Queue queue, Backlog backlog, int storeId, long after, long upTo, TakenOut takenOut) {
        this.queue = queue;
        this.backlog = backlog;
        this.storeId = storeId;
        this.after = after;
        this.upTo = upTo;
        this.takenOut = takenOut;
    }

    /** The queue's id in the log, or one of several that it has there. */
    public int storeId() {
        return storeId;
    }

    /** Messages with higher sequence numbers are counted. */
    public long after() {
        return after;
    }

    /** How many at most. */
    public int messagesMax() {
        return PIECE_MESSAGES;
    }

    /** After so many octets no further message is looked at. */
    public long bytesMax() {
        return PIECE_BYTES;
    }

    /** The next message; those behind what is to be measured do not count. */
    public void add(long sequence, byte[] stored) {
        if (sequence <= upTo && (takenOut == null || !takenOut.contains(sequence))) {
            bytes += Message.countedBytes(stored, queue.kind().quorum());
        }
    }

    /**
     * Hands itself to the queue.
     *
     * @param newReadUpTo everything up to this sequence number was given
     */
    public void complete(long newReadUpTo) {
        readUpTo = newReadUpTo;
        queue.home().execute(this);
    }

    /** Not for callers: the queue's home loop runs this. */
    @Override
    public void run() {
        if (backlog.measured(this)) {
            queue.goOn();
        }
    }

    long bytes() {
        return bytes;
    }

    /** What is to be measured next; null when that was all. */
    Measurement next() {
        return readUpTo <= after || readUpTo >= upTo
                ? null
                : new Measurement(queue, backlog, storeId, readUpTo, upTo, takenOut);
    }
}
