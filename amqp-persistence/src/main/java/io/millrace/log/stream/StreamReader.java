package io.millrace.log.stream;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import io.millrace.log.files.SalvagedFile;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves reads, one after the other. Belongs to the reader's thread. */
final class StreamReader {
    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

    /** A filter may leave out all that is read: after so many octets it is the next reader's turn. */
    private static final long SCAN_BYTES_MAX = 8 << 20;

    private final LogFiles files;
    private final ChunkReader chunks = new ChunkReader();
    private long scanned;

    StreamReader(LogFiles files) {
        this.files = files;
    }

    void read(StreamLog log, StreamRead read) {
        StreamPosition position = read.position();
        scanned = 0;
        if (position.start() != null) {
            position.resolved(resolve(log, position.start()));
        }
        while (!log.isDeleted() && !read.isFull() && scanned < SCAN_BYTES_MAX && position.next() < log.end()) {
            StreamSegment segment = segmentFor(log, position);
            if (segment == null) {
                position.skipTo(log.end());
            } else {
                read(log, segment, read);
            }
        }
        read.done();
    }

    /** The segment with the next message, or with the first one behind it; null when there is none. */
    private static StreamSegment segmentFor(StreamLog log, StreamPosition position) {
        List<StreamSegment> segments = log.segments();
        int index = segments.size() - 1;
        while (index > 0 && segments.get(index).firstOffset() > position.next()) {
            index--;
        }
        while (index < segments.size()
                && position.next() >= segments.get(index).extent().end()) {
            index++;
        }
        if (index >= segments.size()) {
            return null;
        }
        StreamSegment segment = segments.get(index);
        if (segment.firstOffset() > position.next()) {
            position.skipTo(segment.firstOffset());
        }
        return segment;
    }

    private void read(StreamLog log, StreamSegment segment, StreamRead read) {
        StreamPosition position = read.position();
        StreamSegment.Extent extent = segment.extent();
        long from = position.segment() == segment
                ? position.filePosition()
                : extent.index().positionBefore(position.next(), SegmentFormat.FILE_HEADER_BYTES);
        try (LogFile file = new SalvagedFile(files.open(segment.name()))) {
            chunks.open(file, segment.salt(), from, extent.bytes());
            readChunks(segment, extent, read);
        } catch (IOException e) {
            if (log.segments().contains(segment)) {
                LOG.error("{} cannot be read and is left out: {}", segment.name(), e.toString());
            }
            position.skipTo(extent.end());
        }
    }

    private void readChunks(StreamSegment segment, StreamSegment.Extent extent, StreamRead read) throws IOException {
        StreamPosition position = read.position();
        while (!read.isFull() && scanned < SCAN_BYTES_MAX) {
            if (!nextHeader(segment)) {
                position.skipTo(extent.end());
                return;
            }
            scanned += chunks.bytes();
            if (chunks.end() > position.next() && isWanted(read.filter())) {
                give(segment, read);
            }
            chunks.skip();
            position.advance(Math.max(position.next(), chunks.end()), segment, chunks.position());
        }
    }

    private boolean nextHeader(StreamSegment segment) throws IOException {
        if (chunks.atLimit()) {
            return false;
        }
        if (chunks.readHeader()) {
            return true;
        }
        LOG.error("{} is damaged at {}: messages are left out", segment.name(), chunks.position());
        return chunks.findHeader();
    }

    private boolean isWanted(StreamFilter filter) {
        return filter == null || filter.mayMatch(chunks.filter(), chunks.hasUnfiltered());
    }

    private void give(StreamSegment segment, StreamRead read) throws IOException {
        if (!chunks.readEntries()) {
            LOG.error(
                    "{} is damaged at {}: messages {} to {} are left out",
                    segment.name(),
                    chunks.position(),
                    chunks.firstOffset(),
                    chunks.end() - 1);
            return;
        }
        long next = read.position().next();
        StreamFilter filter = read.filter();
        chunks.visit((offset, array, filterAt, filterLength, contentAt, contentLength) -> {
            if (offset >= next
                    && (filter == null
                            || (filterLength < 0
                                    ? filter.matchesUnfiltered()
                                    : filter.matches(array, filterAt, filterLength)))) {
                read.give(offset, array, contentAt, contentLength);
            }
        });
    }

    private long resolve(StreamLog log, StreamStart start) {
        if (start instanceof StreamStart.Offset at) {
            return Math.max(0, at.offset());
        } else if (start instanceof StreamStart.Timestamp time) {
            return notBefore(log, time.millis());
        } else if (start instanceof StreamStart.Age age) {
            return notBefore(log, log.now() - age.millis());
        }
        return start instanceof StreamStart.Last ? lastChunk(log) : log.firstOffset();
    }

    private static long lastChunk(StreamLog log) {
        List<StreamSegment> segments = log.segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            StreamSegment.Extent extent = segments.get(i).extent();
            if (!extent.isEmpty()) {
                return extent.lastChunk();
            }
        }
        return log.end();
    }

    private long notBefore(StreamLog log, long timestamp) {
        for (StreamSegment segment : log.segments()) {
            StreamSegment.Extent extent = segment.extent();
            if (!extent.isEmpty() && extent.lastTimestamp() >= timestamp) {
                return notBefore(segment, extent, timestamp);
            }
        }
        return log.end();
    }

    private long notBefore(StreamSegment segment, StreamSegment.Extent extent, long timestamp) {
        long from = extent.index().positionOlderThan(timestamp, SegmentFormat.FILE_HEADER_BYTES);
        try (LogFile file = new SalvagedFile(files.open(segment.name()))) {
            chunks.open(file, segment.salt(), from, extent.bytes());
            while (nextHeader(segment)) {
                if (chunks.timestamp() >= timestamp) {
                    return chunks.firstOffset();
                }
                chunks.skip();
            }
        } catch (IOException e) {
            LOG.error("{} cannot be read: {}", segment.name(), e.toString());
        }
        return segment.firstOffset();
    }
}
