package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads blocks of messages from segments, in order and in large pieces. On the segment thread. */
final class SegmentReader {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);

    private static final int WINDOW_BYTES = 1 << 20;

    private final Segments segments;
    private final SegmentShelf shelf;
    private final ByteBuffer window;

    SegmentReader(Segments segments, SegmentShelf shelf, LogConfig config) {
        this.segments = segments;
        this.shelf = shelf;
        this.window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, config.segmentSize()));
    }

    /**
     * Gives the request the next messages that are needed. A transient message is given up by being read: from then on
     * it is in memory only. Damage is stepped over, and what is lost is told.
     */
    void read(SegmentRead request) throws IOException {
        SegmentChain chain = segments.chain(request.queueId());
        if (chain == null) {
            return;
        }
        int i = chain.indexOf(request.after() + 1);
        while (i < chain.segments().size() && !request.isFull()) {
            Segment segment = chain.segments().get(i);
            try {
                read(chain, segment, request);
            } catch (IOException e) {
                lost(segment, request, Math.max(request.after() + 1, segment.first), segment.last, e.getMessage());
            }
            if (!segments.removeIfDone(chain, segment)) {
                i++;
            }
        }
    }

    private void read(SegmentChain chain, Segment segment, SegmentRead request) throws IOException {
        try (LogFile file = shelf.open(segment.name)) {
            RecordScanner scanner = new RecordScanner(file, segment.number, segment.length, window);
            boolean goesOn = chain.readSegment == segment && chain.readUpTo == request.after();
            scanner.moveTo(goesOn ? chain.readOffset : segment.start);
            while (!request.isFull() && scanner.next()) {
                long sequence = scanner.payloadLong(0);
                if (scanner.gapFrom() != RecordScanner.NONE && sequence > request.after() + 1) {
                    lost(
                            segment,
                            request,
                            request.after() + 1,
                            sequence - 1,
                            "unreadable from " + scanner.gapFrom() + " to " + scanner.offset());
                }
                if (sequence > request.after()) {
                    if (segment.contains(sequence)) {
                        request.message(sequence, scanner.content());
                        segment.transients.remove(sequence, sequence);
                    } else {
                        request.passed(sequence);
                    }
                }
            }
            chain.readSegment = segment;
            chain.readOffset = scanner.position();
        }
        if (!request.isFull()) {
            long from = Math.max(request.after() + 1, segment.first);
            if (segment.count(from, segment.last) > 0) {
                lost(segment, request, from, segment.last, "the end of the file is missing");
            }
            request.passed(segment.last);
        }
        chain.readUpTo = request.after();
    }

    private void lost(Segment segment, SegmentRead request, long from, long to, String what) {
        long messages = segment.remove(from, to);
        segments.countCorruption();
        segment.damaged = true;
        request.lost(messages);
        if (to > request.after()) {
            request.passed(to);
        }
        LOG.warn("Damage in segment file {} in {}: {}; {} messages are lost", segment, shelf, what, messages);
    }
}
