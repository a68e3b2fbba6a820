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
 * One exception: a body in a {@link ContentBlock} may be read only until that is released, see {@link #owned}.
 *
 * <p>Small content is one array, properties then body: one object to allocate, one to store, and the octets are copied
 * to each consumer straight from it. A large body stays in the chunks it arrived in, so that it is never copied just to
 * be in one piece. The property list is expected to have passed {@link BasicProperties#validate}.
 */
public final class Content {
    private final byte[] head; // the properties, and the body behind them when there is no rest
    private final int propertiesLength;
    private final int bodyStart; // in the head or the block
    private final int bodyLength;
    /** Where the body is: {@link Chunks}, a {@link ContentBlock}, or null for the head. One field, for its size. */
    private final Object rest;

    private Content(byte[] head, int propertiesLength, int bodyStart, int bodyLength, Object rest) {
        this.head = head;
        this.propertiesLength = propertiesLength;
        this.bodyStart = bodyStart;
        this.bodyLength = bodyLength;
        this.rest = rest;
    }

    /** Content whose properties are the whole array, and whose body lies in a block that it holds. */
    static Content inBlock(byte[] properties, ContentBlock block, int bodyStart, int bodyLength) {
        return new Content(properties, properties.length, bodyStart, bodyLength, block);
    }

    /**
     * Content in one array, which it takes over: the property list of {@code propertiesLength} octets, then the body.
     */
    public static Content of(byte[] propertiesAndBody, int propertiesLength) {
        if (propertiesLength < 0 || propertiesLength > propertiesAndBody.length) {
            throw new IllegalArgumentException(
                    "properties length: " + propertiesLength + " (expected: 0.." + propertiesAndBody.length + ")");
        }
        int bodyLength = propertiesAndBody.length - propertiesLength;
        return new Content(propertiesAndBody, propertiesLength, propertiesLength, bodyLength, null);
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
        return new Content(properties, properties.length, 0, Math.toIntExact(bodyLength), chunks);
    }

    /** Octets of the property list. */
    public int propertiesLength() {
        return propertiesLength;
    }

    /** Octets of the body. */
    public int bodyLength() {
        return bodyLength;
    }

    /** Whether the body is in one piece. */
    public boolean isSingle() {
        return !(rest instanceof Chunks);
    }

    /** The block that the body is in, or null. The body is there until the block is released. */
    public ContentBlock block() {
        return rest instanceof ContentBlock block ? block : null;
    }

    /**
     * The same content in arrays that nobody will ever use again: this one, or a copy where the body is in a block.
     * What may be read after the message is done with must come from here.
     */
    public Content owned() {
        if (!(rest instanceof ContentBlock block)) {
            return this;
        }
        byte[] all = Arrays.copyOf(head, propertiesLength + bodyLength);
        System.arraycopy(block.octets(), bodyStart, all, propertiesLength, bodyLength);
        return of(all, propertiesLength);
    }

    /** {@link #owned}, and lets go of the block: this content must not be used any more. */
    public Content detach() {
        Content owned = owned();
        release();
        return owned;
    }

    /** Lets go of the block, where there is one: the body must not be read any more. */
    public void release() {
        if (rest instanceof ContentBlock block) {
            block.release();
        }
    }

    /** The same, together with others. */
    public void releaseWith(ContentReleases releases) {
        if (rest instanceof ContentBlock block) {
            releases.add(block);
        }
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
        if (rest instanceof Chunks) {
            return new Content(list, list.length, 0, bodyLength, rest);
        }
        byte[] all = Arrays.copyOf(list, list.length + bodyLength);
        System.arraycopy(bodyArray(), bodyStart, all, list.length, bodyLength);
        return of(all, list.length);
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
        if (rest instanceof Chunks chunks) {
            chunks.write(out, offset, length);
        } else {
            out.writeBytes(bodyArray(), bodyStart + offset, length);
        }
    }

    /** The array of the property list. */
    byte[] propertiesArray() {
        return head;
    }

    /** The array that a body in one piece is in. */
    byte[] bodyArray() {
        return rest == null ? head : ((ContentBlock) rest).octets();
    }

    /** Where it begins there. */
    int bodyStart() {
        return bodyStart;
    }

    /** How many pieces it is made of. */
    public int partCount() {
        if (rest == null) {
            return 1;
        }
        return rest instanceof Chunks chunks ? 1 + chunks.arrays.length : 2;
    }

    /** The array that a piece is in, not a copy, from 0 on: one after the other they are properties and body. */
    public byte[] part(int index) {
        if (index == 0) {
            return head;
        }
        return rest instanceof Chunks chunks ? chunks.arrays[index - 1] : bodyArray();
    }

    /** Where a piece begins in its array. */
    public int partStart(int index) {
        return index != 0 && rest instanceof ContentBlock ? bodyStart : 0;
    }

    /** How long a piece is. */
    public int partLength(int index) {
        return index != 0 && rest instanceof ContentBlock ? bodyLength : part(index).length;
    }

    /** A copy of the body, for tests and for the control paths. */
    public byte[] body() {
        if (!(rest instanceof Chunks chunks)) {
            return Arrays.copyOfRange(bodyArray(), bodyStart, bodyStart + bodyLength);
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
