package io.millrace.log.stream;

import io.millrace.log.SyncFailedException;
import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one stream: what is to be appended, and the segment that takes it. Belongs to the writer's thread.
 *
 * <p>A round is {@link #write}, {@link #force}, {@link #commit}. What a round writes goes to one segment, and nothing
 * of it counts before the last step; so a round that fails is repeated from where it began, over what it wrote.
 */
final class StreamWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StreamWriter.class);

    /** What one stream may write in a round, so that the others are not kept waiting. */
    private static final long ROUND_BYTES_MAX = 4 << 20;

    private final StreamLog log;
    private final LogFiles files;
    private final boolean syncs;
    private final ArrayDeque<StreamAppend> pending = new ArrayDeque<>();

    /** The last segment, while it takes more; null until the first write. */
    private LogFile file;
    /** The last segment takes no more. */
    private boolean sealed;
    /** Of the pending ones, how many this round wrote, and how far the segment reaches with them. */
    private int written;

    private StreamSegment.Extent writtenExtent;
    private boolean begunSegment;

    StreamWriter(StreamLog log, LogFiles files, boolean syncs, boolean sealed) {
        this.log = log;
        this.files = files;
        this.syncs = syncs;
        this.sealed = sealed;
    }

    void add(StreamAppend append) {
        pending.add(append);
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    /** Writes a round's share of what is pending. */
    void write(ChunkEncoder encoder, Chunk chunk, long now) throws IOException {
        written = 0;
        openSegment(encoder);
        StreamSegment segment = last();
        StreamSegment.Extent extent = segment.extent();
        encoder.continueAt(file, extent.bytes());
        long timestamp = Math.max(now, lastTimestamp());
        long bytesMax = Math.min(ROUND_BYTES_MAX, log.limits().segmentBytes() - extent.bytes());
        chunk.begin(extent.end(), timestamp);
        long next = extent.end();
        for (StreamAppend append : pending) {
            append.prepare(next);
            next += append.count();
            for (int i = 0; i < append.count(); i++) {
                if (!chunk.add(append, i)) {
                    extent = write(encoder, chunk, segment, extent);
                    chunk.begin(extent.end(), timestamp);
                    boolean unused = chunk.add(append, i);
                }
            }
            written++;
            if (encoder.position() + chunk.bytes() - segment.extent().bytes() >= bytesMax) {
                break;
            }
        }
        writtenExtent = write(encoder, chunk, segment, extent);
        chunk.begin(0, 0);
        encoder.flush();
    }

    private StreamSegment.Extent write(
            ChunkEncoder encoder, Chunk chunk, StreamSegment segment, StreamSegment.Extent extent) throws IOException {
        chunk.complete(log.limits().filterBytes());
        encoder.chunk(segment, chunk);
        return extent.with(extent.bytes(), chunk.bytes(), chunk.firstOffset(), chunk.count(), chunk.timestamp());
    }

    /** @throws SyncFailedException when it cannot be told any more what is on the disk */
    void force() throws SyncFailedException {
        force(file);
    }

    private void force(LogFile written) throws SyncFailedException {
        if (!syncs) {
            return;
        }
        try {
            written.force();
        } catch (IOException e) {
            throw new SyncFailedException(e);
        }
    }

    /** What was written is durable: readers may have it, publishers are told. */
    void commit() {
        last().extent(writtenExtent);
        List<StreamAppend> committed = new ArrayList<>(written);
        for (int i = 0; i < written; i++) {
            committed.add(pending.remove());
        }
        written = 0;
        log.committed(Collections.unmodifiableList(committed));
    }

    /** Whether it has begun a segment since the last call: the time to see whether old ones may go. */
    boolean tookNewSegment() {
        boolean took = begunSegment;
        begunSegment = false;
        return took;
    }

    private StreamSegment last() {
        return log.segments().get(log.segments().size() - 1);
    }

    private long lastTimestamp() {
        List<StreamSegment> segments = log.segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            StreamSegment.Extent extent = segments.get(i).extent();
            if (!extent.isEmpty()) {
                return extent.lastTimestamp();
            }
        }
        return 0;
    }

    private void openSegment(ChunkEncoder encoder) throws IOException {
        if (file == null && !sealed && !log.segments().isEmpty()) {
            file = files.open(last().name());
        }
        if (file != null && isFull(last().extent())) {
            seal(encoder);
        }
        if (file == null) {
            create(encoder);
        }
    }

    private boolean isFull(StreamSegment.Extent extent) {
        return extent.bytes() >= log.limits().segmentBytes() && !extent.isEmpty();
    }

    /** Everything in the segment is durable; what a failed round left behind it is overwritten. */
    private void seal(ChunkEncoder encoder) throws IOException {
        StreamSegment segment = last();
        file.truncate(segment.extent().bytes());
        encoder.continueAt(file, segment.extent().bytes());
        encoder.footer(segment);
        force();
        sealed = true;
        LogFile full = file;
        file = null;
        full.close();
    }

    /** The name and the header of a segment are durable before its first chunk is written. */
    private void create(ChunkEncoder encoder) throws IOException {
        long firstOffset = log.end();
        String name = SegmentFormat.fileName(log.id(), firstOffset);
        long salt = log.newSalt();
        LogFile created = files.create(name);
        try {
            encoder.continueAt(created, 0);
            encoder.fileHeader(log.id(), firstOffset, salt);
            encoder.flush();
            force(created);
            if (syncs) {
                forceNames();
            }
        } catch (IOException e) {
            created.close();
            files.delete(name);
            throw e;
        }
        List<StreamSegment> segments = new ArrayList<>(log.segments());
        segments.add(new StreamSegment(name, firstOffset, salt, StreamSegment.Extent.empty(firstOffset)));
        log.segments(segments);
        file = created;
        sealed = false;
        begunSegment = true;
    }

    private void forceNames() throws SyncFailedException {
        try {
            files.forceDirectory();
        } catch (IOException e) {
            throw new SyncFailedException(e);
        }
    }

    /** Gives up the oldest segments that the limits do not allow, but never the last one. */
    void retain(long now) {
        StreamLimits limits = log.limits();
        if (limits.isUnlimited()) {
            return;
        }
        List<StreamSegment> kept = new ArrayList<>(log.segments());
        List<StreamSegment> gone = new ArrayList<>();
        long bytes = log.bytes();
        while (kept.size() > 1) {
            StreamSegment.Extent oldest = kept.get(0).extent();
            boolean tooOld =
                    limits.maxAgeMillis() != StreamLimits.NONE && oldest.lastTimestamp() < now - limits.maxAgeMillis();
            if (bytes <= limits.maxBytes() && !tooOld) {
                break;
            }
            bytes -= oldest.bytes();
            gone.add(kept.remove(0));
        }
        if (!gone.isEmpty()) {
            log.segments(kept);
            gone.forEach(this::delete);
        }
    }

    private void delete(StreamSegment segment) {
        try {
            files.delete(segment.name());
        } catch (IOException e) {
            LOG.warn("{} is not needed any more and cannot be deleted: {}", segment.name(), e.toString());
        }
    }

    /** The stream is deleted. */
    void deleteAll() {
        pending.clear();
        close();
        log.segments().forEach(this::delete);
    }

    void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{} cannot be closed: {}", last().name(), e.toString());
        }
        file = null;
    }
}
