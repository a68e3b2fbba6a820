package io.millrace.benchmarks;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to hold a message's content in a heap array, or in a buffer of one of Netty's allocators, when it is
 * made and filled by one event loop and let go by another.
 *
 * <p>Some batches are always under way. The score is by the clock, hence that of the slower thread; the cost is the CPU
 * time that {@link CpuTime} adds: both threads and the garbage collector.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {
            "-XX:+UseParallelGC",
            "-Xmx512m",
            "-Djmh.executor=CUSTOM",
            "-Djmh.executor.class=io.millrace.benchmarks.EventLoopThreads"
        })
public class ContentHandOver {
    private static final int MESSAGES = 1000;
    private static final int BATCHES_UNDER_WAY = 4;
    private static final Object[] END = {};

    @Param({"32", "1024"})
    public int octets;

    private final BlockingQueue<Object[]> empty = new ArrayBlockingQueue<>(BATCHES_UNDER_WAY);
    private final BlockingQueue<Object[]> full = new ArrayBlockingQueue<>(BATCHES_UNDER_WAY + 1);
    private byte[] source;
    private Thread releasing;

    @Setup
    public void start() {
        source = new byte[octets];
        for (int i = 0; i < BATCHES_UNDER_WAY; i++) {
            empty.add(new Object[MESSAGES]);
        }
        releasing = new FastThreadLocalThread(this::releaseBatches, "releasing");
        releasing.start();
    }

    @TearDown
    public void end() throws InterruptedException {
        full.put(END);
        releasing.join();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void heapArrays() throws InterruptedException {
        Object[] batch = empty.take();
        for (int i = 0; i < MESSAGES; i++) {
            batch[i] = Arrays.copyOf(source, source.length);
        }
        full.put(batch);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void pooledBuffers() throws InterruptedException {
        fill(PooledByteBufAllocator.DEFAULT);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void adaptiveBuffers() throws InterruptedException {
        fill(Adaptive.ALLOCATOR);
    }

    private void fill(ByteBufAllocator allocator) throws InterruptedException {
        Object[] batch = empty.take();
        for (int i = 0; i < MESSAGES; i++) {
            ByteBuf buffer = allocator.directBuffer(octets);
            buffer.writeBytes(source);
            batch[i] = buffer;
        }
        full.put(batch);
    }

    private void releaseBatches() {
        try {
            for (Object[] batch = full.take(); batch != END; batch = full.take()) {
                for (int i = 0; i < MESSAGES; i++) {
                    ReferenceCountUtil.release(batch[i]); // does nothing for an array
                    batch[i] = null;
                }
                empty.put(batch);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    /** Made when it is needed: an allocator starts with memory of its own. */
    private static final class Adaptive {
        static final ByteBufAllocator ALLOCATOR = new AdaptiveByteBufAllocator();
    }
}
