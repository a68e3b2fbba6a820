package io.millrace.codec.value;

import io.netty.buffer.ByteBuf;

/**
 * Walks a table in a receive buffer and says whether it is well-formed, without making an object, so that tables which
 * nobody looks into cost no more than that.
 */
final class FieldTableCheck {
    /** How many tables and arrays may lie in each other, the outermost counted. */
    static final int NESTING_MAX = 64;

    /** The table is well-formed. */
    static final int SOUND = 0;
    /** A length does not fit what is around it. */
    static final int MALFORMED = 1;
    /** More than {@link #NESTING_MAX} levels. */
    static final int TOO_DEEP = 2;
    /** A type tag that does not exist; the tag is in the next higher eight bits. */
    static final int UNKNOWN_TYPE = 3;

    private FieldTableCheck() {}

    /** Judges the table of {@code length} octets at {@code offset}; one of the constants above. */
    static int check(ByteBuf in, int offset, int length) {
        return check(in, offset, offset + length, true, 1);
    }

    private static int check(ByteBuf in, int start, int end, boolean keys, int depth) {
        if (depth > NESTING_MAX) {
            return TOO_DEEP;
        }
        int index = start;
        while (index < end) {
            if (keys) {
                index += 1 + in.getUnsignedByte(index);
                if (index >= end) {
                    return MALFORMED;
                }
            }
            int tag = in.getUnsignedByte(index++);
            int size = FieldTypes.sizeOf(tag);
            if (size == FieldTypes.UNKNOWN) {
                return UNKNOWN_TYPE | (tag << 8);
            }
            if (size >= 0) {
                index += size;
            } else {
                if (end - index < Integer.BYTES) {
                    return MALFORMED;
                }
                int length = in.getInt(index);
                index += Integer.BYTES;
                if (length < 0 || length > end - index) {
                    return MALFORMED;
                }
                if (size != FieldTypes.LENGTH_PREFIXED) {
                    int inner = check(in, index, index + length, size == FieldTypes.TABLE, depth + 1);
                    if (inner != SOUND) {
                        return inner;
                    }
                }
                index += length;
            }
        }
        return index == end ? SOUND : MALFORMED;
    }
}
