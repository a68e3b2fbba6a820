package io.millrace.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * A file that is read as far as the disk can read it. When a read fails it is tried again in small pieces; those that
 * fail once more read as zeros, which no checksum takes for anything, and it is known which they are. So a bad sector
 * costs what lies in it, and not the file.
 */
public final class SalvagedFile implements LogFile {
    /** What an operating system reads at least. */
    private static final int PIECE_BYTES = 4096;
    /** With more than 4 MiB of this it is not the sectors that are bad, and each piece may take seconds to fail. */
    private static final int PIECES_MAX = 1024;

    private final LogFile file;
    /** The pieces that could not be read when that was tried last. */
    private final BitSet unreadable = new BitSet();

    private long first;
    private IOException cause;

    public SalvagedFile(LogFile file) {
        this.file = file;
    }

    /** Whether some of what was to be read could not be. */
    public boolean hasUnreadable() {
        return cause != null;
    }

    /** The offset of the first octet that could not be read. */
    public long unreadableFrom() {
        return first;
    }

    /** Whether any of these octets was given as zero, because it could not be read, when it was read last. */
    public boolean isUnreadable(long position, long length) {
        int piece = cause == null ? -1 : unreadable.nextSetBit((int) (position / PIECE_BYTES));
        return piece >= 0 && (long) piece * PIECE_BYTES < position + length;
    }

    /** Why some of it could not be read, for messages. */
    public String complaint() {
        return "the disk cannot read it: " + cause.getMessage();
    }

    /** @throws IOException if too much of the file cannot be read */
    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        try {
            int read = file.read(target, position);
            readable(position, read);
            return read;
        } catch (IOException e) {
            return readPieces(target.position(start), position);
        }
    }

    /** What could not be read before, in pieces, may have been read now. */
    private void readable(long position, int length) {
        if (cause != null && length > 0) {
            unreadable.clear((int) (position / PIECE_BYTES), (int) ((position + length - 1) / PIECE_BYTES) + 1);
        }
    }

    private int readPieces(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        int end = (int) Math.min(target.limit(), start + Math.max(0, file.size() - position));
        int limit = target.limit();
        while (target.position() < end) {
            int from = target.position();
            long at = position + from - start;
            int to = (int) Math.min(end, from + PIECE_BYTES - at % PIECE_BYTES);
            target.limit(to);
            try {
                int read = file.read(target, at);
                readable(at, read);
                end = from + read < to ? from + read : end;
            } catch (IOException e) {
                failed(at, e);
                target.position(from);
                while (target.hasRemaining()) {
                    target.put((byte) 0);
                }
            }
        }
        target.limit(limit);
        return end - start;
    }

    private void failed(long at, IOException e) throws IOException {
        first = cause == null ? at : Math.min(first, at);
        cause = e;
        unreadable.set((int) (at / PIECE_BYTES));
        if (unreadable.cardinality() > PIECES_MAX) {
            throw new IOException(
                    "more than " + PIECES_MAX + " pieces of " + PIECE_BYTES
                            + " octets of a file cannot be read, the last one at " + at + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        file.write(source, position);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public void truncate(long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
