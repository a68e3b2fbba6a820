package io.millrace.server.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counters of one thread, usually an event loop. Only that thread adds; any thread may read, and sees each value
 * whole and soon.
 *
 * <p>Adding is a load, an add and a plain store: opaque access forbids the compiler to hold a value back or to tear it,
 * and needs no barrier. Space on both ends keeps the counters of two threads out of one cache line.
 */
public final class LoopCounters {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    /** 128 octets: a cache line and the one that the hardware fetches along with it. */
    private static final int PADDING = 128 / Long.BYTES;

    private static final int SIZE_BUCKETS = PADDING + BrokerCounter.values().length;
    private static final int SIZE_SUM = SIZE_BUCKETS + MessageSizes.BUCKETS;
    private static final int END = SIZE_SUM + 1;

    private final long[] values = new long[END + PADDING];

    LoopCounters() {}

    /**
     * Adds to a counter. Whoever handles events in batches calls it once a batch.
     *
     * @param amount at least 0
     */
    public void add(BrokerCounter counter, long amount) {
        assert amount >= 0 : "amount: " + amount + " (expected: >= 0)";
        addAt(indexOf(counter), amount);
    }

    /** Adds one to a counter. */
    public void increment(BrokerCounter counter) {
        addAt(indexOf(counter), 1);
    }

    /**
     * Notes the size of a published message.
     *
     * @param bytes octets of the body
     */
    public void addMessageSize(long bytes) {
        addAt(SIZE_BUCKETS + MessageSizes.bucketOf(bytes), 1);
        addAt(SIZE_SUM, bytes);
    }

    long get(BrokerCounter counter) {
        return (long) LONGS.getOpaque(values, indexOf(counter));
    }

    /** Messages of that bucket alone, smaller ones not included. */
    long messageSizeCount(int bucket) {
        return (long) LONGS.getOpaque(values, SIZE_BUCKETS + bucket);
    }

    long messageSizeSum() {
        return (long) LONGS.getOpaque(values, SIZE_SUM);
    }

    @SuppressWarnings("EnumOrdinal") // an index into memory that lives as long as the enum, and never leaves it
    private static int indexOf(BrokerCounter counter) {
        return PADDING + counter.ordinal();
    }

    private void addAt(int index, long amount) {
        LONGS.setOpaque(values, index, values[index] + amount);
    }
}
