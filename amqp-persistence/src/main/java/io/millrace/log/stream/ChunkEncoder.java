package io.millrace.log.stream;

import io.millrace.log.ContentSink;
import io.millrace.log.StoredContent;
import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Encodes chunks into one direct buffer, which goes to the file when it is full and at {@link #flush}. Belongs to the
 * writer's thread.
 */
final class ChunkEncoder implements ContentSink {
    private static final int BUFFER_BYTES = 1 << 20;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final CRC32C crc = new CRC32C();
    private LogFile file;
    /** Where in the file the buffer begins. */
    private long bufferPosition;
    /** Where in the buffer what the checksum has not seen begins. */
    private int unsummed;

    /** What is encoded from now on goes there. */
    void continueAt(LogFile newFile, long position) {
        file = newFile;
        bufferPosition = position;
        buffer.clear();
        unsummed = 0;
    }

    /** Where in the file the next octet goes. */
    long position() {
        return bufferPosition + buffer.position();
    }

    void fileHeader(int id, long firstOffset, long salt) {
        buffer.putLong(SegmentFormat.MAGIC);
        buffer.putInt(SegmentFormat.VERSION);
        buffer.putInt(id);
        buffer.putLong(firstOffset);
        buffer.putLong(salt);
        crc.reset();
        sum();
        buffer.putInt((int) crc.getValue());
        buffer.putInt(0);
    }

    /** Encodes a chunk of messages with consecutive offsets. */
    void chunk(StreamSegment segment, Chunk chunk) throws IOException {
        try {
            header(segment.salt(), chunk);
            SegmentFormat.salt(crc, segment.salt());
            unsummed = buffer.position();
            put(chunk.filter(), 0, chunk.filter().length);
            for (int i = 0; i < chunk.count(); i++) {
                entry(chunk.append(i), chunk.index(i));
            }
            ensure(SegmentFormat.CRC_BYTES + SegmentFormat.ALIGNMENT);
            sum();
            buffer.putInt((int) crc.getValue());
            while (position() % SegmentFormat.ALIGNMENT != 0) {
                buffer.put((byte) 0);
            }
            unsummed = buffer.position();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void header(long salt, Chunk chunk) {
        ensure(SegmentFormat.CHUNK_HEADER_BYTES);
        SegmentFormat.salt(crc, salt);
        unsummed = buffer.position();
        buffer.putInt(SegmentFormat.CHUNK_MAGIC);
        buffer.putInt(chunk.entriesLength());
        buffer.putLong(chunk.firstOffset());
        buffer.putLong(chunk.timestamp());
        buffer.putInt(chunk.count());
        buffer.put((byte) chunk.filter().length);
        buffer.put((byte) (chunk.hasUnfiltered() ? 1 : 0));
        buffer.putShort((short) 0);
        sum();
        buffer.putInt((int) crc.getValue());
    }

    private void entry(StreamAppend append, int index) {
        StoredContent content = append.content(index);
        byte[] filterValue = append.filterValue(index);
        putInt(content.size());
        putShort(filterValue == null ? SegmentFormat.NO_FILTER_VALUE : filterValue.length);
        if (filterValue != null) {
            put(filterValue, 0, filterValue.length);
        }
        long before = position();
        content.writeTo(this);
        long written = position() - before;
        if (written != content.size()) {
            throw new IllegalStateException(
                    "a content wrote " + written + " octets (expected: " + content.size() + ")");
        }
    }

    /** Encodes the footer of a segment. */
    void footer(StreamSegment segment) throws IOException {
        StreamSegment.Extent extent = segment.extent();
        SegmentIndex index = extent.index();
        try {
            SegmentFormat.salt(crc, segment.salt());
            unsummed = buffer.position();
            putInt(index.size());
            putInt(0);
            putLong(extent.end());
            putLong(extent.lastChunk());
            putLong(extent.lastTimestamp());
            for (int i = 0; i < index.size(); i++) {
                putLong(index.offset(i));
                putLong(index.timestamp(i));
                putLong(index.position(i));
            }
            ensure(SegmentFormat.FOOTER_TAIL_BYTES);
            sum();
            buffer.putInt((int) crc.getValue());
            buffer.putInt(SegmentFormat.FOOTER_HEAD_BYTES
                    + index.size() * SegmentFormat.FOOTER_ENTRY_BYTES
                    + SegmentFormat.FOOTER_TAIL_BYTES);
            buffer.putLong(SegmentFormat.FOOTER_MAGIC);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        flush();
    }

    /** Writes what is in the buffer. */
    void flush() throws IOException {
        sum();
        buffer.flip();
        int length = buffer.limit();
        try {
            file.write(buffer, bufferPosition);
            bufferPosition += length;
        } finally {
            buffer.clear();
            unsummed = 0;
        }
    }

    /** Has the checksum see all that is in the buffer. */
    private void sum() {
        int end = buffer.position();
        crc.update(buffer.duplicate().position(unsummed).limit(end));
        unsummed = end;
    }

    private void ensure(int octets) {
        if (buffer.remaining() < octets) {
            try {
                flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void put(byte b) {
        ensure(Byte.BYTES);
        buffer.put(b);
    }

    @Override
    public void putShort(int v) {
        ensure(Short.BYTES);
        buffer.putShort((short) v);
    }

    @Override
    public void putInt(int v) {
        ensure(Integer.BYTES);
        buffer.putInt(v);
    }

    @Override
    public void putLong(long v) {
        ensure(Long.BYTES);
        buffer.putLong(v);
    }

    @Override
    public void put(byte[] a, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            ensure(1);
            int n = Math.min(end - at, buffer.remaining());
            buffer.put(a, at, n);
            at += n;
        }
    }
}
