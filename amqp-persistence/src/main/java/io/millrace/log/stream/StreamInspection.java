package io.millrace.log.stream;

import io.millrace.log.LogInspection;
import io.millrace.log.files.LogFiles;
import io.millrace.log.files.SalvagedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Reads every chunk of streams that no broker has open, and changes nothing. What it says of a directory is what a
 * start would make of it; unlike that it reads segments that were closed as well.
 */
public final class StreamInspection {
    private static final String CHUNK = "chunk";
    private static final long UNKNOWN = -1;

    private final LogFiles files;
    private final LogInspection.Listener listener;
    private final ChunkReader reader = new ChunkReader();
    private final Map<Integer, Long> messages = new TreeMap<>();
    private int segments;
    private long chunks;
    /** The offset behind what the current stream's files had so far. */
    private long end;

    private StreamInspection(LogFiles files, LogInspection.Listener listener) {
        this.files = files;
        this.listener = listener;
    }

    /**
     * What there is.
     *
     * @param segments segment files, including those that a start would remove
     * @param chunks valid chunks in all of them
     * @param messages how many messages a start would find, by stream
     */
    public record Summary(int segments, long chunks, Map<Integer, Long> messages) {}

    /**
     * Reads it all.
     *
     * @param isLive whether there is a stream with this id
     * @param listener hears of each chunk, by the offsets of its messages, and of damage
     * @throws IOException the directory is in use, cannot be read, or is of another format version
     */
    public static Summary inspect(LogFiles files, IntPredicate isLive, LogInspection.Listener listener)
            throws IOException {
        try (Closeable lock = files.lock()) {
            assert lock != null : "no lock";
            return new StreamInspection(files, listener).run(isLive);
        }
    }

    private Summary run(IntPredicate isLive) throws IOException {
        SortedMap<Integer, TreeSet<String>> byStream = new TreeMap<>();
        for (String name : files.list()) {
            int id = SegmentFormat.idOf(name);
            if (id >= 0) {
                byStream.computeIfAbsent(id, i -> new TreeSet<>()).add(name);
            }
        }
        for (Map.Entry<Integer, TreeSet<String>> stream : byStream.entrySet()) {
            end = UNKNOWN;
            for (String name : stream.getValue()) {
                segments++;
                read(name, stream.getKey(), name.equals(stream.getValue().last()));
            }
        }
        messages.keySet().removeIf(id -> !isLive.test(id));
        return new Summary(segments, chunks, messages);
    }

    /** @param last whether it may have a torn end, which is no damage */
    private void read(String name, int id, boolean last) throws IOException {
        try (SalvagedFile file = new SalvagedFile(files.open(name))) {
            long size = file.size();
            ByteBuffer header = SegmentFiles.read(file, 0, SegmentFormat.FILE_HEADER_BYTES);
            if (header == null || !SegmentFiles.isHeader(header, name, id)) {
                listener.damage(name, 0, "the file header is damaged");
                end = UNKNOWN;
                return;
            }
            long firstOffset = header.getLong(16);
            if (end != UNKNOWN && firstOffset > end) {
                listener.damage(name, 0, "messages " + end + " to " + (firstOffset - 1) + " are missing before it");
            }
            end = firstOffset;
            long salt = header.getLong(24);
            StreamSegment.Extent sealed = SegmentFiles.footer(file, size, salt);
            long limit = sealed == null ? size : sealed.bytes();
            reader.open(file, salt, SegmentFormat.FILE_HEADER_BYTES, limit);
            long readUpTo = readChunks(name, id, limit);
            if (sealed != null && (readUpTo < limit || end < sealed.end())) {
                listener.damage(name, readUpTo, "unreadable up to " + limit);
                end = sealed.end();
            } else if (sealed == null && !last) {
                listener.damage(name, readUpTo, "the end of the file is missing");
            }
            if (file.hasUnreadable()) {
                listener.damage(name, file.unreadableFrom(), file.complaint());
            }
        }
    }

    /** Returns where the last valid chunk ends. */
    private long readChunks(String name, int id, long limit) throws IOException {
        long readUpTo = SegmentFormat.FILE_HEADER_BYTES;
        boolean found = readUpTo < limit && (reader.readHeader() || reader.findHeader());
        while (found) {
            if (reader.firstOffset() >= end && reader.readEntries()) {
                if (reader.position() > readUpTo) {
                    listener.damage(name, readUpTo, "unreadable up to " + reader.position());
                }
                listener.record(
                        name, reader.position(), CHUNK, id, reader.firstOffset(), reader.end() - 1, reader.bytes());
                chunks++;
                messages.merge(id, (long) reader.count(), Long::sum);
                readUpTo = reader.position() + reader.bytes();
                end = reader.end();
            }
            reader.skip();
            found = !reader.atLimit() && (reader.readHeader() || reader.findHeader());
        }
        return readUpTo;
    }
}
