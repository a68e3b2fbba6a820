package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Appends runs of messages to segment files. A run is there as a whole or not at all: the segment knows of it only when
 * everything is written, and after a failure the next try writes to the same place.
 */
final class SegmentAppender {
    private final SegmentShelf shelf;
    private final FileSyncs syncs;
    private final RecordEncoder encoder;
    private final long segmentSize;
    /** Names of files. */
    private final Set<String> unsynced = new LinkedHashSet<>();

    private long nextNumber;

    SegmentAppender(SegmentShelf shelf, FileSyncs syncs, RecordEncoder encoder, long segmentSize, long nextNumber) {
        this.shelf = shelf;
        this.syncs = syncs;
        this.encoder = encoder;
        this.segmentSize = segmentSize;
        this.nextNumber = nextNumber;
    }

    /** No segment has this number or a higher one. */
    long nextNumber() {
        return nextNumber;
    }

    /** Whether the segment takes more. */
    boolean hasRoom(Segment segment) {
        return !segment.closed && segment.length < segmentSize;
    }

    /**
     * Appends a part of a run.
     *
     * @param segment where; null for a new one, which becomes part of the chain
     */
    void append(SegmentChain chain, Segment segment, SegmentRun run, int from, int to) throws IOException {
        boolean isNew = segment == null;
        Segment target = isNew ? new Segment(chain.queueId, nextNumber++, new SequenceSet()) : segment;
        long length;
        try {
            shelf.requireRoom(run.bytes());
            length = write(target, run, from, to);
        } catch (IOException e) {
            encoder.discard();
            if (isNew) {
                removeUnfinished(target.name);
            }
            throw e;
        }
        for (int i = from; i < to; i++) {
            (run.isPersistent(i) ? target.persistent : target.transients).add(run.sequence(i));
        }
        if (isNew) {
            target.first = run.sequence(from);
        }
        target.last = run.sequence(to - 1);
        target.length = length;
        unsynced.add(target.name);
        if (isNew) {
            chain.insert(target);
        }
    }

    private long write(Segment target, SegmentRun run, int from, int to) throws IOException {
        boolean isNew = target.length == 0;
        try (LogFile file = isNew ? shelf.create(target.name) : shelf.open(target.name)) {
            encoder.continueAt(file, target.number, target.length);
            if (isNew) {
                encoder.fileHeader(Segment.MAGIC);
            }
            SegmentMarks marks = new SegmentMarks();
            encode(run, from, to, marks);
            encoder.flush();
            target.marks.addAll(marks);
            return encoder.offset();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void encode(SegmentRun run, int from, int to, SegmentMarks marks) throws IOException {
        for (int i = from; i < to; i++) {
            marks.add(run.sequence(i), encoder.offset());
            StoredContent content = run.content(i);
            int type = run.isPersistent(i) ? RecordFormat.PUBLISH : RecordFormat.TRANSIENT;
            encoder.begin(type, run.queueId, RecordFormat.SEQUENCE_BYTES + content.size());
            encoder.putLong(run.sequence(i));
            content.writeTo(encoder);
            encoder.end();
        }
    }

    /** Part of a run of persistent messages, and the chain that it is for. */
    record Piece(SegmentChain chain, SegmentRun run, int from, int to) {}

    /** Writes a file that is shared by all these; each becomes part of its chain. */
    void appendShared(List<Piece> pieces) throws IOException {
        long number = nextNumber++;
        String name = SegmentShelf.name(SegmentShelf.SHARED, number);
        List<Segment> segments;
        try {
            // Once for all of them: to ask the file system takes longer than to write what a queue has here.
            shelf.requireRoom(bytes(pieces));
            segments = writeShared(number, name, pieces);
        } catch (IOException e) {
            encoder.discard();
            removeUnfinished(name);
            throw e;
        }
        unsynced.add(name);
        for (int i = 0; i < pieces.size(); i++) {
            shelf.keep(segments.get(i));
            pieces.get(i).chain().insert(segments.get(i));
        }
    }

    private static long bytes(List<Piece> pieces) {
        long bytes = 0;
        for (Piece piece : pieces) {
            bytes += piece.run().bytes();
        }
        return bytes;
    }

    private List<Segment> writeShared(long number, String name, List<Piece> pieces) throws IOException {
        List<Segment> segments = new ArrayList<>(pieces.size());
        try (LogFile file = shelf.create(name)) {
            encoder.continueAt(file, number, 0);
            encoder.fileHeader(Segment.MAGIC);
            for (Piece piece : pieces) {
                Segment segment = Segment.shared(piece.chain().queueId, number, new SequenceSet());
                segment.start = encoder.offset();
                encode(piece.run(), piece.from(), piece.to(), segment.marks);
                segment.length = encoder.offset();
                for (int i = piece.from(); i < piece.to(); i++) {
                    segment.persistent.add(piece.run().sequence(i));
                }
                segment.first = piece.run().sequence(piece.from());
                segment.last = piece.run().sequence(piece.to() - 1);
                segments.add(segment);
            }
            encoder.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return segments;
    }

    /** The next try takes another number, and two files with the same messages must never be found. */
    private void removeUnfinished(String name) throws IOException {
        if (shelf.files().list().contains(name)) {
            shelf.delete(name);
        }
    }

    /** The segment's file is gone: nobody waits for it to be synced. */
    void forget(Segment segment) {
        unsynced.remove(segment.name);
    }

    /** Returns when everything appended is on stable storage. */
    void sync() throws IOException {
        syncs.sync(unsynced);
        unsynced.clear();
    }
}
