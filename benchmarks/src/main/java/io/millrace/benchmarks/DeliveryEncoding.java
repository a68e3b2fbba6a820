package io.millrace.benchmarks;

import io.millrace.codec.Content;
import io.millrace.codec.DeliveryWriter;
import io.millrace.codec.FrameWriter;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
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

/** From a message to the three frames of its delivery, in the buffer that goes to the socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DeliveryEncoding {
    private static final int MESSAGES = 1000;
    private static final ShortString CONSUMER_TAG = ShortString.of("amq.ctag-0123456789012345678901");

    @Param({"16", "1024"})
    public int bodyOctets;

    private final DeliveryWriter writer = new DeliveryWriter(1, CONSUMER_TAG);
    private Content content;
    private ByteBuf out;

    @Setup
    public void prepare() {
        content = SampleMessages.content(bodyOctets, false);
        out = PooledByteBufAllocator.DEFAULT.directBuffer(MESSAGES * (bodyOctets + 128));
    }

    @TearDown
    public void release() {
        out.release();
    }

    /** The writer that each consumer has. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuf deliveryWriter() {
        out.clear();
        for (int i = 0; i < MESSAGES; i++) {
            writer.write(out, SampleMessages.FRAME_MAX, i, false, ShortString.EMPTY, SampleMessages.KEY, content);
        }
        return out;
    }

    /** The ordinary way, which it must beat or go. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuf frameWriter() {
        out.clear();
        for (int i = 0; i < MESSAGES; i++) {
            FrameWriter.writeDeliver(
                    out,
                    SampleMessages.FRAME_MAX,
                    1,
                    CONSUMER_TAG,
                    i,
                    false,
                    ShortString.EMPTY,
                    SampleMessages.KEY,
                    content);
        }
        return out;
    }
}
