package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what is still needed of a write-ahead file, and in no segment, to the segments of its queues: reads the file
 * once from its start to its end, gathers a few megabytes, and appends to each queue what is its. When it fails it can
 * be tried again from the start: what is covered is not copied again. On the segment thread.
 */
final class WalCopier {
    private static final Logger LOG = LoggerFactory.getLogger(WalCopier.class);

    private static final int WINDOW_BYTES = 1 << 20;
    /** References lie near their targets; a target that is far away should not cost a whole window. */
    private static final int TARGET_WINDOW_BYTES = 16 << 10;
    /** What is gathered before it is appended. */
    private static final long GATHERED_BYTES_MAX = 8 << 20;

    /** A queue with at most so many messages in a file, and so many octets of them at once, needs no segment file. */
    private static final int FEW_MESSAGES_MAX = 1024;

    private static final long FEW_BYTES_MAX = 64 << 10;

    private final FileShelf shelf;
    private final int fewMessages;
    private final Segments segments;
    private final ByteBuffer window;
    private final ByteBuffer targetWindow = ByteBuffer.allocateDirect(TARGET_WINDOW_BYTES);
    private final Map<Integer, SegmentRun> gathered = new HashMap<>();
    private long gatheredBytes;

    WalCopier(FileShelf shelf, LogConfig config, Segments segments) {
        this.shelf = shelf;
        this.segments = segments;
        this.fewMessages = (int) Math.min(FEW_MESSAGES_MAX, config.fileSize() >> 10);
        this.window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, config.fileSize()));
    }

    /** Runs between pieces of the work, so that nobody waits for all of it. */
    interface Interlude {
        void run() throws IOException;
    }

    /** @param needed the messages of the file that are needed, by queue */
    void copy(WalFile file, Map<Integer, SequenceSet> needed, Interlude interlude) throws IOException {
        gathered.clear();
        gatheredBytes = 0;
        if (!isAnythingUncovered(needed)) {
            return;
        }
        long found = 0;
        try (LogFile open = shelf.open(file)) {
            RecordScanner scanner = new RecordScanner(open, file, window);
            RecordScanner targets = new RecordScanner(open, file, targetWindow);
            while (scanner.next() && scanner.type() != RecordFormat.END) {
                if (scanner.isMessage()) {
                    found += gatherIfReadable(file, scanner, targets, needed);
                }
                if (gatheredBytes >= GATHERED_BYTES_MAX) {
                    append(needed, interlude);
                }
            }
            file.unreadable |= scanner.hasUnreadable() || targets.hasUnreadable();
            reportMissing(file, scanner, count(needed) - found);
        }
        append(needed, interlude);
    }

    /** What was there when it was written, or when the log was opened, must be there still. */
    private void reportMissing(WalFile file, RecordScanner scanner, long missing) {
        if (missing > 0) {
            segments.countCorruption();
            LOG.warn(
                    "Damage in write-ahead file {} in {} at {}: {} messages are lost unless they are in a segment{}",
                    file,
                    shelf,
                    scanner.hasUnreadable() ? scanner.salvage().unreadableFrom() : scanner.position(),
                    missing,
                    scanner.hasUnreadable() ? "; " + scanner.salvage().complaint() : "");
        }
    }

    private static long count(Map<Integer, SequenceSet> needed) {
        return needed.values().stream().mapToLong(SequenceSet::size).sum();
    }

    private boolean isAnythingUncovered(Map<Integer, SequenceSet> needed) {
        for (Map.Entry<Integer, SequenceSet> entry : needed.entrySet()) {
            SegmentChain chain = segments.chain(entry.getKey());
            if (!entry.getValue().isEmpty()
                    && (chain == null || chain.firstUncovered(entry.getValue(), 0) != Long.MAX_VALUE)) {
                return true;
            }
        }
        return false;
    }

    private int gatherIfReadable(
            WalFile file, RecordScanner record, RecordScanner targets, Map<Integer, SequenceSet> needed)
            throws IOException {
        try {
            return gather(file, record, targets, needed) ? 1 : 0;
        } catch (RecordScanner.UnreadableException e) {
            LOG.warn("Damage in write-ahead file {} in {}: {}", file, shelf, e.getMessage());
            return 0;
        }
    }

    /** Whether it is a message that is needed. */
    private boolean gather(WalFile file, RecordScanner record, RecordScanner targets, Map<Integer, SequenceSet> needed)
            throws IOException {
        SequenceSet ofQueue = needed.get(record.queueId());
        long sequence = record.payloadLong(0);
        if (ofQueue == null || !ofQueue.contains(sequence)) {
            return false;
        }
        SegmentChain chain = segments.chain(record.queueId());
        if (chain != null && chain.covering(sequence) != null) {
            return true;
        }
        SegmentRun run = gathered.get(record.queueId());
        if (run != null && sequence <= run.sequence(run.count() - 1)) {
            // A second record with the number of one before it: recovery has reported it as damage.
            return false;
        }
        boolean reference = record.type() == RecordFormat.REFERENCE;
        if (reference && !targets.isPublishAt(record.payloadLong(8))) {
            segments.countCorruption();
            LOG.warn(
                    "Damage in write-ahead file {} in {} at {}: the content that it refers to is lost",
                    file,
                    shelf,
                    record.offset());
            return true;
        }
        StoredOctets content = new StoredOctets((reference ? targets : record).content());
        gathered.computeIfAbsent(record.queueId(), SegmentRun::new).add(sequence, content, true);
        gatheredBytes += content.size();
        return true;
    }

    private void append(Map<Integer, SequenceSet> needed, Interlude interlude) throws IOException {
        List<SegmentRun> few = new ArrayList<>();
        for (SegmentRun run : gathered.values()) {
            if (needed.get(run.queueId).size() <= fewMessages && run.bytes() <= FEW_BYTES_MAX) {
                few.add(run);
            } else {
                interlude.run();
                segments.copy(List.of(run), false);
            }
        }
        interlude.run();
        segments.copy(few, true);
        gathered.clear();
        gatheredBytes = 0;
    }

    /** Octets that were read back. */
    private static final class StoredOctets implements StoredContent {
        private final byte[] octets;

        StoredOctets(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public int size() {
            return octets.length;
        }

        @Override
        public void writeTo(ContentSink sink) {
            sink.put(octets, 0, octets.length);
        }
    }
}
