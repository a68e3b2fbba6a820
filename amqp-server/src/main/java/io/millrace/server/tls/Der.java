package io.millrace.server.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Reads elements of DER one after the other. What it reads was taken apart by the JDK before, or is the operator's own
 * file; it checks lengths all the same.
 *
 * <pre>
 * tag (1 octet, below 31) | length (1 octet below 128, else 0x80 + n and n octets) | content
 * </pre>
 */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    private static final int LENGTH_OCTETS_MAX = 4;

    private final byte[] octets;
    private final int end;
    private int at;

    /** An element: its tag, and where in the octets it and its content begin and end. */
    static final class Element {
        private final byte[] octets;
        private final int tag;
        private final int start;
        private final int contentStart;
        private final int end;

        private Element(byte[] octets, int tag, int start, int contentStart, int end) {
            this.octets = octets;
            this.tag = tag;
            this.start = start;
            this.contentStart = contentStart;
            this.end = end;
        }

        int tag() {
            return tag;
        }

        byte[] content() {
            return Arrays.copyOfRange(octets, contentStart, end);
        }

        /** The element with tag and length. */
        byte[] encoded() {
            return Arrays.copyOfRange(octets, start, end);
        }

        /** Reads the elements that it consists of. */
        Der inside() {
            return new Der(octets, contentStart, end);
        }
    }

    private Der(byte[] octets, int start, int end) {
        this.octets = octets;
        this.at = start;
        this.end = end;
    }

    static Der of(byte[] octets) {
        return new Der(octets, 0, octets.length);
    }

    boolean hasNext() {
        return at < end;
    }

    /** @throws IllegalArgumentException these octets are no DER */
    Element next() {
        int start = at;
        int tag = octet();
        long length = octet();
        if (length >= 0x80) {
            int count = (int) length - 0x80;
            if (count == 0 || count > LENGTH_OCTETS_MAX) {
                throw new IllegalArgumentException("length of " + count + " octets (expected: 1 to 4)");
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = (length << Byte.SIZE) | octet();
            }
        }
        if (length > end - at) {
            throw new IllegalArgumentException("length: " + length + " (expected: <= " + (end - at) + ")");
        }
        int contentStart = at;
        at += (int) length;
        return new Element(octets, tag, start, contentStart, at);
    }

    /** @throws IllegalArgumentException the next element is another */
    Element next(int tag) {
        Element element = next();
        if (element.tag() != tag) {
            throw new IllegalArgumentException("tag: " + element.tag() + " (expected: " + tag + ")");
        }
        return element;
    }

    private int octet() {
        if (at >= end) {
            throw new IllegalArgumentException("ends too early");
        }
        return octets[at++] & 0xFF;
    }

    /** An element with this content. */
    static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 2 + LENGTH_OCTETS_MAX);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int count = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / Byte.SIZE;
            out.write(0x80 + count);
            for (int i = count - 1; i >= 0; i--) {
                out.write(length >>> (i * Byte.SIZE));
            }
        }
        for (byte[] content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }
}
