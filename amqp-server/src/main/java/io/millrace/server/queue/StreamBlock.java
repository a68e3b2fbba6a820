package io.millrace.server.queue;

import io.millrace.log.stream.StreamFilter;
import io.millrace.log.stream.StreamPosition;
import io.millrace.log.stream.StreamRead;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages of a stream that one consumer is to have next. Filled by the store, then owned by the queue's loop. */
final class StreamBlock extends StreamRead {
    private static final Logger LOG = LoggerFactory.getLogger(StreamBlock.class);

    /** About what a socket takes in one write, and one large read. */
    private static final long BYTES_MAX = 256 << 10;

    private static final int INITIAL_CAPACITY = 64;

    private final Consumer<StreamBlock> filled;
    private Message[] messages = new Message[INITIAL_CAPACITY];
    private long[] offsets = new long[INITIAL_CAPACITY];
    private int count;
    private int taken;

    /** @param filled told on the store's thread */
    StreamBlock(StreamPosition position, StreamFilter filter, Consumer<StreamBlock> filled) {
        super(position, filter, BYTES_MAX);
        this.filled = filled;
    }

    @Override
    protected void add(long offset, ByteBuffer content) {
        Message message;
        try {
            message = Message.read(content);
        } catch (RuntimeException e) {
            // The store's checksum held, so this is no damage of the disk; the other messages must not suffer for it.
            LOG.error("Message {} of a stream cannot be read and is left out", offset, e);
            return;
        }
        if (count == messages.length) {
            messages = Arrays.copyOf(messages, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        messages[count] = message;
        offsets[count++] = offset;
    }

    @Override
    protected void done() {
        filled.accept(this);
    }

    boolean isUsedUp() {
        return taken == count;
    }

    /** Whether the next block should be on its way. */
    boolean isLow() {
        return count - taken <= count / 2;
    }

    Message message() {
        return messages[taken];
    }

    long offset() {
        return offsets[taken];
    }

    void take() {
        messages[taken++] = null;
    }
}
