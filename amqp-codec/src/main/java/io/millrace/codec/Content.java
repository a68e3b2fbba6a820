package io.millrace.codec;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;

/**
 * The content of a message as it arrived: its property list (two octets of flags and what they announce, without the
 * class id, weight and size of the content header) and its body. On the heap, immutable, shared freely between threads.
 *
 * <p>Small content is one array, properties then body: one object to allocate, one to store, and the octets are copied
 * to each consumer straight from it. A large body stays in the chunks it arrived in, so that it is never copied just to
 * be in one piece. The property list is expected to have passed {@link BasicProperties#validate}.
 */
public final class Content {
    private final byte[] head; // the properties, and the body too when chunks is null
    private final int propertiesLength;
    private final int bodyLength;
    private final Chunks chunks;

    private Content(byte[] head, int propertiesLength, int bodyLength, Chunks chunks) {
        this.head = head;
        this.propertiesLength = propertiesLength;
        this.bodyLength = bodyLength;
        this.chunks = chunks;
    }

    /**
     * Content in one array, which it takes over: the property list of {@code propertiesLength} octets, then the body.
     */
    public static Content of(byte[] propertiesAndBody, int propertiesLength) {
        if (propertiesLength < 0 || propertiesLength > propertiesAndBody.length) {
            throw new IllegalArgumentException(
                    "properties length: " + propertiesLength + " (expected: 0.." + propertiesAndBody.length + ")");
        }
        return new Content(propertiesAndBody, propertiesLength, propertiesAndBody.length - propertiesLength, null);
    }

    /**
     * Content in pieces, which it takes over.
     *
     * @param bodyChunks arrays that are full to the last octet
     * @param bodyLength the sum of their lengths, less than 2 GiB
     */
    public static Content of(byte[] properties, List<byte[]> bodyChunks, long bodyLength) {
        requireNonNull(properties, "properties is null");
        Chunks chunks = new Chunks(bodyChunks);
        if (chunks.length() != bodyLength) {
            throw new IllegalArgumentException("body length: " + bodyLength + " (expected: " + chunks.length() + ")");
        }
        return new Content(properties, properties.length, Math.toIntExact(bodyLength), chunks);
    }

    /** Octets of the property list. */
    public int propertiesLength() {
        return propertiesLength;
    }

    /** Octets of the body. */
    public int bodyLength() {
        return bodyLength;
    }

    /** Whether properties and body are one array. */
    public boolean isSingle() {
        return chunks == null;
    }

    /** The delivery mode, 0 when absent; 2 is persistent. Makes no object. */
    public int deliveryMode() {
        return BasicProperties.deliveryMode(head);
    }

    /** The priority, 0 when absent. Makes no object. */
    public int priority() {
        return BasicProperties.priority(head);
    }

    /**
     * Whether it has any of the properties whose flags are given, such as {@link BasicProperties#HEADERS_FLAG}. Looks
     * at nothing but the flags.
     */
    public boolean hasAny(int flags) {
        return BasicProperties.hasAny(head, flags);
    }

    /** Whether there are headers with any of these keys. Makes no object. */
    public boolean hasHeader(byte[]... keys) {
        return BasicProperties.hasHeader(head, keys);
    }

    /** The address for replies, null when absent. Decodes no other property. */
    public ShortString replyTo() {
        return BasicProperties.replyTo(head);
    }

    /** The time to live, null when absent. Decodes no other property. */
    public ShortString expiration() {
        return BasicProperties.expiration(head);
    }

    /** The publishing user, null when absent. Decodes no other property. */
    public ShortString userId() {
        return BasicProperties.userId(head);
    }

    /** The same body with other properties. */
    public Content withProperties(BasicProperties properties) {
        byte[] list = properties.encode();
        if (chunks != null) {
            return new Content(list, list.length, bodyLength, chunks);
        }
        byte[] all = Arrays.copyOf(list, list.length + bodyLength);
        System.arraycopy(head, propertiesLength, all, list.length, bodyLength);
        return new Content(all, list.length, bodyLength, null);
    }

    /**
     * Decodes the properties, each time anew.
     *
     * @throws ConnectionError {@code INTERNAL_ERROR} if they are malformed
     */
    public BasicProperties properties() {
        return BasicProperties.read(head, 0, propertiesLength);
    }

    /** Writes the property list. */
    public void writeProperties(ByteBuf out) {
        out.writeBytes(head, 0, propertiesLength);
    }

    /** Writes {@code length} octets of the body from {@code offset} on. */
    public void writeBody(ByteBuf out, int offset, int length) {
        if (chunks == null) {
            out.writeBytes(head, propertiesLength + offset, length);
        } else {
            chunks.write(out, offset, length);
        }
    }

    /** How many arrays it is made of. */
    public int partCount() {
        return chunks == null ? 1 : 1 + chunks.arrays.length;
    }

    /** The arrays themselves, not copies, from 0 on: one after the other they are properties and body. */
    public byte[] part(int index) {
        return index == 0 ? head : chunks.arrays[index - 1];
    }

    /** A copy of the body, for tests and for the control paths. */
    public byte[] body() {
        if (chunks == null) {
            return Arrays.copyOfRange(head, propertiesLength, head.length);
        }
        byte[] body = new byte[bodyLength];
        int index = 0;
        for (byte[] chunk : chunks.arrays) {
            System.arraycopy(chunk, 0, body, index, chunk.length);
            index += chunk.length;
        }
        return body;
    }

    /** A body in pieces, with where each begins. */
    private static final class Chunks {
        final byte[][] arrays;
        private final int[] starts; // one more than arrays: the last is the length

        Chunks(List<byte[]> bodyChunks) {
            arrays = bodyChunks.toArray(byte[][]::new);
            starts = new int[arrays.length + 1];
            for (int i = 0; i < arrays.length; i++) {
                starts[i + 1] = Math.addExact(starts[i], arrays[i].length);
            }
        }

        int length() {
            return starts[arrays.length];
        }

        void write(ByteBuf out, int offset, int length) {
            int at = offset;
            int end = offset + length;
            if (at < 0 || end < at || end > length()) {
                throw new IndexOutOfBoundsException("body range: " + at + ".." + end + " of " + length());
            }
            int found = Arrays.binarySearch(starts, at);
            int i = found < 0 ? -found - 2 : found;
            for (; at < end; i++) {
                int from = at - starts[i];
                int count = Math.min(arrays[i].length - from, end - at);
                out.writeBytes(arrays[i], from, count);
                at += count;
            }
        }
    }
}
