package io.millrace.server.queue;

import io.millrace.log.stream.StreamFilter;
import io.millrace.log.stream.StreamPosition;
import io.millrace.log.stream.StreamStart;

/**
 * How far a consumer has come in a stream: reads from the disk in blocks, the next one while the last one is being
 * delivered, until it has come to what is still in memory. Belongs to the queue's loop.
 */
final class StreamCursor {
    /** Asks for the next block. */
    interface Reader {
        void read(StreamCursor cursor, StreamPosition position);
    }

    private final QueueConsumer consumer;
    private final StreamFilter filter;
    private final StreamPosition position;
    private final StreamTail tail;
    private final Reader reader;
    /** Null when nobody remembers how far it has come. */
    private final OffsetTracker tracker;

    /** Where it begins is known only after the first read. */
    private boolean resolved;

    private boolean reading;
    /** Everything before this offset is in a block, or was taken or left out. */
    private long next;

    private StreamBlock block;
    private StreamBlock following;

    StreamCursor(
            QueueConsumer consumer,
            StreamStart start,
            StreamFilter filter,
            StreamTail tail,
            Reader reader,
            OffsetTracker tracker) {
        this.consumer = consumer;
        this.filter = filter;
        this.position = new StreamPosition(start);
        this.tail = tail;
        this.reader = reader;
        this.tracker = tracker;
        if (start instanceof StreamStart.Offset known && known.offset() >= 0) {
            resolved = true;
            next = known.offset();
        }
    }

    QueueConsumer consumer() {
        return consumer;
    }

    StreamFilter filter() {
        return filter;
    }

    /** It needs nothing before this offset from anywhere but its blocks. */
    long next() {
        return resolved ? next : 0;
    }

    /**
     * The next message that the consumer wants; null when there is none, or not yet.
     *
     * @param end the offset behind the last message of the stream
     */
    Message peek(long end) {
        if (block != null && block.isUsedUp()) {
            block = following;
            following = null;
        }
        if (block != null && !block.isUsedUp()) {
            return block.message();
        }
        block = null;
        while (resolved && !reading && tail.has(next)) {
            if (filter == null || filter.matches(tail.filterValue(next))) {
                return tail.message(next);
            }
            next++;
        }
        readIfLow(end);
        return null;
    }

    /** The offset of what {@link #peek} returned. */
    long offset() {
        return block != null ? block.offset() : next;
    }

    /** Goes past what {@link #peek} returned. */
    void take(long end) {
        if (tracker != null) {
            tracker.delivered(offset());
        }
        if (block == null) {
            next++;
            return;
        }
        block.take();
        if (following == null && block.isLow()) {
            readIfLow(end);
        }
    }

    private void readIfLow(long end) {
        if (reading || (resolved && (next >= end || tail.has(next)))) {
            return;
        }
        reading = true;
        if (resolved) {
            position.moveTo(next);
        }
        reader.read(this, position);
    }

    /** The block that was asked for. */
    void arrived(StreamBlock newBlock) {
        reading = false;
        resolved = true;
        next = position.next();
        if (newBlock.isUsedUp()) {
            return;
        }
        if (block == null) {
            block = newBlock;
        } else {
            following = newBlock;
        }
    }
}
