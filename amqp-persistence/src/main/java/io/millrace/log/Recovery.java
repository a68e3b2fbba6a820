package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log that was left behind, when its segments are known already. It goes over the files twice: first only to
 * learn which messages are still live (which needs no contents), then to copy these to segments. So memory holds a bit
 * a message, and after a checkpoint no file is needed any more.
 *
 * <p>A record counts where it lies: an acknowledgement is for what was published before it. Damage is stepped over,
 * counted and reported, and never a reason not to start: a broker that comes up with all but one message is of more use
 * than one that stays down. A bad sector is no more than damage. But a file that cannot be opened, or hardly be read,
 * is a reason: all of it may be there once that is put right.
 *
 * <p>The log says what happened. A queue hands a page over before the log gets the records of its messages, so segments
 * may have some that never got there: nobody was told that they are safe, and one that was to be moved is still where
 * it was. They are dropped, but not when the log is damaged, which may be why it does not know them.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int WINDOW_BYTES = 1 << 20;

    private final FileShelf shelf;
    private final RecoveryTarget target;
    private final List<WalFile> files;
    private final Segments segments;
    private final WalCopier copier;
    private final LiveMessages live = new LiveMessages();
    private final Set<Integer> deletedQueues = new HashSet<>();
    private final ByteBuffer window;
    /** The highest sequence that each queue's acknowledgements name. */
    private final Map<Integer, Long> acknowledgedUpTo = new HashMap<>();

    /** Of the clean-shutdown mark that was read last; empty again as soon as anything follows it. */
    private final Map<Integer, Long> delivered = new HashMap<>();

    private boolean stoppedCleanly;
    private long corruptions;
    private Tail tail = new Tail(0, false, false, true);

    Recovery(FileShelf shelf, LogConfig config, RecoveryTarget target, Segments segments, WalCopier copier)
            throws IOException {
        this.shelf = shelf;
        this.target = target;
        this.segments = segments;
        this.copier = copier;
        this.window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, config.fileSize()));
        this.files = shelf.existing();
    }

    /**
     * How the last file ends.
     *
     * @param offset behind its last valid record
     * @param headerValid whether the file header need not be written again
     * @param damaged whether there is damage before the offset, so that nothing more should be written to the file
     * @param full whether the file has ended, or is too short to be ended
     */
    record Tail(long offset, boolean headerValid, boolean damaged, boolean full) {}

    void run() throws IOException {
        for (int i = 0; i < files.size(); i++) {
            collect(files.get(i), i == files.size() - 1);
        }
        boolean dropped = !files.isEmpty() && corruptions == 0 && dropUnlogged();
        for (WalFile file : files) {
            copier.copy(file, live.take(file), () -> {});
        }
        // What was dropped must not come back: its numbers may be given to other messages.
        if (dropped || !segments.isEmpty() || segments.hasCheckpoint()) {
            segments.checkpoint();
        }
        long messages = reportQueues();
        if (!files.isEmpty()) {
            LOG.info(
                    "Recovered {} messages of {} queues in {} after {}, {} damaged places",
                    messages,
                    live.queueCount(),
                    shelf,
                    stoppedCleanly ? "a clean stop" : "an interrupted run",
                    corruptions + segments.corruptions());
        }
    }

    private boolean dropUnlogged() throws IOException {
        List<Integer> queueIds = new ArrayList<>();
        for (SegmentChain chain : segments.chains()) {
            if (chain.last() > live.last(chain.queueId)) {
                queueIds.add(chain.queueId);
            }
        }
        long dropped = 0;
        for (int queueId : queueIds) {
            dropped += segments.messages(queueId);
            segments.acknowledged(queueId, live.last(queueId) + 1, Long.MAX_VALUE);
            dropped -= segments.messages(queueId);
        }
        if (dropped > 0) {
            LOG.info("Dropped {} messages in {} of which the log had not got to hear", dropped, shelf);
        }
        return dropped > 0;
    }

    LiveMessages live() {
        return live;
    }

    /** The files in use, oldest first. */
    List<WalFile> files() {
        return files;
    }

    Tail tail() {
        return tail;
    }

    boolean stoppedCleanly() {
        return stoppedCleanly;
    }

    long corruptions() {
        return corruptions;
    }

    private void collect(WalFile file, boolean last) throws IOException {
        long damageBefore = corruptions;
        boolean ended = false;
        try (LogFile open = shelf.open(file)) {
            RecordScanner scanner = new RecordScanner(open, file, window);
            RecordScanner.Header header = scanner.header(RecordFormat.MAGIC);
            if (header == RecordScanner.Header.OTHER_VERSION) {
                throw new IOException("write-ahead file " + file + " in " + shelf + " has format version "
                        + scanner.version() + " (expected: " + RecordFormat.VERSION
                        + "); it was written by another version of the broker");
            }
            boolean any = false;
            while (!ended && scanner.next()) {
                any = true;
                if (scanner.gapFrom() != RecordScanner.NONE) {
                    damage(file, scanner.gapFrom(), "unreadable up to " + scanner.offset());
                }
                ended = scanner.type() == RecordFormat.END;
                applyIfReadable(scanner, file);
            }
            if (scanner.hasUnreadable()) {
                file.unreadable = true;
                damage(
                        file,
                        scanner.salvage().unreadableFrom(),
                        scanner.salvage().complaint());
            }
            boolean headerValid = header == RecordScanner.Header.VALID;
            if (!headerValid && (any || !last)) {
                damage(file, 0, "the file header is damaged");
            }
            if (!last && !ended) {
                damage(file, scanner.position(), "the end of the file is missing");
            }
            if (last) {
                // Nothing more is written to what could not be read: it may show again what it had.
                boolean full = ended || file.unreadable || scanner.position() > file.limit();
                tail = new Tail(scanner.position(), headerValid, corruptions > damageBefore, full);
                if (!stoppedCleanly && !ended) {
                    LOG.info("Write-ahead file {} in {} goes up to {}", file, shelf, scanner.position());
                }
            }
        }
        if (corruptions > damageBefore && !file.unreadable) {
            shelf.copyAside(file);
        }
    }

    private void applyIfReadable(RecordScanner record, WalFile file) throws IOException {
        try {
            apply(record, file);
        } catch (RecordScanner.UnreadableException e) {
            damage(file, record.offset(), e.getMessage());
        }
    }

    private void apply(RecordScanner record, WalFile file) throws IOException {
        int queueId = record.queueId();
        int type = record.type();
        if (type != RecordFormat.DELIVERED && type != RecordFormat.CLEAN_STOP) {
            delivered.clear();
            stoppedCleanly = false;
        }
        switch (type) {
            case RecordFormat.PUBLISH, RecordFormat.REFERENCE, RecordFormat.MOVED -> {
                if (isWanted(queueId) && !live.published(queueId, record.payloadLong(0), file)) {
                    damage(
                            file,
                            record.offset(),
                            "sequence " + record.payloadLong(0) + " of queue " + queueId + " again");
                }
                if (type == RecordFormat.MOVED) {
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
                segments.deleted(queueId);
                deletedQueues.add(queueId);
            }
            case RecordFormat.LAST_SEQUENCES -> {
                for (int at = 0; at < record.payloadLength(); at += RecordFormat.QUEUE_ENTRY_BYTES) {
                    if (isWanted(record.payloadInt(at))) {
                        live.seen(record.payloadInt(at), record.payloadLong(at + 4));
                    }
                }
            }
            case RecordFormat.DELIVERED -> {
                for (int at = 0; at < record.payloadLength(); at += RecordFormat.QUEUE_ENTRY_BYTES) {
                    delivered.put(record.payloadInt(at), record.payloadLong(at + 4));
                }
            }
            case RecordFormat.CLEAN_STOP -> stoppedCleanly = record.payloadLong(0) == delivered.size();
            default -> {
                // OPENED and END say nothing of messages.
            }
        }
    }

    /** Tells the target of each queue; returns how many messages there are. */
    private long reportQueues() {
        for (SegmentChain chain : segments.chains()) {
            live.seen(chain.queueId, chain.last());
        }
        acknowledgedUpTo.forEach((queueId, sequence) -> {
            if (live.knows(queueId)) {
                live.seen(queueId, sequence);
            }
        });
        int[] queueIds = new int[live.queueCount()];
        long[] sequences = new long[queueIds.length];
        live.copyLastSequences(queueIds, sequences);
        long total = 0;
        for (int i = 0; i < queueIds.length; i++) {
            long messages = segments.messages(queueIds[i]);
            long deliveredUpTo = stoppedCleanly ? delivered.getOrDefault(queueIds[i], 0L) : sequences[i];
            target.recovered(queueIds[i], messages, sequences[i], deliveredUpTo);
            total += messages;
        }
        return total;
    }

    private void acknowledged(int queueId, long first, long last) throws IOException {
        live.acknowledged(queueId, first, last);
        segments.acknowledged(queueId, first, last);
        // Its messages may be lost, in the torn end of a file: should others get their numbers it would be for these.
        acknowledgedUpTo.merge(queueId, last, Math::max);
    }

    private boolean isWanted(int queueId) {
        return !deletedQueues.contains(queueId) && (live.knows(queueId) || target.isLive(queueId));
    }

    private void damage(WalFile file, long offset, String what) {
        corruptions++;
        LOG.warn("Damage in write-ahead file {} in {} at {}: {}", file, shelf, offset, what);
    }
}
