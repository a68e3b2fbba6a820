package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log that was left behind. It goes over the files twice: first only to learn which messages are still live
 * (which needs no contents), then to hand over these, so that memory holds no message that is not wanted.
 *
 * <p>A record counts where it lies: an acknowledgement is for what was published before it. Damage is stepped over,
 * counted and reported, and never a reason not to start: a broker that comes up with all but one message is of more use
 * than one that stays down.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int WINDOW_BYTES = 1 << 20;
    /** References lie near their targets; a target that is far away should not cost a whole window. */
    private static final int TARGET_WINDOW_BYTES = 16 << 10;

    private final FileShelf shelf;
    private final RecoveryTarget target;
    private final List<WalFile> files;
    private final LiveMessages live = new LiveMessages();
    private final Set<Integer> deletedQueues = new HashSet<>();
    private final ByteBuffer window;
    private final ByteBuffer targetWindow = ByteBuffer.allocateDirect(TARGET_WINDOW_BYTES);

    /** Of the clean-shutdown mark that was read last; empty again as soon as anything follows it. */
    private final Map<Integer, Long> delivered = new HashMap<>();

    private boolean stoppedCleanly;
    private long corruptions;
    private Tail tail = new Tail(0, false, false, true);

    Recovery(FileShelf shelf, LogConfig config, RecoveryTarget target) throws IOException {
        this.shelf = shelf;
        this.target = target;
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
        for (WalFile file : files) {
            if (file.live > 0) {
                deliver(file);
            }
        }
        reportLastSequences();
        if (!files.isEmpty()) {
            LOG.info(
                    "Recovered {} messages of {} queues from {} write-ahead files in {} after {}, {} damaged places",
                    live.total(),
                    live.queueCount(),
                    files.size(),
                    shelf,
                    stoppedCleanly ? "a clean stop" : "an interrupted run",
                    corruptions);
        }
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
            RecordScanner.Header header = scanner.header();
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
                apply(scanner, file);
            }
            boolean headerValid = header == RecordScanner.Header.VALID;
            if (!headerValid && (any || !last)) {
                damage(file, 0, "the file header is damaged");
            }
            if (!last && !ended) {
                damage(file, scanner.position(), "the end of the file is missing");
            }
            if (last) {
                boolean full = ended || scanner.position() > file.limit();
                tail = new Tail(scanner.position(), headerValid, corruptions > damageBefore, full);
                if (!stoppedCleanly && !ended) {
                    LOG.info("Write-ahead file {} in {} goes up to {}", file, shelf, scanner.position());
                }
            }
        }
        if (corruptions > damageBefore) {
            shelf.copyAside(file);
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
            case RecordFormat.PUBLISH, RecordFormat.REFERENCE -> {
                if (isWanted(queueId) && !live.published(queueId, record.payloadLong(0), file)) {
                    damage(
                            file,
                            record.offset(),
                            "sequence " + record.payloadLong(0) + " of queue " + queueId + " again");
                }
            }
            case RecordFormat.ACKNOWLEDGE -> {
                for (int at = 0; at < record.payloadLength(); at += RecordFormat.RANGE_BYTES) {
                    live.acknowledged(queueId, record.payloadLong(at), record.payloadLong(at + 8));
                }
            }
            case RecordFormat.DELETE_QUEUE -> {
                live.deleted(queueId);
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

    /** Hands over the live messages of a file, and gives up those whose content is lost. */
    private void deliver(WalFile file) throws IOException {
        try (LogFile open = shelf.open(file)) {
            RecordScanner scanner = new RecordScanner(open, file, window);
            RecordScanner targets = new RecordScanner(open, file, targetWindow);
            while (scanner.next() && scanner.type() != RecordFormat.END) {
                boolean reference = scanner.type() == RecordFormat.REFERENCE;
                if (!reference && scanner.type() != RecordFormat.PUBLISH) {
                    continue;
                }
                int queueId = scanner.queueId();
                long sequence = scanner.payloadLong(0);
                if (!live.takeForRecovery(queueId, sequence, file)) {
                    continue;
                }
                RecordScanner holder = reference ? targets : scanner;
                if (reference && !isPublish(targets, scanner.payloadLong(8))) {
                    damage(file, scanner.offset(), "the content that it refers to is lost");
                    live.acknowledged(queueId, sequence, sequence);
                    continue;
                }
                target.message(queueId, sequence, holder.content(), maybeDelivered(queueId, sequence));
            }
        }
    }

    private static boolean isPublish(RecordScanner targets, long offset) throws IOException {
        return offset >= RecordFormat.FILE_HEADER_BYTES
                && targets.readAt(offset)
                && targets.type() == RecordFormat.PUBLISH;
    }

    private boolean maybeDelivered(int queueId, long sequence) {
        return !stoppedCleanly || sequence <= delivered.getOrDefault(queueId, 0L);
    }

    private void reportLastSequences() {
        int[] queueIds = new int[live.queueCount()];
        long[] sequences = new long[queueIds.length];
        live.copyLastSequences(queueIds, sequences);
        for (int i = 0; i < queueIds.length; i++) {
            target.lastSequence(queueIds[i], sequences[i]);
        }
    }

    private boolean isWanted(int queueId) {
        return !deletedQueues.contains(queueId) && (live.knows(queueId) || target.isLive(queueId));
    }

    private void damage(WalFile file, long offset, String what) {
        corruptions++;
        LOG.warn("Damage in write-ahead file {} in {} at {}: {}", file, shelf, offset, what);
    }
}
