package io.millrace.log.stream;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/**
 * A request for the next messages of a stream from a position on. The stream gives them one by one and then calls
 * {@link #done}, both on its reader's thread; the position has moved on by then, whatever was found.
 */
public abstract class StreamRead {
    private final StreamPosition position;
    private final StreamFilter filter;
    private final long bytesMax;
    private long bytes;

    /**
     * @param position the stream's until {@link #done}
     * @param filter null when all messages are wanted
     * @param bytesMax after so many octets no further chunk is begun
     */
    protected StreamRead(StreamPosition position, StreamFilter filter, long bytesMax) {
        this.position = requireNonNull(position, "position is null");
        this.filter = filter;
        this.bytesMax = bytesMax;
    }

    /** The next message that is wanted; offsets ascend. The buffer is borrowed. */
    protected abstract void add(long offset, ByteBuffer content);

    /** There is no more for now: enough was given, or the end of the stream is reached, or it is deleted. */
    protected abstract void done();

    StreamPosition position() {
        return position;
    }

    StreamFilter filter() {
        return filter;
    }

    boolean isFull() {
        return bytes >= bytesMax;
    }

    void give(long offset, byte[] array, int at, int length) {
        bytes += length;
        add(offset, ByteBuffer.wrap(array, at, length).slice());
    }
}
