package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.SalvagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the records of one file, believing nothing that its checksum does not confirm. A cursor: what it says of a
 * record is valid until it moves. What the disk cannot read is like damage, see {@link SalvagedFile}.
 * {@link RecordEncoder} is the other side.
 */
final class RecordScanner {
    static final long NONE = -1;

    private final SalvagedFile file;
    private final long fileNumber;
    private final long fileSize;
    /** A piece of the file, and the offset of its first octet; empty: nothing is loaded. */
    private final ByteBuffer window;

    private long windowOffset;
    private final CRC32C crc = new CRC32C();

    private long position = RecordFormat.FILE_HEADER_BYTES;
    private long gapFrom = NONE;

    private long offset;
    private int type;
    private int queueId;
    private int payloadLength;

    /** @param window a direct buffer of at least 64 octets, used by nobody else */
    RecordScanner(LogFile file, WalFile wal, ByteBuffer window) {
        this(file, wal.number, wal.size, window);
    }

    /** Of a file with this number, up to this size in octets. */
    RecordScanner(LogFile file, long number, long size, ByteBuffer window) {
        this.file = new SalvagedFile(file);
        this.fileNumber = number;
        this.fileSize = size;
        this.window = window.clear().limit(0);
    }

    /** Goes on at this offset, where a record begins. */
    void moveTo(long at) {
        position = at;
    }

    /** What a file begins with. */
    enum Header {
        VALID,
        DAMAGED,
        OTHER_VERSION
    }

    /** @param magic what kind of file it should be, of the version that all kinds of files but one have */
    Header header(long magic) throws IOException {
        return header(magic, RecordFormat.VERSION);
    }

    /**
     * @param magic what kind of file it should be
     * @param expected its version
     */
    Header header(long magic, int expected) throws IOException {
        if (!load(0, RecordFormat.FILE_HEADER_BYTES) || window.getLong(index(0)) != magic) {
            return Header.DAMAGED;
        }
        int version = version();
        if (version != expected) {
            // There is no version 0: that is a new file whose header was torn behind the magic number.
            return version == 0 ? Header.DAMAGED : Header.OTHER_VERSION;
        }
        crc.reset();
        update(0, RecordFormat.FILE_HEADER_CRC_AT);
        boolean valid = window.getInt(index(RecordFormat.FILE_HEADER_CRC_AT)) == (int) crc.getValue()
                && window.getLong(index(16)) == fileNumber;
        return valid ? Header.VALID : Header.DAMAGED;
    }

    /** The format version that the header names. */
    int version() throws IOException {
        return load(8, 4) ? window.getInt(index(8)) : 0;
    }

    /**
     * Moves to the next valid record, over what is not one; false when there is none, and then {@link #position} is
     * behind the last valid one.
     */
    boolean next() throws IOException {
        gapFrom = NONE;
        if (readAt(position)) {
            position += RecordFormat.recordBytes(payloadLength);
            return true;
        }
        long found = resynchronise(position);
        if (found == NONE) {
            return false;
        }
        gapFrom = position;
        position = found + RecordFormat.recordBytes(payloadLength);
        return true;
    }

    /** Behind the current record. */
    long position() {
        return position;
    }

    /** Where the octets in front of the current record begin that are no valid record, or {@link #NONE}. */
    long gapFrom() {
        return gapFrom;
    }

    /** Whether the disk could not read some of what was to be looked at; {@link #salvage} knows more. */
    boolean hasUnreadable() {
        return file.hasUnreadable();
    }

    /** What is known of that. */
    SalvagedFile salvage() {
        return file;
    }

    long offset() {
        return offset;
    }

    int type() {
        return type;
    }

    int queueId() {
        return queueId;
    }

    int payloadLength() {
        return payloadLength;
    }

    /** @throws UnreadableException if the disk cannot read again what it has read before; so for all of the payload */
    long payloadLong(int at) throws IOException {
        requireLoaded(offset + RecordFormat.RECORD_HEAD_BYTES + at, 8);
        return window.getLong(index(offset + RecordFormat.RECORD_HEAD_BYTES + at));
    }

    int payloadInt(int at) throws IOException {
        requireLoaded(offset + RecordFormat.RECORD_HEAD_BYTES + at, 4);
        return window.getInt(index(offset + RecordFormat.RECORD_HEAD_BYTES + at));
    }

    /** The content of a PUBLISH or a MOVED. */
    byte[] content() throws IOException {
        int before = type == RecordFormat.MOVED ? RecordFormat.MOVED_BYTES : RecordFormat.SEQUENCE_BYTES;
        byte[] content = new byte[payloadLength - before];
        long from = offset + RecordFormat.RECORD_HEAD_BYTES + before;
        int done = 0;
        while (done < content.length) {
            requireLoaded(from + done, 1);
            int start = index(from + done);
            int piece = Math.min(content.length - done, window.limit() - start);
            window.get(start, content, done, piece);
            done += piece;
        }
        return content;
    }

