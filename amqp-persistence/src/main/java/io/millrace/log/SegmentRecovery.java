package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the segments that a run left behind. It reads the checkpoint and, of the segments themselves, only what was
 * appended after it; so what it costs depends on the number of files and not on what is in them. Damage before that
 * shows when the messages are read.
 */
final class SegmentRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

    private static final int WINDOW_BYTES = 1 << 20;

    private final SegmentShelf shelf;
    private final Checkpoint checkpoint;
    private final RecoveryTarget target;
    private final ByteBuffer window;
    private long corruptions;

    private SegmentRecovery(LogFiles files, LogConfig config, RecoveryTarget target) throws IOException {
        this.shelf = new SegmentShelf(files);
        this.target = target;
        this.checkpoint = Checkpoint.read(files);
        this.window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, config.segmentSize()));
    }

    /** What is there, ready for the acknowledgements of the write-ahead log. */
    static Segments run(LogFiles files, LogConfig config, RecoveryTarget target) throws IOException {
        return new SegmentRecovery(files, config, target).recover(files, config);
    }

    private Segments recover(LogFiles files, LogConfig config) throws IOException {
        List<SegmentShelf.Found> found = shelf.existing();
        found.sort(Comparator.comparingLong(SegmentShelf.Found::number));
        long nextNumber = checkpoint.nextNumber();
        List<Segment> needed = new ArrayList<>();
        for (SegmentShelf.Found file : found) {
            nextNumber = Math.max(nextNumber, file.number() + 1);
            Segment segment = recover(file);
            if (segment == null) {
                shelf.delete(file.name());
            } else {
                needed.add(segment);
            }
        }
        Segments segments = new Segments(files, config, nextNumber);
        if (!checkpoint.readable()) {
            corruptions++;
        }
        for (Segment segment : needed) {
            adopt(segments, segment);
        }
        for (long i = 0; i < corruptions; i++) {
            segments.countCorruption();
        }
        return segments;
    }

    /** Null when nothing of it is needed. */
    private Segment recover(SegmentShelf.Found file) throws IOException {
        if (!target.isLive(file.queueId())) {
            return null;
        }
        Segment segment = checkpoint.segments().get(file.number());
        if (segment == null) {
            if (file.number() < checkpoint.nextNumber()) {
                return null;
            }
            segment = new Segment(file.queueId(), file.number(), new SequenceSet());
            segment.length = RecordFormat.FILE_HEADER_BYTES;
        }
        if (!segment.closed) {
            scanEnd(segment);
        }
        // Transient messages do not outlive the run that took them.
        segment.closed = true;
        return segment.persistent.isEmpty() ? null : segment;
    }

    /** Takes the records behind what is known of the segment. */
    private void scanEnd(Segment segment) throws IOException {
        try (LogFile file = shelf.open(segment.name)) {
            RecordScanner scanner = new RecordScanner(file, segment.number, file.size(), window);
            scanner.moveTo(segment.length);
            while (scanner.next()) {
                long sequence = scanner.payloadLong(0);
                boolean message = scanner.type() == RecordFormat.PUBLISH || scanner.type() == RecordFormat.TRANSIENT;
                if (!message || scanner.queueId() != segment.queueId || sequence <= segment.last) {
                    return;
                }
                if (scanner.gapFrom() != RecordScanner.NONE) {
                    if (checkpoint.readable()) {
                        // A torn tail. What is behind the hole must not make the hole look as if it were covered.
                        return;
                    }
                    damaged(segment, "unreadable from " + scanner.gapFrom() + " to " + scanner.offset());
                }
                if (scanner.type() == RecordFormat.PUBLISH) {
                    segment.persistent.add(sequence);
                }
                segment.first = segment.first == 0 ? sequence : segment.first;
                segment.last = sequence;
                segment.length = scanner.position();
            }
        }
    }

    private void adopt(Segments segments, Segment segment) throws IOException {
        SegmentChain chain = segments.chain(segment.queueId);
        if (chain != null && chain.overlaps(segment)) {
            // Only without a checkpoint: a file that had been given up came back, and another one covers its gap.
            damaged(segment, "its messages overlap with those of another one");
            shelf.remove(segment);
            return;
        }
        segments.adopt(segment);
    }

    private void damaged(Segment segment, String what) {
        corruptions++;
        segment.damaged = true;
        LOG.warn("Damage in segment file {} in {}: {}", segment, shelf, what);
    }
}
