package io.millrace.codec.method;

import io.netty.buffer.ByteBuf;

/**
 * The last {@code basic.publish} of a connection together with the octets it was made of, so that the same octets give
 * the same record again after comparing eight octets at a time.
 */
final class LastPublish {
    /** Two octets of ticket, two short strings, one octet of bits; all in whole longs. */
    private static final int LONGS_MAX = (2 + 256 + 256 + 1 + Long.BYTES - 1) / Long.BYTES;

    private final long[] longs = new long[LONGS_MAX];
    private int length = -1;
    private BasicMethod.Publish publish;

    /** The last publish if its arguments were these octets, else null. */
    BasicMethod.Publish ifSame(ByteBuf in, int offset, int argumentsLength) {
        if (argumentsLength != length) {
            return null;
        }
        int whole = argumentsLength >>> 3;
        for (int i = 0; i < whole; i++) {
            if (in.getLong(offset + (i << 3)) != longs[i]) {
                return null;
            }
        }
        return tail(in, offset, argumentsLength) == longs[whole] ? publish : null;
    }

    /** Takes the place of the one before. The arguments are known to be well-formed, hence not too long. */
    void remember(BasicMethod.Publish method, ByteBuf in, int offset, int argumentsLength) {
        int whole = argumentsLength >>> 3;
        for (int i = 0; i < whole; i++) {
            longs[i] = in.getLong(offset + (i << 3));
        }
        longs[whole] = tail(in, offset, argumentsLength);
        length = argumentsLength;
        publish = method;
    }

    /**
     * The octets after the last whole long. They are read as the end of a long that begins earlier: one load instead of
     * up to seven. There always is one, as the ids stand before the arguments and the shortest arguments have five
     * octets.
     */
    private static long tail(ByteBuf in, int offset, int argumentsLength) {
        return in.getLong(offset + argumentsLength - Long.BYTES);
    }
}
