package io.millrace.codec.value;

import io.netty.buffer.ByteBuf;

/** Encodes a property list, property by property in the order of the flags; null is absent. */
final class PropertyWriter {
    private final ByteBuf out;
    private final int start;
    private int flags;

    PropertyWriter(ByteBuf out) {
        this.out = out;
        start = out.writerIndex();
        out.writeShort(0);
    }

    void shortString(int bit, ShortString value) {
        if (value != null) {
            flags |= 1 << bit;
            value.writeTo(out);
        }
    }

    void table(int bit, FieldTable value) {
        if (value != null) {
            flags |= 1 << bit;
            value.writeTo(out);
        }
    }

    void octet(int bit, Integer value) {
        if (value != null) {
            flags |= 1 << bit;
            out.writeByte(value);
        }
    }

    void timestamp(int bit, Long value) {
        if (value != null) {
            flags |= 1 << bit;
            out.writeLong(value);
        }
    }

    /** Puts the flags in. */
    void finish() {
        out.setShort(start, flags);
    }
}
