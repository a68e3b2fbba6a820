package io.millrace.log.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file. Not safe for use by several threads at once. */
public interface LogFile extends Closeable {
    /**
     * Writes all that remains in {@code source} at {@code position}, growing the file if needed.
     *
     * @param source a direct buffer; its position ends at its limit
     * @param position octets from the start of the file
     * @throws IOException if not everything could be written; how much was is then unknown
     */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Reads until {@code target} is full or the file ends.
     *
     * @param target a direct buffer
     * @param position octets from the start of the file
     * @return the number of octets read, 0 at or behind the end
     */
    int read(ByteBuffer target, long position) throws IOException;

    /** Returns when all that was written, and what is needed to read it again, is on stable storage (fdatasync). */
    void force() throws IOException;

    /** Cuts off everything from {@code size} on; a shorter file stays as it is. */
    void truncate(long size) throws IOException;

    /** The length of the file in octets. */
    long size() throws IOException;

    @Override
    void close() throws IOException;
}
