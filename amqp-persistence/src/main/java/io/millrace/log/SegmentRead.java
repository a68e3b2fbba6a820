package io.millrace.log;

/**
 * A request for the next messages of a queue that are in its segments, in order. Made by whoever wants them, filled by
 * a reader, then given back through {@link #done}.
 */
public abstract class SegmentRead {
    private static final int SMALL_MESSAGES = 16;

    private final int queueId;
    private final int messagesMax;
    private final long bytesMax;
    private final boolean looksOnly;
    private long after;
    private int messages;
    private long bytes;
    private long lost;

    /**
     * @param after messages with higher sequences are wanted
     * @param messagesMax how many at most
     * @param bytesMax octets of contents after which no further message is read
     */
    protected SegmentRead(int queueId, long after, int messagesMax, long bytesMax) {
        this(queueId, after, messagesMax, bytesMax, false);
    }

    /** @param looksOnly whether transient messages are to stay where they are; else they are given up by being read */
    protected SegmentRead(int queueId, long after, int messagesMax, long bytesMax, boolean looksOnly) {
        this.queueId = queueId;
        this.after = after;
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
        this.looksOnly = looksOnly;
    }

    /**
     * The next message. On a reader's thread.
     *
     * @param content exactly what was stored, owned by the callee
     */
    protected abstract void add(long sequence, byte[] content);

    /** Whether a message is of interest; others are passed over. On a reader's thread. */
    protected boolean wants(long sequence) {
        return true;
    }

    /** It has what it wanted, or all that there is. On a reader's thread or that of the segments; must not block. */
    protected abstract void done();

    public final int queueId() {
        return queueId;
    }

    /** Everything that is needed up to this sequence has been given, now or before. */
    public final long after() {
        return after;
    }

    /** How many messages could not be read, and never will be. */
    public final long lost() {
        return lost;
    }

    final boolean looksOnly() {
        return looksOnly;
    }

    /** Whether so few messages are wanted that reading far ahead is of no use. */
    final boolean isSmall() {
        return messagesMax <= SMALL_MESSAGES;
    }

    final boolean isFull() {
        return isEnough(messages, bytes);
    }

    final boolean isEnough(long messageCount, long octets) {
        return messageCount >= messagesMax || octets >= bytesMax;
    }

    final void message(long sequence, byte[] content) {
        messages++;
        bytes += content.length;
        after = sequence;
        add(sequence, content);
    }

    final void passed(long sequence) {
        after = Math.max(after, sequence);
    }

    final void lost(long count) {
        lost += count;
    }
}
