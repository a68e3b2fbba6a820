package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * Reads every record of a log that no broker has open, and changes nothing. What it says of a directory is what
 * {@link Recovery} would make of it; unlike that it reads segments as well.
 */
public final class LogInspection {
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int TARGET_WINDOW_BYTES = 16 << 10;
    private static final String MOVED_FROM = "moved_from";

    private final LogFiles files;
    private final IntPredicate isLive;
    private final Listener listener;
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES);
    private final ByteBuffer targetWindow = ByteBuffer.allocateDirect(TARGET_WINDOW_BYTES);

    private final Map<Integer, SegmentChain> chains = new HashMap<>();
    private final LiveMessages live = new LiveMessages();
    private final List<WalFile> walFiles = new ArrayList<>();
    private int segmentFiles;
    private long records;
    private long damages;

    private LogInspection(LogFiles files, IntPredicate isLive, Listener listener) {
        this.files = files;
        this.isLive = isLive;
        this.listener = listener;
    }

    /** Hears of everything that is found, file by file. */
    public interface Listener {
        /**
         * A valid record.
         *
         * @param type as {@code RecordFormat} names it, in lower case; a moved message is told of twice, as "moved" and
         *     as "moved_from" of the queue that it left
         * @param queueId 0 for a record that is of no queue
         * @param first the sequence of a message, the first one of an acknowledgement, or 0
         * @param last the last sequence of an acknowledgement, otherwise as {@code first}
         * @param octets of the record's payload
         */
        default void record(String file, long offset, String type, int queueId, long first, long last, long octets) {}

        /** Something that is not as it should be, from this offset of the file on. */
        void damage(String file, long offset, String what);
    }

    /**
     * What there is.
     *
     * @param walFiles write-ahead files in use
     * @param segmentFiles segment files, including those that a start would remove
     * @param records valid records in all of them
     * @param damages how often the listener was told of damage
     * @param messages how many messages a start would find, by queue
     */
    public record Summary(int walFiles, int segmentFiles, long records, long damages, Map<Integer, Long> messages) {}

    /**
     * Reads it all.
     *
     * @param isLive whether there is a queue with this id
     * @throws IOException the directory is in use, cannot be read, or is of another format version
     */
    public static Summary inspect(LogFiles files, IntPredicate isLive, Listener listener) throws IOException {
        try (Closeable lock = files.lock()) {
            assert lock != null : "no lock";
            return new LogInspection(files, isLive, listener).run();
        }
    }

    private Summary run() throws IOException {
        readSegments();
        for (String name : files.list().stream().sorted().toList()) {
            if (FileShelf.isWal(name)) {
                try (LogFile file = files.open(name)) {
                    walFiles.add(new WalFile(FileShelf.walNumber(name), file.size()));
                }
            }
        }
        long damagedSegments = damages;
        for (int i = 0; i < walFiles.size(); i++) {
            readWal(walFiles.get(i), i == walFiles.size() - 1);
        }
        if (!walFiles.isEmpty() && damages == damagedSegments) {
            List.copyOf(chains.keySet()).forEach(id -> acknowledged(id, live.last(id) + 1, Long.MAX_VALUE));
        }
        return new Summary(walFiles.size(), segmentFiles, records, damages, messages());
    }

    private void readSegments() throws IOException {
        Checkpoint checkpoint = Checkpoint.read(files);
        if (!checkpoint.readable()) {
            damage(Checkpoint.NAME, 0, "unreadable: what it says is acknowledged may be delivered again");
        }
        List<SegmentShelf.Found> found = new SegmentShelf(files).existing();
        found.sort(Comparator.comparingLong(SegmentShelf.Found::number));
        for (SegmentShelf.Found file : found) {
            segmentFiles++;
            readSegment(file, checkpoint);
        }
    }

    private void readSegment(SegmentShelf.Found found, Checkpoint checkpoint) throws IOException {
        List<Segment> known = checkpoint.segments().get(found.number());
        boolean isNew = !checkpoint.readable() || (found.number() >= checkpoint.nextNumber() && !found.isShared());
        SegmentParts parts = new SegmentParts(found, known, isNew);
        try (LogFile file = files.open(found.name())) {
            readSegment(file, found, parts, checkpoint.readable());
        } catch (IOException e) {
            damage(found.name(), 0, e.toString());
        }
        for (Segment segment : parts.segments()) {
            SegmentChain chain = chains.computeIfAbsent(segment.queueId, SegmentChain::new);
            if (!segment.persistent.isEmpty() && isLive.test(segment.queueId) && !chain.overlaps(segment)) {
                chain.insert(segment);
            }
        }
    }

    private void readSegment(LogFile file, SegmentShelf.Found found, SegmentParts parts, boolean vouched)
            throws IOException {
        RecordScanner scanner = new RecordScanner(file, found.number(), file.size(), window);
        if (scanner.header(Segment.MAGIC) != RecordScanner.Header.VALID && parts.vouchedUpTo() > 0) {
            damage(found.name(), 0, "the file header is damaged");
        }
        boolean whole = true;
        while (whole && scanner.next()) {
            long gap = scanner.gapFrom();
            if (gap != RecordScanner.NONE && (gap < parts.vouchedUpTo() || !vouched)) {
                damage(found.name(), gap, "unreadable up to " + scanner.offset());
            } else if (gap != RecordScanner.NONE) {
                // The torn end of an interrupted run: the log has what was to follow.
                whole = false;
            }
            if (whole) {
                record(found.name(), scanner);
                parts.message(scanner);
            }
        }
        long missing = parts.missing();
        if (missing > 0) {
            damage(found.name(), scanner.position(), missing + " messages are missing");
        }
        reportUnreadable(found.name(), scanner);
    }

    private void reportUnreadable(String file, RecordScanner scanner) {
        if (scanner.hasUnreadable()) {
            damage(file, scanner.salvage().unreadableFrom(), scanner.salvage().complaint());
        }
    }

    private void readWal(WalFile wal, boolean last) throws IOException {
        boolean ended = false;
        try (LogFile file = files.open(wal.name)) {
            RecordScanner scanner = new RecordScanner(file, wal, window);
            RecordScanner targets = new RecordScanner(file, wal, targetWindow);
            RecordScanner.Header header = scanner.header(RecordFormat.MAGIC);
            if (header == RecordScanner.Header.OTHER_VERSION) {
                throw new IOException(wal.name + " has format version " + scanner.version() + " (expected: "
                        + RecordFormat.VERSION + ")");
            }
            boolean any = false;
            while (!ended && scanner.next()) {
                any = true;
                if (scanner.gapFrom() != RecordScanner.NONE) {
                    damage(wal.name, scanner.gapFrom(), "unreadable up to " + scanner.offset());
                }
                ended = scanner.type() == RecordFormat.END;
                record(wal.name, scanner);
                apply(scanner, targets, wal);
            }
            if (header != RecordScanner.Header.VALID && (any || !last)) {
                damage(wal.name, 0, "the file header is damaged");
            }
            if (!last && !ended) {
                damage(wal.name, scanner.position(), "the end of the file is missing");
            }
            reportUnreadable(wal.name, scanner);
        }
    }

    private void apply(RecordScanner record, RecordScanner targets, WalFile wal) throws IOException {
        int queueId = record.queueId();
        switch (record.type()) {
            case RecordFormat.PUBLISH, RecordFormat.REFERENCE, RecordFormat.MOVED -> {
                boolean reference = record.type() == RecordFormat.REFERENCE;
                boolean lost = reference && !targets.isPublishAt(record.payloadLong(8));
                if (lost) {
                    damage(wal.name, record.offset(), "the content that it refers to is lost");
                } else if (isLive.test(queueId) && !live.published(queueId, record.payloadLong(0), wal)) {
                    damage(wal.name, record.offset(), "sequence " + record.payloadLong(0) + " again");
                }
                if (record.type() == RecordFormat.MOVED) {
                    long sequence = record.payloadLong(RecordFormat.MOVED_SEQUENCE_AT);
                    acknowledged(record.payloadInt(RecordFormat.MOVED_QUEUE_AT), sequence, sequence);
                }
            }
            case RecordFormat.ACKNOWLEDGE -> {
                for (int at = 0; at < record.payloadLength(); at += RecordFormat.RANGE_BYTES) {
                    acknowledged(queueId, record.payloadLong(at), record.payloadLong(at + 8));
                }
            }
            case RecordFormat.DELETE_QUEUE -> {
                live.deleted(queueId);
                chains.remove(queueId);
            }
            case RecordFormat.LAST_SEQUENCES -> {
                for (int at = 0; at < record.payloadLength(); at += RecordFormat.QUEUE_ENTRY_BYTES) {
                    if (isLive.test(record.payloadInt(at))) {
                        live.seen(record.payloadInt(at), record.payloadLong(at + 4));
                    }
                }
            }
            default -> {
                // The others say nothing of messages.
            }
        }
    }

    private void acknowledged(int queueId, long first, long last) {
        live.acknowledged(queueId, first, last);
        SegmentChain chain = chains.get(queueId);
        if (chain != null) {
            List<Segment> segments = chain.segments();
            for (int i = chain.indexOf(first); i < segments.size() && segments.get(i).first <= last; i++) {
                segments.get(i).remove(first, last);
            }
        }
    }

    private Map<Integer, Long> messages() {
        Map<Integer, Long> messages = new TreeMap<>();
        for (SegmentChain chain : chains.values()) {
            for (Segment segment : chain.segments()) {
                messages.merge(chain.queueId, segment.persistent.size(), Long::sum);
            }
        }
        for (WalFile file : walFiles) {
            live.take(file)
                    .forEach((queueId, sequences) -> messages.merge(
                            queueId,
                            uncovered(chains.getOrDefault(queueId, new SegmentChain(queueId)), sequences),
                            Long::sum));
        }
        messages.values().removeIf(count -> count == 0);
        return messages;
    }

    private static long uncovered(SegmentChain chain, SequenceSet sequences) {
        long count = 0;
        for (long sequence = chain.firstUncovered(sequences, 0);
                sequence != Long.MAX_VALUE;
                sequence = chain.firstUncovered(sequences, sequence + 1)) {
            count++;
        }
        return count;
    }

    private void record(String file, RecordScanner record) throws IOException {
        records++;
        String type = RecordFormat.typeName(record.type());
        int octets = record.payloadLength();
        switch (record.type()) {
            case RecordFormat.PUBLISH, RecordFormat.REFERENCE, RecordFormat.TRANSIENT -> {
                long sequence = record.payloadLong(0);
                listener.record(file, record.offset(), type, record.queueId(), sequence, sequence, octets);
            }
            case RecordFormat.MOVED -> {
                long sequence = record.payloadLong(0);
                listener.record(file, record.offset(), type, record.queueId(), sequence, sequence, octets);
                int from = record.payloadInt(RecordFormat.MOVED_QUEUE_AT);
                long before = record.payloadLong(RecordFormat.MOVED_SEQUENCE_AT);
                listener.record(file, record.offset(), MOVED_FROM, from, before, before, 0);
            }
            case RecordFormat.ACKNOWLEDGE -> {
                for (int at = 0; at < octets; at += RecordFormat.RANGE_BYTES) {
                    long first = record.payloadLong(at);
                    listener.record(
                            file, record.offset(), type, record.queueId(), first, record.payloadLong(at + 8), octets);
                }
            }
            default -> listener.record(file, record.offset(), type, record.queueId(), 0, 0, octets);
        }
    }

    private void damage(String file, long offset, String what) {
        damages++;
        listener.damage(file, offset, what);
    }
}
