package io.millrace.log;

/**
 * A request for the next messages of a queue that are in its segments, in order. Made by whoever wants them, filled on
 * the segment thread, then given back through {@link #done}.
 */
public abstract class SegmentRead {
    private final int queueId;
    private final int messagesMax;
    private final long bytesMax;
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
        this.queueId = queueId;
        this.after = after;
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /**
     * The next message. On the segment thread.
     *
     * @param content exactly what was stored, owned by the callee
     */
    protected abstract void add(long sequence, byte[] content);

    /** It has what it wanted, or all that there is. On the segment thread. */
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

    final boolean isFull() {
        return messages >= messagesMax || bytes >= bytesMax;
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
