package io.millrace.codec.value;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Finds its way through a property list.
 *
 * <pre>
 *   +--------+-------------------------------------------------------------+
 *   | flags  | the properties whose flag is set, in the order of the flags |
 *   | 2      | shortstr | table | octet | timestamp                        |
 *   +--------+-------------------------------------------------------------+
 *   bit 15 content-type    11 priority         7 message-id   3 app-id
 *       14 content-encoding 10 correlation-id  6 timestamp    2 cluster-id
 *       13 headers          9 reply-to         5 type         1 unused
 *       12 delivery-mode    8 expiration       4 user-id      0 more flags follow
 * </pre>
 *
 * <p>RabbitMQ reads one word of flags and ignores the two lowest bits, so that a list which really goes on with more
 * flags does not fit and is refused. So it is here.
 */
final class PropertyList {
    static final int CONTENT_TYPE = 15;
    static final int CONTENT_ENCODING = 14;
    static final int HEADERS = 13;
    static final int DELIVERY_MODE = 12;
    static final int PRIORITY = 11;
    static final int CORRELATION_ID = 10;
    static final int REPLY_TO = 9;
    static final int EXPIRATION = 8;
    static final int MESSAGE_ID = 7;
    static final int TIMESTAMP = 6;
    static final int TYPE = 5;
    static final int USER_ID = 4;
    static final int APP_ID = 3;
    static final int CLUSTER_ID = 2;

    static final int FLAGS_OCTETS = 2;
    static final int KNOWN_FLAGS = 0xFFFC;

    private PropertyList() {}

    static ConnectionError malformed() {
        return new ConnectionError(ReplyCode.INTERNAL_ERROR, null);
    }

    /** Checks that all flags, lengths and header fields fit; makes no object. */
    static void validate(ByteBuf in, int offset, int length) {
        if (length < FLAGS_OCTETS) {
            throw malformed();
        }
        int end = offset + length;
        int index = offset + FLAGS_OCTETS;
        int flags = in.getUnsignedShort(offset) & KNOWN_FLAGS;
        while (flags != 0) {
            int bit = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(flags);
            flags &= ~(1 << bit);
            if (index >= end) {
                throw malformed();
            }
            switch (bit) {
                case HEADERS -> index = headersEnd(in, index, end);
                case DELIVERY_MODE, PRIORITY -> index++;
                case TIMESTAMP -> index += Long.BYTES;
                default -> index += 1 + in.getUnsignedByte(index);
            }
        }
        if (index != end) {
            throw malformed();
        }
    }

    private static int headersEnd(ByteBuf in, int index, int end) {
        int start = index + Integer.BYTES;
        if (start > end) {
            throw malformed();
        }
        int length = in.getInt(index);
        if (length < 0 || length > end - start) {
            throw malformed();
        }
        int verdict = FieldTableCheck.check(in, start, length);
        if (verdict == FieldTableCheck.TOO_DEEP) {
            throw FieldTableReader.tooDeep();
        }
        if (verdict != FieldTableCheck.SOUND) {
            throw malformed();
        }
        return start + length;
    }

    /** The octet of the delivery mode or the priority, 0 when absent. */
    static int octet(byte[] list, int bit) {
        int flags = BigEndian.getShort(list, 0);
        if ((flags & (1 << bit)) == 0) {
            return 0;
        }
        int index = FLAGS_OCTETS;
        if ((flags & (1 << CONTENT_TYPE)) != 0) {
            index += 1 + (list[index] & 0xFF);
        }
        if ((flags & (1 << CONTENT_ENCODING)) != 0) {
            index += 1 + (list[index] & 0xFF);
        }
        if ((flags & (1 << HEADERS)) != 0) {
            index += Integer.BYTES + BigEndian.getInt(list, index);
        }
        if (bit == PRIORITY && (flags & (1 << DELIVERY_MODE)) != 0) {
            index++;
        }
        return list[index] & 0xFF;
    }

    /** Where a property's octets begin in a valid list, -1 when it is absent. */
    static int find(byte[] list, int bit) {
        int flags = BigEndian.getShort(list, 0) & KNOWN_FLAGS;
        if ((flags & (1 << bit)) == 0) {
            return -1;
        }
        int index = FLAGS_OCTETS;
        for (int before = CONTENT_TYPE; before > bit; before--) {
            if ((flags & (1 << before)) != 0) {
                index += octetsAt(list, index, before);
            }
        }
        return index;
    }

    private static int octetsAt(byte[] list, int index, int bit) {
        return switch (bit) {
            case HEADERS -> Integer.BYTES + BigEndian.getInt(list, index);
            case DELIVERY_MODE, PRIORITY -> 1;
            case TIMESTAMP -> Long.BYTES;
            default -> 1 + (list[index] & 0xFF);
        };
    }

    /** One of the short strings of a valid list, null when it is absent. */
    static ShortString shortString(byte[] list, int bit) {
        int index = find(list, bit);
        if (index < 0) {
            return null;
        }
        int start = index + 1;
        return ShortString.of(Arrays.copyOfRange(list, start, start + (list[index] & 0xFF)));
    }

    /** Whether the headers of a valid list have one of these keys; makes no object. */
    static boolean hasHeader(byte[] list, byte[][] keys) {
        int index = find(list, HEADERS);
        if (index < 0) {
            return false;
        }
        int end = index + Integer.BYTES + BigEndian.getInt(list, index);
        index += Integer.BYTES;
        while (index < end) {
            int keyEnd = index + 1 + (list[index] & 0xFF);
            for (byte[] key : keys) {
                if (Arrays.equals(list, index + 1, keyEnd, key, 0, key.length)) {
                    return true;
                }
            }
            int size = FieldTypes.sizeOf(list[keyEnd] & 0xFF);
            index = keyEnd + 1;
            index += size >= 0 ? size : Integer.BYTES + BigEndian.getInt(list, index);
        }
        return false;
    }
}
