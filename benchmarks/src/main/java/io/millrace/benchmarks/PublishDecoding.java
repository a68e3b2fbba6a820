package io.millrace.benchmarks;

import io.millrace.codec.AmqpException;
import io.millrace.codec.Content;
import io.millrace.codec.FrameDecoder;
import io.millrace.codec.FrameLimits;
import io.millrace.codec.FrameListener;
import io.millrace.codec.FrameWriter;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.MethodReader;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/** From the octets of a publish (method, header and body frame) to the method's record and the message's content. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PublishDecoding {
    private static final int MESSAGES = 1000;

    /** How many routing keys take turns: one is what most clients use. */
    @Param({"1", "100"})
    public int keys;

    @Param({"16", "1024"})
    public int bodyOctets;

    private final Receiver receiver = new Receiver();
    private FrameDecoder decoder;
    private ChannelHandlerContext context;
    private EmbeddedChannel channel;
    private ByteBuf octets;

    @Setup
    public void prepare() {
        decoder = new FrameDecoder(new FrameLimits(SampleMessages.FRAME_MAX), receiver);
        channel = new EmbeddedChannel(decoder);
        context = channel.pipeline().context(decoder);
        ByteBuf opening = channel.alloc().directBuffer();
        FrameWriter.writeProtocolHeader(opening, 0, 0, 9, 1);
        decoder.channelRead(context, opening);
        octets = PooledByteBufAllocator.DEFAULT.directBuffer();
        Content content = SampleMessages.content(bodyOctets, false);
        for (int i = 0; i < MESSAGES; i++) {
            ShortString key = ShortString.of("orders." + i % keys);
            FrameWriter.writeMethod(octets, 1, new BasicMethod.Publish(ShortString.EMPTY, key, false, false));
            FrameWriter.writeContent(octets, SampleMessages.FRAME_MAX, 1, content);
        }
    }

    @TearDown(Level.Trial)
    public void release() {
        octets.release();
        channel.close();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object decode() {
        decoder.channelRead(context, octets.retainedDuplicate());
        return receiver.content;
    }

    /** What a channel does with the frames, in short. */
    private static final class Receiver implements FrameListener {
        private final MethodReader methods = new MethodReader();
        private Object method;
        private Content content;
        private byte[] contentOctets;
        private int propertiesLength;

        @Override
        public void onProtocolHeader(ByteBuf in, int offset) {}

        @Override
        public void onMethod(int channel, ByteBuf in, int offset, int length) {
            method = methods.read(in, offset, length);
        }

        @Override
        public void onContentHeader(int channel, ByteBuf in, int offset, int length) {
            long bodyLength = in.getLong(offset + 4);
            propertiesLength = length - 12;
            BasicProperties.validate(in, offset + 12, propertiesLength);
            contentOctets = new byte[propertiesLength + (int) bodyLength];
            in.getBytes(offset + 12, contentOctets, 0, propertiesLength);
        }

        @Override
        public void onContentBody(int channel, ByteBuf in, int offset, int length) {
            in.getBytes(offset, contentOctets, propertiesLength, length);
            content = Content.of(contentOctets, propertiesLength);
        }

        @Override
        public void onHeartbeat(int channel, int length) {}

        @Override
        public void onError(AmqpException error) {
            throw new AssertionError("after " + method, error);
        }

        @Override
        public void onReadComplete() {}

        @Override
        public boolean isPaused() {
            return false;
        }
    }
}
