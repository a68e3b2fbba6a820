package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Encodes records into one direct buffer and writes it at the right place of the current file. A record that is larger
 * than the buffer passes through it in pieces; the CRC at its end goes along. {@link RecordScanner} is the other side.
 */
final class RecordEncoder implements ContentSink {
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();

    private LogFile file;
    private long fileNumber;
    /** Where in the file the buffer begins. */
    private long bufferOffset;

    private long recordOffset;
    private int payloadLength;
    /** From where on the buffer is not in the CRC of the current record yet. */
    private int crcFrom;

    private long records;
    private long bytesWritten;

    RecordEncoder(int bufferBytes) {
        buffer = ByteBuffer.allocateDirect(bufferBytes);
    }

    /** Goes on in this file at this offset. What was encoded before must have been flushed. */
    void continueAt(LogFile newFile, long number, long offset) {
        assert buffer.position() == 0 : "unflushed octets";
        file = newFile;
        fileNumber = number;
        bufferOffset = offset;
    }

    /** Forgets what was encoded and not written, after a failure. */
    void discard() {
        buffer.clear();
    }

    /** The offset of the next record. */
    long offset() {
        return bufferOffset + buffer.position();
    }

    long records() {
        return records;
    }

    long bytesWritten() {
        return bytesWritten;
    }

    /** Encodes the header of the current file, of the kind that the magic number says. */
    void fileHeader(long magic) throws IOException {
        fileHeader(magic, RecordFormat.VERSION);
    }

    void fileHeader(long magic, int version) throws IOException {
        makeRoom(RecordFormat.FILE_HEADER_BYTES);
        int start = buffer.position();
        buffer.putLong(magic);
        buffer.putInt(version).putInt(0);
        buffer.putLong(fileNumber);
        crc.reset();
        crcFrom = start;
        updateCrc();
        buffer.putInt((int) crc.getValue()).putInt(0);
    }

    /** Begins a record; exactly {@code length} octets of payload must follow, and then {@link #end}. */
    void begin(int type, int queueId, int length) throws IOException {
        makeRoom(RecordFormat.recordBytes(length));
        recordOffset = offset();
        payloadLength = length;
        crc.reset();
        crcFrom = buffer.position();
        buffer.putInt(length);
        buffer.putInt(RecordFormat.typeAndCheck(type, length, queueId, fileNumber, recordOffset));
        buffer.putInt(queueId);
    }

    void end() {
        long given = offset() - recordOffset - RecordFormat.RECORD_HEAD_BYTES;
        if (given != payloadLength) {
            throw new IllegalStateException("record of " + given + " octets (announced: " + payloadLength + ")");
        }
        room(RecordFormat.RECORD_CRC_BYTES);
        updateCrc();
        buffer.putInt((int) crc.getValue() ^ RecordFormat.place(fileNumber, recordOffset));
        crcFrom = buffer.position();
        int padding = (int) -offset() & (RecordFormat.ALIGNMENT - 1);
        room(padding);
        for (int i = 0; i < padding; i++) {
            buffer.put((byte) 0);
        }
        records++;
    }

    /** Writes what was encoded, at once. */
    void flush() throws IOException {
        int length = buffer.position();
        if (length == 0) {
            return;
        }
        buffer.flip();
        file.write(buffer, bufferOffset);
        buffer.clear();
        bufferOffset += length;
        bytesWritten += length;
    }

    @Override
    public void put(byte b) {
        room(1);
        buffer.put(b);
    }

    @Override
    public void putShort(int v) {
        room(2);
        buffer.putShort((short) v);
    }

    @Override
    public void putInt(int v) {
        room(4);
        buffer.putInt(v);
    }

    @Override
    public void putLong(long v) {
        room(8);
        buffer.putLong(v);
    }

    @Override
    public void put(byte[] a, int offset, int length) {
        int done = 0;
        while (length - done > buffer.remaining()) {
            int piece = buffer.remaining();
            buffer.put(a, offset + done, piece);
            done += piece;
            room(1);
        }
        buffer.put(a, offset + done, length - done);
    }

    /** Between records: a record that fits the buffer is never cut. */
    private void makeRoom(long length) throws IOException {
        if (buffer.remaining() < Math.min(length, buffer.capacity())) {
            flush();
        }
    }

    /** Within a record: does nothing unless the record is larger than the buffer. */
    private void room(int length) {
        if (buffer.remaining() < length) {
            updateCrc();
            try {
                flush();
            } catch (IOException e) {
                // Passes through StoredContent.writeTo, which knows nothing of files; LogWriter unwraps it.
                throw new UncheckedIOException(e);
            }
            crcFrom = 0;
        }
    }

    private void updateCrc() {
        int end = buffer.position();
        buffer.limit(end).position(crcFrom);
        crc.update(buffer);
        buffer.limit(buffer.capacity());
        crcFrom = end;
    }
}
