package io.millrace.log.stream;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Walks over the chunks of a segment, reading ahead in large blocks. Belongs to one thread; used for one file after the
 * other.
 */
final class ChunkReader {
    private static final int BLOCK_BYTES = 256 << 10;
    /** A larger array for the entries of a chunk is not kept. */
    private static final int KEPT_BYTES_MAX = 1 << 20;

    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private final CRC32C crc = new CRC32C();
    private byte[] entries = new byte[BLOCK_BYTES];

    private LogFile file;
    private long salt;
    private long limit;
    /** Where the block begins in the file. */
    private long blockPosition;

    private long position;
    private int entriesLength;
    private long firstOffset;
    private long timestamp;
    private int count;
    private byte[] filter;
    private boolean hasUnfiltered;

    /**
     * Goes to a chunk of a segment.
     *
     * @param newLimit where the segment ends
     */
    void open(LogFile newFile, long newSalt, long newPosition, long newLimit) {
        file = newFile;
        salt = newSalt;
        position = newPosition;
        limit = newLimit;
        blockPosition = 0;
        block.limit(0);
    }

    /** Where the current chunk is. */
    long position() {
        return position;
    }

    long bytes() {
        return SegmentFormat.chunkBytes(filter.length, entriesLength);
    }

    long firstOffset() {
        return firstOffset;
    }

    /** The offset behind the chunk's last message. */
    long end() {
        return firstOffset + count;
    }

    int count() {
        return count;
    }

    long timestamp() {
        return timestamp;
    }

    byte[] filter() {
        return filter;
    }

    boolean hasUnfiltered() {
        return hasUnfiltered;
    }

    /** Behind the current chunk. */
    void skip() {
        position += bytes();
    }

    boolean atLimit() {
        return position >= limit;
    }

    /** Reads the header of the chunk at the position; false when there is no valid one. */
    boolean readHeader() throws IOException {
        if (!load(position, SegmentFormat.CHUNK_HEADER_BYTES)) {
            return false;
        }
        int at = (int) (position - blockPosition);
        if (block.getInt(at) != SegmentFormat.CHUNK_MAGIC) {
            return false;
        }
        SegmentFormat.salt(crc, salt);
        crc.update(block.duplicate().position(at).limit(at + SegmentFormat.CHUNK_HEADER_CRC_AT));
        if (block.getInt(at + SegmentFormat.CHUNK_HEADER_CRC_AT) != (int) crc.getValue()) {
            return false;
        }
        entriesLength = block.getInt(at + 4);
        firstOffset = block.getLong(at + 8);
        timestamp = block.getLong(at + 16);
        count = block.getInt(at + 24);
        int filterLength = block.get(at + 28) & 0xff;
        hasUnfiltered = block.get(at + 29) != 0;
        if (position + SegmentFormat.chunkBytes(filterLength, entriesLength) > limit) {
            return false;
        }
        filter = new byte[filterLength];
        return readFully(position + SegmentFormat.CHUNK_HEADER_BYTES, filter, filterLength);
    }

    /** Goes on to the next valid header behind the position, past whatever is damaged; false when there is none. */
    boolean findHeader() throws IOException {
        for (position += SegmentFormat.ALIGNMENT; position < limit; position += SegmentFormat.ALIGNMENT) {
            if (readHeader()) {
                return true;
            }
        }
        return false;
    }

    /** Reads the entries of the current chunk; false when they are damaged. */
    boolean readEntries() throws IOException {
        if (entries.length < entriesLength || entries.length > KEPT_BYTES_MAX) {
            entries = new byte[Math.max(BLOCK_BYTES, entriesLength)];
        }
        long from = position + SegmentFormat.CHUNK_HEADER_BYTES + filter.length;
        byte[] sum = new byte[SegmentFormat.CRC_BYTES];
        if (!readFully(from, entries, entriesLength) || !readFully(from + entriesLength, sum, sum.length)) {
            return false;
        }
        SegmentFormat.salt(crc, salt);
        crc.update(filter);
        crc.update(entries, 0, entriesLength);
        return ByteBuffer.wrap(sum).getInt() == (int) crc.getValue();
    }

    /** Takes the entries one by one. */
    interface EntryVisitor {
        /**
         * @param filterLength negative when the message has no filter value
         * @param contentAt behind the filter value
         */
        void entry(long offset, byte[] array, int filterAt, int filterLength, int contentAt, int contentLength);
    }

    /** Gives the entries that {@link #readEntries} read. */
    void visit(EntryVisitor visitor) {
        ByteBuffer in = ByteBuffer.wrap(entries, 0, entriesLength);
        for (int i = 0; i < count; i++) {
            int contentLength = in.getInt();
            int filterLength = in.getShort() & 0xffff;
            int filterAt = in.position();
            boolean unfiltered = filterLength == SegmentFormat.NO_FILTER_VALUE;
            int contentAt = filterAt + (unfiltered ? 0 : filterLength);
            visitor.entry(firstOffset + i, entries, filterAt, unfiltered ? -1 : filterLength, contentAt, contentLength);
            in.position(contentAt + contentLength);
        }
    }

    private boolean readFully(long from, byte[] target, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!load(from + done, 1)) {
                return false;
            }
            int at = (int) (from + done - blockPosition);
            int n = Math.min(length - done, block.limit() - at);
            block.duplicate().position(at).get(target, done, n);
            done += n;
        }
        return true;
    }

    /** Has so many octets from there on in the block; false when the segment ends before. */
    private boolean load(long from, int length) throws IOException {
        if (from >= blockPosition && from + length <= blockPosition + block.limit()) {
            return true;
        }
        if (from + length > limit) {
            return false;
        }
        block.clear();
        block.limit((int) Math.min(block.capacity(), limit - from));
        int n = file.read(block, from);
        blockPosition = from;
        block.position(0).limit(n);
        return n >= length;
    }
}
