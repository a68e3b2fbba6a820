package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which segments there are and which of their messages are still needed: one small file for all of them, replaced as a
 * whole, so that a checkpoint costs one sync and not one for each segment that something was acknowledged in.
 *
 * <pre>
 * the file     checkpoint, written as checkpoint.tmp and renamed
 *
 *   header       as that of a write-ahead file, with its own magic number and version, number 0
 *   one record   CHECKPOINT of {@link RecordFormat}, its payload:
 *
 *     next number 8     no segment had this number or a higher one
 *     count 4
 *     count times       queue 4, number 8, first 8, last 8, length 8, kind 1, start 8 if it is shared,
 *                       needed messages (see SequenceSet)
 *       kind: 0 open, 1 closed, 2 a part of a shared file, from start up to length
 * </pre>
 *
 * <p>What recovery makes of it: a segment file with a lower number that is not named has been given up. One that is
 * named and not there was given up later. One with a higher number is newer, and so is what follows the length; but a
 * newer shared file is rubbish, since the write-ahead log still has all of it.
 *
 * @param readable whether there is nothing or a valid checkpoint; otherwise it says nothing
 */
record Checkpoint(boolean readable, long nextNumber, Map<Long, List<Segment>> segments) {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    static final String NAME = "checkpoint";
    static final long MAGIC = 0x4D494C4C52434B50L; // MILLRCKP

    /** Version 1 knew no shared files. */
    static final int VERSION = 2;

    private static final String UNFINISHED = "checkpoint.tmp";
    private static final int ENTRY_BYTES = 4 + 8 + 8 + 8 + 8 + 1;
    private static final int WINDOW_BYTES = 64 << 10;

    private static final byte OPEN = 0;
    private static final byte CLOSED = 1;
    private static final byte SHARED = 2;

    /** Replaces the checkpoint; when it returns it is on stable storage, and so are all names in the directory. */
    static void write(
            LogFiles files, RecordEncoder encoder, long nextNumber, Collection<SegmentChain> chains, boolean sync)
            throws IOException {
        if (files.list().contains(UNFINISHED)) {
            files.delete(UNFINISHED);
        }
        try (LogFile file = files.create(UNFINISHED)) {
            encoder.continueAt(file, 0, 0);
            encode(encoder, nextNumber, chains);
            encoder.flush();
            if (sync) {
                force(file);
            }
        } catch (UncheckedIOException e) {
            encoder.discard();
            throw e.getCause();
        } catch (IOException e) {
            encoder.discard();
            throw e;
        }
        files.rename(UNFINISHED, NAME);
        force(files);
    }

    private static void force(LogFile file) throws IOException {
        try {
            file.force();
        } catch (IOException e) {
            throw new SyncFailedException(e);
        }
    }

    /** Another try would not tell of the names that this one dropped, and the log would give up what they stand for. */
    private static void force(LogFiles files) throws IOException {
        try {
            files.forceDirectory();
        } catch (IOException e) {
            throw new SyncFailedException(e);
        }
    }

    private static void encode(RecordEncoder encoder, long nextNumber, Collection<SegmentChain> chains)
            throws IOException {
        long length = Long.BYTES + Integer.BYTES;
        int count = 0;
        for (SegmentChain chain : chains) {
            for (Segment segment : chain.segments()) {
                if (!segment.persistent.isEmpty()) {
                    count++;
                    length += ENTRY_BYTES + (segment.shared ? Long.BYTES : 0) + segment.persistent.storedBytes();
                }
            }
        }
        encoder.fileHeader(MAGIC, VERSION);
        encoder.begin(RecordFormat.CHECKPOINT, 0, Math.toIntExact(length));
        encoder.putLong(nextNumber);
        encoder.putInt(count);
        for (SegmentChain chain : chains) {
            for (Segment segment : chain.segments()) {
                if (!segment.persistent.isEmpty()) {
                    encode(encoder, segment);
                }
            }
        }
        encoder.end();
    }

    private static void encode(RecordEncoder encoder, Segment segment) {
        encoder.putInt(segment.queueId);
        encoder.putLong(segment.number);
        encoder.putLong(segment.first);
        encoder.putLong(segment.last);
        encoder.putLong(segment.length);
        if (segment.shared) {
            encoder.put(SHARED);
            encoder.putLong(segment.start);
        } else {
            encoder.put(segment.closed ? CLOSED : OPEN);
        }
        segment.persistent.writeTo(encoder);
    }

    /** The checkpoint of a directory; one that cannot be read is reported. */
    static Checkpoint read(LogFiles files) throws IOException {
        if (!files.list().contains(NAME)) {
            return new Checkpoint(true, 1, Map.of());
        }
        String why = "";
        try (LogFile file = files.open(NAME)) {
            RecordScanner scanner = new RecordScanner(file, 0, file.size(), ByteBuffer.allocateDirect(WINDOW_BYTES));
            if (scanner.header(MAGIC, VERSION) == RecordScanner.Header.OTHER_VERSION) {
                throw new OtherVersionException(
                        "the checkpoint in " + files + " has format version " + scanner.version() + " (expected: "
                                + VERSION + "); it was written by another version of the broker");
            }
            if (scanner.readAt(RecordFormat.FILE_HEADER_BYTES) && scanner.type() == RecordFormat.CHECKPOINT) {
                return decode(scanner.payloadLong(0), ByteBuffer.wrap(scanner.content()));
            }
            why = scanner.hasUnreadable() ? ", " + scanner.salvage().complaint() : "";
        } catch (OtherVersionException e) {
            throw e;
        } catch (IOException e) {
            why = ", " + e;
        }
        LOG.warn(
                "The checkpoint in {} is damaged{}; all messages of all segment files count as not acknowledged, "
                        + "some may be delivered again",
                files,
                why);
        return new Checkpoint(false, 1, Map.of());
    }

    private static final class OtherVersionException extends IOException {
        private static final long serialVersionUID = 1;

        OtherVersionException(String message) {
            super(message);
        }
    }

    private static Checkpoint decode(long nextNumber, ByteBuffer in) {
        Map<Long, List<Segment>> segments = new HashMap<>();
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            int queueId = in.getInt();
            long number = in.getLong();
            long first = in.getLong();
            long last = in.getLong();
            long length = in.getLong();
            Segment segment = decode(queueId, number, in);
            segment.first = first;
            segment.last = last;
            segment.length = length;
            segments.computeIfAbsent(number, n -> new ArrayList<>(1)).add(segment);
        }
        return new Checkpoint(true, nextNumber, segments);
    }

    private static Segment decode(int queueId, long number, ByteBuffer in) {
        byte kind = in.get();
        if (kind == SHARED) {
            long start = in.getLong();
            Segment part = Segment.shared(queueId, number, SequenceSet.readFrom(in));
            part.start = start;
            return part;
        }
        Segment segment = new Segment(queueId, number, SequenceSet.readFrom(in));
        segment.closed = kind == CLOSED;
        return segment;
    }
}