    /**
     * Whether there is a valid record at this offset; if so it is the current one. Leaves {@link #next} where it was.
     */
    boolean readAt(long at) throws IOException {
        if (!readHead(at)) {
            return false;
        }
        int covered = RecordFormat.RECORD_HEAD_BYTES + payloadLength;
        crc.reset();
        if (!update(at, covered) || !load(at + covered, RecordFormat.RECORD_CRC_BYTES)) {
            return false;
        }
        int expected = (int) crc.getValue() ^ RecordFormat.place(fileNumber, at);
        return window.getInt(index(at + covered)) == expected;
    }

    /** Whether a PUBLISH is at this offset, which a REFERENCE names. */
    boolean isPublishAt(long at) throws IOException {
        return at >= RecordFormat.FILE_HEADER_BYTES && readAt(at) && type == RecordFormat.PUBLISH;
    }

    /** Whether a message entered a queue of the write-ahead log. */
    boolean isMessage() {
        return type == RecordFormat.PUBLISH || type == RecordFormat.REFERENCE || type == RecordFormat.MOVED;
    }

    private boolean readHead(long at) throws IOException {
        if (at + RecordFormat.END_BYTES > fileSize || !load(at, RecordFormat.RECORD_HEAD_BYTES)) {
            return false;
        }
        int start = index(at);
        int length = window.getInt(start);
        int typeAndCheck = window.getInt(start + 4);
        int queue = window.getInt(start + 8);
        int found = typeAndCheck >>> 24;
        if (!RecordFormat.isType(found)
                || length < 0
                || at + RecordFormat.recordBytes(length) > fileSize
                || typeAndCheck != RecordFormat.typeAndCheck(found, length, queue, fileNumber, at)) {
            return false;
        }
        offset = at;
        type = found;
        queueId = queue;
        payloadLength = length;
        return true;
    }

    /**
     * Steps over records with a good head and a damaged payload, without looking into the payload (a message may look
     * like anything), and tries every possible offset from the first damaged head on.
     */
    private long resynchronise(long from) throws IOException {
        long at = from;
        while (readHead(at)) {
            at += RecordFormat.recordBytes(payloadLength);
            if (readAt(at)) {
                return at;
            }
        }
        for (at = nextCandidate(at); at != NONE; at = nextCandidate(at + RecordFormat.ALIGNMENT)) {
            if (readAt(at)) {
                return at;
            }
        }
        return NONE;
    }

    /**
     * The first offset from this one on where the octet of the type says that a record may begin. Most files end with
     * megabytes of zeros, so this looks at nothing else.
     */
    private long nextCandidate(long from) throws IOException {
        long at = from;
        while (at + RecordFormat.END_BYTES <= fileSize && load(at, Long.BYTES)) {
            int end = window.limit() - Long.BYTES;
            for (int i = index(at); i <= end; i += RecordFormat.ALIGNMENT) {
                if (RecordFormat.isType((int) (window.getLong(i) >>> 24) & 0xff)) {
                    return windowOffset + i;
                }
            }
            at += (end - index(at)) / RecordFormat.ALIGNMENT * RecordFormat.ALIGNMENT + RecordFormat.ALIGNMENT;
        }
        return NONE;
    }

    private boolean update(long from, int length) throws IOException {
        long at = from;
        long end = from + length;
        while (at < end) {
            if (!load(at, 1)) {
                return false;
            }
            int start = index(at);
            int limit = window.limit();
            int stop = (int) Math.min(limit, start + (end - at));
            crc.update(window.limit(stop).position(start));
            window.limit(limit).position(0);
            at += stop - start;
        }
        return true;
    }

    private void requireLoaded(long at, int length) throws IOException {
        if (!load(at, length)) {
            throw new IOException("file ended at " + at + " while it was read (expected: " + fileSize + " octets)");
        }
        long payloadEnd = offset + RecordFormat.RECORD_HEAD_BYTES + payloadLength;
        if (file.isUnreadable(at, Math.min(payloadEnd, windowOffset + window.limit()) - at)) {
            throw new UnreadableException(at, file);
        }
    }

    /** Octets that were read, and checked, cannot be read any more. */
    static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1;

        UnreadableException(long at, SalvagedFile file) {
            super("at " + at + ": " + file.complaint());
        }
    }

    /** Makes sure that these octets are in the window; false if the file ends before. */
    private boolean load(long at, int length) throws IOException {
        if (at >= windowOffset && at + length <= windowOffset + window.limit()) {
            return true;
        }
        window.clear();
        int read = file.read(window, at);
        window.clear().limit(read);
        windowOffset = at;
        return read >= length;
    }

    private int index(long at) {
        return (int) (at - windowOffset);
    }
}
