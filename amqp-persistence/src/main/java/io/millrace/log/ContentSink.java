package io.millrace.log;

/** Takes the octets of a {@link StoredContent}. Numbers are big-endian. */
public interface ContentSink {
    void put(byte b);

    /** The low 16 bits. */
    void putShort(int v);

    void putInt(int v);

    void putLong(long v);

    void put(byte[] a, int offset, int length);
}
