package io.millrace.log.stream;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import io.millrace.log.files.SalvagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what is in the segments that an earlier run left. Belongs to the thread that opens the streams. */
final class SegmentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

    private final LogFiles files;
    private final ChunkReader reader = new ChunkReader();

    SegmentFiles(LogFiles files) {
        this.files = files;
    }

    /**
     * Opens a segment.
     *
     * @param last whether it may have a torn end, which is cut off
     * @return the segment; null when it cannot be told what it holds, and then the file is kept under another name
     * @throws IOException when the file is of another version, or cannot be cut
     */
    StreamSegment recover(String name, int id, boolean last) throws IOException {
        LogFile opened;
        try {
            opened = files.open(name);
        } catch (IOException e) {
            LOG.error("{} cannot be opened: {}", name, e.toString());
            return null;
        }
        try (SalvagedFile file = new SalvagedFile(opened)) {
            long size = file.size();
            ByteBuffer header = read(file, 0, SegmentFormat.FILE_HEADER_BYTES);
            if (header == null || !isHeader(header, name, id)) {
                return null;
            }
            long firstOffset = header.getLong(16);
            long salt = header.getLong(24);
            StreamSegment.Extent sealed = footer(file, size, salt);
            if (sealed != null) {
                return new StreamSegment(name, firstOffset, salt, sealed);
            }
            StreamSegment.Extent extent = scan(file, name, size, firstOffset, salt);
            if (file.hasUnreadable()) {
                LOG.error("{} is damaged at {}: {}", name, file.unreadableFrom(), file.complaint());
                // Nothing is cut off, and so nothing is appended to it.
                return last && extent.isEmpty() ? null : new StreamSegment(name, firstOffset, salt, extent);
            }
            if (last && extent.bytes() < size) {
                file.truncate(extent.bytes());
                file.force();
                LOG.info("Cut {} octets that were never confirmed off the end of {}", size - extent.bytes(), name);
            }
            return new StreamSegment(name, firstOffset, salt, extent);
        }
    }

    /** Whether a segment was closed with a footer, so that it takes no more. */
    boolean isSealed(StreamSegment segment) throws IOException {
        try (LogFile file = files.open(segment.name())) {
            return file.size() > segment.extent().bytes();
        }
    }

    /** Whether a segment of this stream begins so; fails when it is of another version. */
    static boolean isHeader(ByteBuffer header, String name, int id) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate().position(0).limit(SegmentFormat.FILE_HEADER_CRC_AT));
        if (header.getLong(0) != SegmentFormat.MAGIC
                || header.getInt(SegmentFormat.FILE_HEADER_CRC_AT) != (int) crc.getValue()) {
            return false;
        }
        int version = header.getInt(8);
        if (version != SegmentFormat.VERSION) {
            throw new IOException(
                    name + " has format version " + version + " (expected: " + SegmentFormat.VERSION + ")");
        }
        return header.getInt(12) == id;
    }

    /** What the footer says; null when there is none. */
    static StreamSegment.Extent footer(LogFile file, long size, long salt) throws IOException {
        long tailAt = size - SegmentFormat.FOOTER_TAIL_BYTES;
        ByteBuffer tail =
                tailAt < SegmentFormat.FILE_HEADER_BYTES ? null : read(file, tailAt, SegmentFormat.FOOTER_TAIL_BYTES);
        if (tail == null || tail.getLong(8) != SegmentFormat.FOOTER_MAGIC) {
            return null;
        }
        int length = tail.getInt(4);
        int summed = length - SegmentFormat.FOOTER_TAIL_BYTES;
        if (summed < SegmentFormat.FOOTER_HEAD_BYTES || size - length < SegmentFormat.FILE_HEADER_BYTES) {
            return null;
        }
        ByteBuffer footer = read(file, size - length, summed);
        CRC32C crc = SegmentFormat.salted(salt);
        crc.update(footer.duplicate());
        if ((int) crc.getValue() != tail.getInt(0)) {
            return null;
        }
        int entries = footer.getInt(0);
        long[] fields = new long[entries * SegmentFormat.FOOTER_ENTRY_BYTES / Long.BYTES];
        footer.position(SegmentFormat.FOOTER_HEAD_BYTES).asLongBuffer().get(fields);
        return new StreamSegment.Extent(
                size - length, footer.getLong(8), footer.getLong(16), footer.getLong(24), new SegmentIndex(fields));
    }

    /** Reads all chunks; what is behind the last valid one does not count. */
    private StreamSegment.Extent scan(LogFile file, String name, long size, long firstOffset, long salt)
            throws IOException {
        StreamSegment.Extent extent = StreamSegment.Extent.empty(firstOffset);
        reader.open(file, salt, extent.bytes(), size);
        boolean found = reader.readHeader() || reader.findHeader();
        while (found) {
            if (reader.firstOffset() >= extent.end() && reader.readEntries()) {
                if (reader.position() > extent.bytes()) {
                    LOG.error("{} is damaged between {} and {}", name, extent.bytes(), reader.position());
                }
                extent = extent.with(
                        reader.position(), reader.bytes(), reader.firstOffset(), reader.count(), reader.timestamp());
            }
            reader.skip();
            found = !reader.atLimit() && (reader.readHeader() || reader.findHeader());
        }
        return extent;
    }

    /** Null when the file is shorter. */
    static ByteBuffer read(LogFile file, long position, int length) throws IOException {
        ByteBuffer octets = ByteBuffer.allocateDirect(length);
        return file.read(octets, position) < length ? null : octets.flip();
    }
}
