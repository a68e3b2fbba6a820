package io.millrace.log.stream;

import java.nio.ByteBuffer;
import java.util.TreeMap;

/** Keeps what it is given. */
final class TestRead extends StreamRead {
    final TreeMap<Long, byte[]> messages = new TreeMap<>();
    boolean done;

    TestRead(StreamPosition position, StreamFilter filter, long bytesMax) {
        super(position, filter, bytesMax);
    }

    @Override
    protected void add(long offset, ByteBuffer content) {
        byte[] octets = new byte[content.remaining()];
        content.get(octets);
        if (messages.put(offset, octets) != null) {
            throw new AssertionError("offset " + offset + " came twice");
        }
    }

    @Override
    protected void done() {
        done = true;
    }
}
