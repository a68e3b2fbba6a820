package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Appends runs of messages to segment files. A run is there as a whole or not at all: the segment knows of it only when
 * everything is written, and after a failure the next try writes to the same place.
 */
final class SegmentAppender {
    private final SegmentShelf shelf;
    private final RecordEncoder encoder;
    private final long segmentSize;
    private final Set<Segment> unsynced = new LinkedHashSet<>();
    private long nextNumber;

    SegmentAppender(SegmentShelf shelf, RecordEncoder encoder, long segmentSize, long nextNumber) {
        this.shelf = shelf;
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
            length = write(target, run, from, to);
        } catch (IOException e) {
            encoder.discard();
            if (isNew) {
                removeUnfinished(target);
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
        unsynced.add(target);
        if (isNew) {
            chain.insert(target);
        }
    }

    private long write(Segment target, SegmentRun run, int from, int to) throws IOException {
        boolean isNew = target.length == 0;
        try (LogFile file = isNew ? shelf.create(target) : shelf.open(target.name)) {
            encoder.continueAt(file, target.number, target.length);
            if (isNew) {
                encoder.fileHeader(Segment.MAGIC);
            }
            for (int i = from; i < to; i++) {
                StoredContent content = run.content(i);
                int type = run.isPersistent(i) ? RecordFormat.PUBLISH : RecordFormat.TRANSIENT;
                encoder.begin(type, target.queueId, RecordFormat.SEQUENCE_BYTES + content.size());
                encoder.putLong(run.sequence(i));
                content.writeTo(encoder);
                encoder.end();
            }
            encoder.flush();
            return encoder.offset();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The next try takes another number, and two files with the same messages must never be found. */
    private void removeUnfinished(Segment segment) throws IOException {
        if (shelf.files().list().contains(segment.name)) {
            shelf.delete(segment.name);
        }
    }

    /** The segment is gone: nobody waits for it to be synced. */
    void forget(Segment segment) {
        unsynced.remove(segment);
    }

    /** Returns when everything appended is on stable storage. */
    void sync() throws IOException {
        for (Segment segment : unsynced) {
            try (LogFile file = shelf.open(segment.name)) {
                file.force();
            } catch (IOException e) {
                throw new SyncFailedException(e);
            }
        }
        unsynced.clear();
    }
}
