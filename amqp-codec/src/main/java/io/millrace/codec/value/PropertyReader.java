package io.millrace.codec.value;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Decodes a property list that was validated, property by property in the order of the flags; absent ones are null. */
final class PropertyReader {
    private final ByteBuf in;
    private final int flags;
    private int index;

    PropertyReader(ByteBuf in, int offset) {
        this.in = in;
        flags = in.getUnsignedShort(offset);
        index = offset + PropertyList.FLAGS_OCTETS;
    }

    ShortString shortString(int bit) {
        if (isAbsent(bit)) {
            return null;
        }
        int length = in.getUnsignedByte(index);
        ShortString value = ShortString.of(ByteBufUtil.getBytes(in, index + 1, length, true));
        index += 1 + length;
        return value;
    }

    FieldTable table(int bit) {
        if (isAbsent(bit)) {
            return null;
        }
        int length = in.getInt(index);
        FieldTable value = FieldTable.ofBytes(ByteBufUtil.getBytes(in, index + Integer.BYTES, length, true));
        index += Integer.BYTES + length;
        return value;
    }

    Integer octet(int bit) {
        return isAbsent(bit) ? null : (Integer) (int) in.getUnsignedByte(index++);
    }

    Long timestamp(int bit) {
        if (isAbsent(bit)) {
            return null;
        }
        Long value = in.getLong(index);
        index += Long.BYTES;
        return value;
    }

    private boolean isAbsent(int bit) {
        return (flags & (1 << bit)) == 0;
    }
}
