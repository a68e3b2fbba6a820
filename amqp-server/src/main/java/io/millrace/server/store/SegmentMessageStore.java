package io.millrace.server.store;

import io.millrace.log.Page;
import io.millrace.log.SegmentRead;
import io.millrace.log.SegmentStore;
import io.millrace.server.queue.Measurement;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.MessageStore;
import io.millrace.server.queue.ReadAhead;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the messages that queues have no room for in the segments of the message log. */
public final class SegmentMessageStore implements MessageStore {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentMessageStore.class);

    private SegmentStore segments;

    /** Where it all goes. Called once, before the loops run. */
    public void open(SegmentStore newSegments) {
        segments = newSegments;
    }

    @Override
    public void write(Page page) {
        segments.page(page);
    }

    @Override
    public void read(ReadAhead request) {
        segments.read(new BlockRead(request));
    }

    @Override
    public void measure(Measurement request) {
        segments.read(new BlockMeasurement(request));
    }

    @Override
    public void discard(int queueId, long firstSequence, long lastSequence) {
        segments.discard(queueId, firstSequence, lastSequence);
    }

    @Override
    public void delete(int queueId) {
        segments.delete(queueId);
    }

    /** Turns stored octets into messages on the reader's thread, which spares the queue's loop that work. */
    private static final class BlockRead extends SegmentRead {
        private final ReadAhead request;
        private long unreadable;

        BlockRead(ReadAhead request) {
            super(request.storeId(), request.after(), request.messagesMax(), request.bytesMax(), request.looksOnly());
            this.request = request;
        }

        @Override
        protected boolean wants(long sequence) {
            return request.wants(sequence);
        }

        @Override
        protected void add(long sequence, byte[] content) {
            try {
                request.add(Message.read(content), sequence);
            } catch (RuntimeException e) {
                // The log's checksum held, so this is no damage of the disk; the other messages must not suffer for it.
                unreadable++;
                LOG.error("Message {} of queue {} cannot be read and is left out", sequence, queueId(), e);
            }
        }

        @Override
        protected void done() {
            try {
                request.complete(after(), lost() + unreadable);
            } catch (RejectedExecutionException e) {
                LOG.debug("A loop ended before it got a block of queue {}", queueId(), e);
            }
        }
    }

    /** Keeps nothing of what it looks at. */
    private static final class BlockMeasurement extends SegmentRead {
        private final Measurement request;

        BlockMeasurement(Measurement request) {
            super(request.storeId(), request.after(), request.messagesMax(), request.bytesMax(), true);
            this.request = request;
        }

        @Override
        protected void add(long sequence, byte[] content) {
            try {
                request.add(sequence, content);
            } catch (RuntimeException e) {
                // Reading will tell.
                LOG.debug("Message {} of queue {} cannot be measured", sequence, queueId(), e);
            }
        }

        @Override
        protected void done() {
            try {
                request.complete(after());
            } catch (RejectedExecutionException e) {
                LOG.debug("A loop ended before queue {} was measured", queueId(), e);
            }
        }
    }
}
