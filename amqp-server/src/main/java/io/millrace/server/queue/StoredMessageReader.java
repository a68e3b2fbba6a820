package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.ShortString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads back what {@link Message#writeTo} wrote. */
final class StoredMessageReader {
    /** Bodies above this come back in chunks, as they arrived: no huge arrays on the heap. */
    private static final int CHUNK_BYTES = 128 << 10;

    private final ByteBuffer in;

    StoredMessageReader(ByteBuffer stored) {
        in = stored;
    }

    Message read() {
        Envelope envelope = version() == Message.FORMAT_PLAIN ? null : Envelope.read(in);
        ShortString exchange = shortString(in);
        ShortString routingKey = shortString(in);
        Content content = content();
        return new Message(exchange, routingKey, content, false, withTtl(envelope, content.expiration()));
    }

    /** The octets of the body, and those of the properties if these count. */
    int countedBytes(boolean withProperties) {
        if (version() == Message.FORMAT_WITH_ENVELOPE) {
            Envelope.read(in);
        }
        skipShortString();
        skipShortString();
        int propertiesLength = in.getInt();
        return withProperties ? in.remaining() : in.remaining() - propertiesLength;
    }

    private void skipShortString() {
        int length = in.get() & 0xff;
        in.position(in.position() + length);
    }

    private byte version() {
        byte version = in.get();
        if (version != Message.FORMAT_PLAIN && version != Message.FORMAT_WITH_ENVELOPE) {
            throw new IllegalArgumentException("stored message has format " + version + " (expected: 1 or 2)");
        }
        return version;
    }

    private static Envelope withTtl(Envelope envelope, ShortString expiration) {
        if (expiration == null) {
            return envelope;
        }
        Envelope found = envelope == null ? Envelope.EMPTY : envelope;
        return found.withTtl(Long.parseLong(expiration.toString()));
    }

    static ShortString shortString(ByteBuffer in) {
        byte[] octets = new byte[in.get() & 0xff];
        in.get(octets);
        return ShortString.of(octets);
    }

    private Content content() {
        int propertiesLength = in.getInt();
        int length = in.remaining();
        if (length <= CHUNK_BYTES) {
            byte[] all = new byte[length];
            in.get(all);
            return Content.of(all, propertiesLength);
        }
        byte[] properties = new byte[propertiesLength];
        in.get(properties);
        long bodyLength = in.remaining();
        List<byte[]> chunks = new ArrayList<>((int) (bodyLength / CHUNK_BYTES) + 1);
        while (in.hasRemaining()) {
            byte[] chunk = new byte[Math.min(CHUNK_BYTES, in.remaining())];
            in.get(chunk);
            chunks.add(chunk);
        }
        return Content.of(properties, chunks, bodyLength);
    }
}
