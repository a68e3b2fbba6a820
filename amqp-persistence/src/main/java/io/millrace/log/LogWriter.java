package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups of batches to the write-ahead files. Everything here happens on one thread, the log thread; it is apart
 * from {@link MessageLog} so that a test can drive it step by step.
 *
 * <p>Order of effects, for a power failure at any moment:
 *
 * <ol>
 *   <li>The name of a file is durable before its first record is written.
 *   <li>A file is synced up to its END before the next one is begun; so only the end of the last file can be torn.
 *   <li>The current file is synced before an older one is given up; so the acknowledgements that made it useless are
 *       never lost while the messages of a file before it come back.
 * </ol>
 *
 * With {@link SyncMode#OS} none of these syncs happen, and they hold only for the end of the process.
 */
final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    /** Bounds a record; more take another one. */
    private static final int ENTRIES_PER_RECORD = 1024;

    /**
     * The next file is made once this share of the current one is written: a disk that is full then leaves the rest for
     * what is under way and for acknowledgements, and a broker that has little to do needs one file only.
     */
    private static final int ALLOCATED_AFTER = 8;

    private final LogConfig config;
    private final FileShelf shelf;
    private final LiveMessages live;
    private final SegmentStore segments;
    private final RecordEncoder encoder;
    private final SharedContents shared = new SharedContents();
    /** What left segments by records of the group under way. */
    private final List<Departed> departed = new ArrayList<>();
    /** Oldest first; the last one is being written. */
    private final Deque<WalFile> files;

    private final long corruptions;

    private WalFile current;
    private LogFile file;
    /** {@link RecordEncoder#bytesWritten} at the last sync: when it is the same now there is nothing to sync. */
    private long bytesSynced;

    private long groups;
    private long syncs;

    private record Departed(int queueId, long first, long last) {}

    private LogWriter(LogConfig config, FileShelf shelf, Recovery recovery, SegmentStore segments) {
        this.config = config;
        this.shelf = shelf;
        this.segments = segments;
        this.live = recovery.live();
        this.files = new ArrayDeque<>(recovery.files());
        this.corruptions = recovery.corruptions();
        this.encoder = new RecordEncoder(config.groupBytesMax());
    }

    /** Recovers what is there, and goes on behind it. */
    static LogWriter open(LogFiles files, LogConfig config, Executor preparer, RecoveryTarget target)
            throws IOException {
        FileShelf shelf = new FileShelf(files, config, preparer);
        Segments segments = SegmentRecovery.run(files, config, target);
        WalCopier copier = new WalCopier(shelf, config, segments);
        Recovery recovery = new Recovery(shelf, config, target, segments, copier);
        recovery.run();
        LogWriter writer = new LogWriter(config, shelf, recovery, new SegmentStore(segments, copier, config));
        try {
            writer.goOn(recovery.tail(), recovery.stoppedCleanly());
            writer.giveUpDone();
        } catch (IOException | RuntimeException e) {
            writer.abandon();
            throw e;
        }
        return writer;
    }

    LogStatistics statistics() {
        return new LogStatistics(
                encoder.bytesWritten(),
                encoder.records(),
                groups,
                syncs,
                files.size(),
                live.total(),
                corruptions + segments.corruptions());
    }

    /** From now on a full disk is waited for, and said to {@code room}. */
    void waitForRoom(Room room) {
        shelf.waitForRoom(room);
        segments.waitForRoom(room);
    }

    /** From now on nobody waits for a full disk any more. Any thread. */
    void losePatience() {
        shelf.losePatience();
        segments.losePatience();
    }

    SegmentStore segments() {
        return segments;
    }

    /** Writes these batches in order; they are as durable as configured when it returns. */
    void write(List<AppendBatch> group) throws IOException {
        boolean needsSync = false;
        segments.throwIfFailed();
        try {
            for (int i = 0; i < group.size(); i++) {
                AppendBatch batch = group.get(i);
                append(batch);
                needsSync |= batch.needsSync();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        encoder.flush();
        if (needsSync && config.sync() == SyncMode.FSYNC) {
            force();
        }
        applyDepartures();
        groups++;
    }

    /** What nobody waits for: gives up files that are not needed, has the next one made ready. */
    void afterGroup() throws IOException {
        giveUpDone();
        if (files.size() >= config.walFilesMax() - 1) {
            retireOldest();
        }
        if (encoder.offset() >= current.size / ALLOCATED_AFTER) {
            shelf.prepareAhead();
        }
    }

    private void giveUpDone() throws IOException {
        while (files.size() > 1 && isDone(files.getFirst())) {
            if (config.sync() == SyncMode.FSYNC) {
                force();
            }
            shelf.retire(files.removeFirst());
        }
    }

    private static boolean isDone(WalFile oldest) {
        return oldest.retired || (oldest.live == 0 && !oldest.segmentEffects && !oldest.retiring);
    }

    /** Has what is needed of the oldest file copied to segments. */
    private void retireOldest() {
        WalFile oldest = files.getFirst();
        if (!oldest.retiring) {
            oldest.retiring = true;
            segments.retire(oldest, live.take(oldest));
        }
    }

    /** Waits for a file to be given up when there are as many as there may be: back-pressure. */
    private void awaitRoomForFile() throws IOException {
        while (files.size() >= config.walFilesMax()) {
            retireOldest();
            segments.awaitRetired(files.getFirst());
            giveUpDone();
        }
    }

    /** Before a wait of unknown length: keeps nothing large alive. */
    void beforeIdle() {
        shared.trim();
    }

    /**
     * Writes the clean-shutdown mark and ends.
     *
     * @param delivered how far the messages of a queue have been delivered
     */
    void closeCleanly(Map<Integer, Long> delivered) throws IOException {
        // The mark vouches for all that is before it, and must not get to the disk earlier.
        force();
        int[] queueIds = new int[delivered.size()];
        long[] sequences = new long[queueIds.length];
        int count = 0;
        for (Map.Entry<Integer, Long> entry : delivered.entrySet()) {
            if (live.knows(entry.getKey())) {
                queueIds[count] = entry.getKey();
                sequences[count++] = entry.getValue();
            }
        }
        // Together in one file: recovery takes the mark only if nothing lies between its parts.
        ensureRoom(entriesBytes(count) + RecordFormat.recordBytes(Long.BYTES));
        writeEntries(RecordFormat.DELIVERED, queueIds, sequences, count);
        encoder.begin(RecordFormat.CLEAN_STOP, 0, Long.BYTES);
        encoder.putLong(count);
        encoder.end();
        encoder.flush();
        force();
        shelf.close();
        file.close();
    }

    /** After a failure: lets go of everything, writes nothing. */
    void abandon() {
        shelf.close();
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.debug("Closing a file of a failed log failed too", e);
        }
    }

    private void append(AppendBatch batch) throws IOException {
        int size = batch.size();
        int i = 0;
        while (i < size) {
            switch (batch.kind(i)) {
                case AppendBatch.PUBLISH -> publish(batch.queueId(i), batch.first(i), batch.content(i));
                case AppendBatch.MOVE -> {
                    move(batch, i);
                    i++;
                }
                case AppendBatch.ACKNOWLEDGE -> i = acknowledge(batch, i) - 1;
                default -> deleteQueue(batch.queueId(i));
            }
            i++;
        }
    }

    private void publish(int queueId, long sequence, StoredContent content) throws IOException {
        boolean mayBeShared = content.isShared();
        long written = mayBeShared ? shared.offsetOf(content) : SharedContents.NONE;
        if (written != SharedContents.NONE && hasRoom(RecordFormat.recordBytes(RecordFormat.REFERENCE_BYTES))) {
            encoder.begin(RecordFormat.REFERENCE, queueId, RecordFormat.REFERENCE_BYTES);
            encoder.putLong(sequence);
            encoder.putLong(written);
            encoder.end();
        } else {
            int length = lengthOf(content);
            ensureRoom(RecordFormat.recordBytes(RecordFormat.SEQUENCE_BYTES + length));
            long offset = encoder.offset();
            encoder.begin(RecordFormat.PUBLISH, queueId, RecordFormat.SEQUENCE_BYTES + length);
            encoder.putLong(sequence);
            content.writeTo(encoder);
            encoder.end();
            if (mayBeShared) {
                shared.remember(content, offset);
            }
        }
        isLive(queueId, sequence);
    }

    private static int lengthOf(StoredContent content) {
        int length = content.size();
        if (length < 0 || length > StoredContent.SIZE_MAX) {
            throw new IllegalArgumentException(
                    "content size: " + length + " (expected: <= " + StoredContent.SIZE_MAX + ")");
        }
        return length;
    }

    private void isLive(int queueId, long sequence) {
        if (!live.published(queueId, sequence, current)) {
            throw new IllegalStateException("sequence " + sequence + " of queue " + queueId + " does not increase");
        }
    }

    /** One record, whatever the content is shared with. */
    private void move(AppendBatch batch, int i) throws IOException {
        StoredContent content = batch.content(i);
        int fromQueueId = batch.queueId(i + 1);
        long fromSequence = batch.first(i + 1);
        int length = RecordFormat.MOVED_BYTES + lengthOf(content);
        ensureRoom(RecordFormat.recordBytes(length));
        encoder.begin(RecordFormat.MOVED, batch.queueId(i), length);
        encoder.putLong(batch.first(i));
        encoder.putInt(fromQueueId);
        encoder.putLong(fromSequence);
        content.writeTo(encoder);
        encoder.end();
        isLive(batch.queueId(i), batch.first(i));
        live.acknowledged(fromQueueId, fromSequence, fromSequence);
        if (segments.mayHold(fromQueueId, fromSequence)) {
            current.segmentEffects = true;
            departed.add(new Departed(fromQueueId, fromSequence, fromSequence));
        }
    }

    /**
     * The segments may give up what left. Not earlier: a crash would find a message nowhere that was moved, and might
     * find effects of later records without those of earlier ones.
     */
    private void applyDepartures() {
        for (int i = 0; i < departed.size(); i++) {
            Departed left = departed.get(i);
            segments.acknowledged(left.queueId, left.first, left.last);
        }
        departed.clear();
    }

    /** One record for all ranges of one queue that follow each other; returns the index behind them. */
    private int acknowledge(AppendBatch batch, int from) throws IOException {
        int queueId = batch.queueId(from);
        int end = from;
        long removed = 0;
        boolean inSegments = false;
        while (end < batch.size()
                && end - from < ENTRIES_PER_RECORD
                && batch.kind(end) == AppendBatch.ACKNOWLEDGE
                && batch.queueId(end) == queueId) {
            removed += live.acknowledged(queueId, batch.first(end), batch.last(end));
            inSegments |= segments.mayHold(queueId, batch.first(end));
            end++;
        }
        if (removed == 0 && !inSegments) {
            return end;
        }
        int length = (end - from) * RecordFormat.RANGE_BYTES;
        ensureRoom(RecordFormat.recordBytes(length));
        encoder.begin(RecordFormat.ACKNOWLEDGE, queueId, length);
        for (int i = from; i < end; i++) {
            encoder.putLong(batch.first(i));
            encoder.putLong(batch.last(i));
        }
        encoder.end();
        if (inSegments) {
            for (int i = from; i < end; i++) {
                departed.add(new Departed(queueId, batch.first(i), batch.last(i)));
            }
            current.segmentEffects = true;
        }
        return end;
    }

    private void deleteQueue(int queueId) throws IOException {
        segments.deletedByLog(queueId);
        if (!live.knows(queueId)) {
            return;
        }
        live.deleted(queueId);
        ensureRoom(RecordFormat.recordBytes(0));
        writeMark(RecordFormat.DELETE_QUEUE, queueId);
    }

    private boolean hasRoom(long recordBytes) {
        return encoder.offset() + recordBytes <= current.limit();
    }

    private void ensureRoom(long recordBytes) throws IOException {
        if (!hasRoom(recordBytes)) {
            endFile();
            awaitRoomForFile();
            beginFile(recordBytes);
        }
    }

    private void endFile() throws IOException {
        writeMark(RecordFormat.END, 0);
        encoder.flush();
        if (config.sync() == SyncMode.FSYNC) {
            force();
        }
        applyDepartures();
        file.close();
    }

    /** The next file, with room for a record of this size. */
    private void beginFile(long recordBytes) throws IOException {
        long number = files.isEmpty() ? 1 : files.getLast().number + 1;
        current = shelf.activate(
                number,
                RecordFormat.FILE_HEADER_BYTES
                        + entriesBytes(live.queueCount())
                        + recordBytes
                        + RecordFormat.END_BYTES);
        files.addLast(current);
        file = shelf.open(current);
        encoder.continueAt(file, number, 0);
        encoder.fileHeader(RecordFormat.MAGIC);
        writeLastSequences();
        shared.clear();
    }

    /** Behind the last record that recovery found, if that is a good place, otherwise in a new file. */
    private void goOn(Recovery.Tail tail, boolean stoppedCleanly) throws IOException {
        if (tail.full()) {
            beginFile(RecordFormat.recordBytes(0));
        } else {
            current = files.getLast();
            file = shelf.open(current);
            if (!stoppedCleanly) {
                shelf.zero(file, tail.offset(), current.size);
            }
            if (!tail.headerValid()) {
                encoder.continueAt(file, current.number, 0);
                encoder.fileHeader(RecordFormat.MAGIC);
                encoder.flush();
            }
            encoder.continueAt(file, current.number, tail.offset());
            if (tail.damaged() || !hasRoom(entriesBytes(live.queueCount()) + RecordFormat.recordBytes(0))) {
                endFile();
                beginFile(RecordFormat.recordBytes(0));
            } else {
                // Those at the start of the file may be in the part that was torn, and then nowhere else.
                writeLastSequences();
            }
        }
        // Ends the validity of a clean-shutdown mark before the first message can be delivered.
        writeMark(RecordFormat.OPENED, 0);
        encoder.flush();
        force();
    }

    private void writeMark(int type, int queueId) throws IOException {
        encoder.begin(type, queueId, 0);
        encoder.end();
    }

    private void writeLastSequences() throws IOException {
        int count = live.queueCount();
        int[] queueIds = new int[count];
        long[] sequences = new long[count];
        live.copyLastSequences(queueIds, sequences);
        writeEntries(RecordFormat.LAST_SEQUENCES, queueIds, sequences, count);
    }

    private void writeEntries(int type, int[] queueIds, long[] sequences, int count) throws IOException {
        for (int from = 0; from < count; from += ENTRIES_PER_RECORD) {
            int end = Math.min(count, from + ENTRIES_PER_RECORD);
            encoder.begin(type, 0, (end - from) * RecordFormat.QUEUE_ENTRY_BYTES);
            for (int i = from; i < end; i++) {
                encoder.putInt(queueIds[i]);
                encoder.putLong(sequences[i]);
            }
            encoder.end();
        }
    }

    private static long entriesBytes(int count) {
        long full = RecordFormat.recordBytes((long) ENTRIES_PER_RECORD * RecordFormat.QUEUE_ENTRY_BYTES);
        int rest = count % ENTRIES_PER_RECORD;
        return count / ENTRIES_PER_RECORD * full
                + (rest == 0 ? 0 : RecordFormat.recordBytes((long) rest * RecordFormat.QUEUE_ENTRY_BYTES));
    }

    private void force() throws IOException {
        if (bytesSynced != encoder.bytesWritten()) {
            file.force();
            syncs++;
            bytesSynced = encoder.bytesWritten();
        }
    }
}
