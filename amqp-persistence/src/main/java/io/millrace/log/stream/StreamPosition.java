package io.millrace.log.stream;

import static java.util.Objects.requireNonNull;

/**
 * How far somebody has read a stream. Belongs to the reader, and while a {@link StreamRead} is under way to the stream.
 */
public final class StreamPosition {
    /** Null once it is known which offset that is. */
    private StreamStart start;

    private long next;
    /** Where the chunk with {@link #next} is, or one before it; null when that has to be looked up. */
    private StreamSegment segment;

    private long filePosition;

    public StreamPosition(StreamStart start) {
        this.start = requireNonNull(start, "start is null");
    }

    /** The offset to be read next; meaningless before the first read. */
    public long next() {
        return next;
    }

    StreamStart start() {
        return start;
    }

    void resolved(long offset) {
        start = null;
        next = offset;
    }

    /** Everything before this offset is read; the file position is as good as a guess can be. */
    void advance(long offset, StreamSegment newSegment, long newFilePosition) {
        next = offset;
        segment = newSegment;
        filePosition = newFilePosition;
    }

    /** Goes on with an offset, looking up where it is. */
    void skipTo(long offset) {
        next = offset;
        segment = null;
    }

    /** Reads on from this offset, past what the reader got in another way. */
    public void moveTo(long offset) {
        if (start != null || offset != next) {
            start = null;
            skipTo(offset);
        }
    }

    StreamSegment segment() {
        return segment;
    }

    long filePosition() {
        return filePosition;
    }
}
