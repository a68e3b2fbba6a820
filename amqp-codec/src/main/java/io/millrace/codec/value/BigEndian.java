package io.millrace.codec.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in network order out of byte arrays, each a single load. */
final class BigEndian {
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    static short getShort(byte[] octets, int index) {
        return (short) SHORTS.get(octets, index);
    }

    static int getInt(byte[] octets, int index) {
        return (int) INTS.get(octets, index);
    }

    static long getLong(byte[] octets, int index) {
        return (long) LONGS.get(octets, index);
    }
}
