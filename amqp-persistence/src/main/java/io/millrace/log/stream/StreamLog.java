package io.millrace.log.stream;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One stream. Any thread may call; nothing blocks. What is asked for is done in the order of the calls. */
public final class StreamLog {
    static final long NOWHERE = -1;

    private final StreamLogs logs;
    private final int id;
    private final StreamWriter writer;
    private final OffsetFile offsets;
    private final Map<String, Long> storedOffsets;
    private volatile StreamLimits limits;
    private volatile StreamListener listener = (appends, end) -> {};
    private volatile List<StreamSegment> segments;
    private volatile boolean deleted;

    /** @param sealed whether the last of the segments takes no more */
    StreamLog(
            StreamLogs logs,
            int id,
            StreamLimits limits,
            List<StreamSegment> segments,
            boolean sealed,
            OffsetFile offsets) {
        this.logs = logs;
        this.id = id;
        this.limits = limits;
        this.segments = List.copyOf(segments);
        this.writer = new StreamWriter(this, logs.files(), logs.syncs(), sealed);
        this.offsets = offsets;
        this.storedOffsets = new LinkedHashMap<>(offsets.offsets());
    }

    int id() {
        return id;
    }

    /** Who hears from now on what has become durable. */
    public void listener(StreamListener newListener) {
        listener = requireNonNull(newListener, "listener is null");
    }

    /** Appends messages; the listener hears when they are durable. */
    public void append(StreamAppend append) {
        logs.append(this, append);
    }

    /** Fetches messages that are durable. */
    public void read(StreamRead read) {
        logs.read(this, read);
    }

    /** How far named readers had come when the stream was opened, the one that was heard of longest ago first. */
    public Map<String, Long> storedOffsets() {
        return storedOffsets;
    }

    /**
     * Stores how far a reader has come. A kill does not cost what was stored before it, a power failure may cost the
     * last second.
     *
     * @param reader of at most 255 octets
     */
    public void storeOffset(String reader, long offset) {
        logs.readerAt(this, reader, offset);
    }

    /** Nobody asks for this reader's place again. */
    public void forgetOffset(String reader) {
        logs.readerAt(this, reader, NOWHERE);
    }

    /** Keeps it in another way from now on. */
    public void limits(StreamLimits newLimits) {
        limits = requireNonNull(newLimits, "limits is null");
        retain();
    }

    /** Gives up the oldest segments as the limits say. This happens by itself when a segment is full. */
    public void retain() {
        logs.retain(this);
    }

    /** Ends it with all that it holds. What is not durable yet never will be. */
    public void delete() {
        deleted = true;
        logs.delete(this);
    }

    /** The oldest message that is left; {@link #end} when there is none. */
    public long firstOffset() {
        List<StreamSegment> current = segments;
        return current.isEmpty() ? 0 : current.get(0).firstOffset();
    }

    /** The offset behind the last message that is durable. */
    public long end() {
        List<StreamSegment> current = segments;
        return current.isEmpty() ? 0 : current.get(current.size() - 1).extent().end();
    }

    /** Octets on the disk. */
    public long bytes() {
        long bytes = 0;
        for (StreamSegment segment : segments) {
            bytes += segment.extent().bytes();
        }
        return bytes;
    }

    /** How it is kept. */
    public StreamLimits limits() {
        return limits;
    }

    List<StreamSegment> segments() {
        return segments;
    }

    void segments(List<StreamSegment> newSegments) {
        segments = List.copyOf(newSegments);
    }

    boolean isDeleted() {
        return deleted;
    }

    OffsetFile offsets() {
        return offsets;
    }

    StreamWriter writer() {
        return writer;
    }

    long now() {
        return logs.now();
    }

    long newSalt() {
        return logs.newSalt();
    }

    void committed(List<StreamAppend> appends) {
        listener.committed(appends, end());
    }
}
