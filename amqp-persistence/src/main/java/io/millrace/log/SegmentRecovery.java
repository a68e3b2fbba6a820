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
        if (!checkpoint.readable()) {
            FileShelf.copyAside(files, Checkpoint.NAME);
        }
        this.window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, config.segmentSize()));
    }

    /** What is there, ready for the acknowledgements of the write-ahead log. */
    static Segments run(LogFiles files, LogConfig config, RecoveryTarget target) throws IOException {
        return new SegmentRecovery(files, config, target).recover(config);
    }

    private Segments recover(LogConfig config) throws IOException {
        List<SegmentShelf.Found> found = shelf.existing();
        found.sort(Comparator.comparingLong(SegmentShelf.Found::number));
        long nextNumber = checkpoint.nextNumber();
        List<Segment> needed = new ArrayList<>();
        for (SegmentShelf.Found file : found) {
            nextNumber = Math.max(nextNumber, file.number() + 1);
            long damageBefore = corruptions;
            List<Segment> ofFile = file.isShared() ? recoverShared(file) : recover(file);
            if (ofFile.isEmpty() && corruptions > damageBefore) {
                shelf.setAside(file.name());
            } else if (ofFile.isEmpty()) {
                shelf.delete(file.name());
            }
            ofFile.forEach(shelf::keep);
            needed.addAll(ofFile);
        }
        Segments segments = new Segments(shelf, config, nextNumber);
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

    /** Empty when nothing of it is needed. */
    private List<Segment> recover(SegmentShelf.Found file) throws IOException {
        if (!target.isLive(file.queueId())) {
            return List.of();
        }
        List<Segment> known = checkpoint.segments().get(file.number());
        Segment segment = known == null ? null : known.get(0);
        if (segment == null) {
            if (file.number() < checkpoint.nextNumber()) {
                return List.of();
            }
            segment = new Segment(file.queueId(), file.number(), new SequenceSet());
            segment.length = RecordFormat.FILE_HEADER_BYTES;
        }
        if (!segment.closed) {
            scanEnd(segment);
        }
        // Transient messages do not outlive the run that took them.
        segment.closed = true;
        return segment.persistent.isEmpty() ? List.of() : List.of(segment);
    }

    private List<Segment> recoverShared(SegmentShelf.Found file) throws IOException {
        List<Segment> parts =
                checkpoint.readable() ? checkpoint.segments().getOrDefault(file.number(), List.of()) : scanShared(file);
        return parts.stream().filter(part -> target.isLive(part.queueId)).toList();
    }

    /** The parts of a file that no checkpoint tells of; as many as can be read. */
    private List<Segment> scanShared(SegmentShelf.Found found) {
        List<Segment> parts = new ArrayList<>();
        try {
            scanShared(found, parts);
        } catch (IOException e) {
            damaged(found.name(), parts, e.toString());
        }
        return parts;
    }

    private void scanShared(SegmentShelf.Found found, List<Segment> parts) throws IOException {
        try (LogFile file = shelf.open(found.name())) {
            RecordScanner scanner = new RecordScanner(file, found.number(), file.size(), window);
            Segment part = null;
            while (scanner.next()) {
                boolean gap = scanner.gapFrom() != RecordScanner.NONE;
                long sequence = scanner.type() == RecordFormat.PUBLISH ? scanner.payloadLong(0) : 0;
                if (sequence > 0) {
                    if (part == null || gap || part.queueId != scanner.queueId() || sequence <= part.last) {
                        part = Segment.shared(scanner.queueId(), found.number(), new SequenceSet());
                        part.start = scanner.offset();
                        part.first = sequence;
                        parts.add(part);
                    }
                    part.persistent.add(sequence);
                    part.last = sequence;
                    part.length = scanner.position();
                    if (gap) {
                        damaged(part, "unreadable from " + scanner.gapFrom() + " to " + scanner.offset());
                    }
                }
            }
            reportUnreadable(scanner, found.name(), parts);
        }
    }

    /**
     * Takes the records behind what is known of the segment, as many as can be read. With a checkpoint nothing is lost
     * when that are none: the log has them as well.
     */
    private void scanEnd(Segment segment) {
        try (LogFile file = shelf.open(segment.name)) {
            RecordScanner scanner = new RecordScanner(file, segment.number, file.size(), window);
            scanEnd(segment, scanner);
            reportUnreadable(scanner, segment.name, List.of(segment));
        } catch (IOException e) {
            damaged(segment.name, List.of(segment), e.toString());
        }
    }

    private void scanEnd(Segment segment, RecordScanner scanner) throws IOException {
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

    private void reportUnreadable(RecordScanner scanner, String file, List<Segment> segments) {
        if (scanner.hasUnreadable()) {
            damaged(
                    file,
                    segments,
                    "from " + scanner.salvage().unreadableFrom() + " on "
                            + scanner.salvage().complaint());
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
        damaged(segment.name, List.of(segment), what);
    }

    /** The file is kept when nothing of these is needed any more. */
    private void damaged(String file, List<Segment> segments, String what) {
        corruptions++;
        segments.forEach(segment -> segment.damaged = true);
        LOG.warn("Damage in segment file {} in {}: {}", file, shelf, what);
    }
}
