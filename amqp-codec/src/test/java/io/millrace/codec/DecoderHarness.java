package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.method.MethodReader;
import io.millrace.codec.value.BasicProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;

/** A decoder in a channel, and a listener that writes down what it hears. Closing it checks that no buffer is left. */
final class DecoderHarness implements FrameListener, AutoCloseable {
    final List<String> heard = new ArrayList<>();
    final List<AmqpException> errors = new ArrayList<>();
    final FrameLimits limits = new FrameLimits(8192);
    final FrameDecoder decoder = new FrameDecoder(limits, this);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final MethodReader methods = new MethodReader();
    private final List<ByteBuf> fed = new ArrayList<>();

    boolean paused;
    boolean goesOnAfterErrors;
    Runnable onMethod = () -> {};

    DecoderHarness() {
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(decoder);
    }

    /** As a socket would: one read. */
    void read(byte[] octets) {
        read(octets, 0, octets.length);
    }

    void read(byte[] octets, int from, int to) {
        ByteBuf in = allocator.buffer(Math.max(1, to - from)).writeBytes(octets, from, to - from);
        fed.add(in);
        channel.writeInbound(in);
    }

    /** Feeds the octets in pieces of one size. */
    void readInPieces(byte[] octets, int size) {
        for (int from = 0; from < octets.length; from += size) {
            read(octets, from, Math.min(octets.length, from + size));
        }
    }

    /** What was heard but the ends of reads. */
    List<String> frames() {
        return heard.stream().filter(line -> !line.equals("read complete")).toList();
    }

    String onlyError() {
        assertEquals(1, errors.size(), errors::toString);
        return errors.get(0).replyText();
    }

    long allocatedOctets() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
        for (ByteBuf in : fed) {
            assertEquals(0, in.refCnt(), "a buffer that was read is released");
        }
        assertEquals(0, allocatedOctets(), "no buffer is left");
    }

    @Override
    public void onProtocolHeader(ByteBuf in, int offset) {
        heard.add("header " + ByteBufUtil.hexDump(in, offset, 8));
    }

    @Override
    public void onMethod(int channelNumber, ByteBuf in, int offset, int length) {
        Method method = methods.read(in, offset, length);
        heard.add("method " + channelNumber + " " + method);
        if (method instanceof BasicMethod.RecoverOk) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, "thrown by the listener");
        } else if (method instanceof BasicMethod.QosOk) {
            throw new ConnectionError(ReplyCode.NOT_ALLOWED, "thrown by the listener");
        }
        onMethod.run();
    }

    @Override
    public void onContentHeader(int channelNumber, ByteBuf in, int offset, int length) {
        BasicProperties.validate(in, offset + 12, length - 12);
        BasicProperties properties =
                BasicProperties.read(ByteBufUtil.getBytes(in, offset + 12, length - 12, true), 0, length - 12);
        heard.add("content " + channelNumber + " " + in.getLong(offset + 4) + " " + properties);
    }

    @Override
    public void onContentBody(int channelNumber, ByteBuf in, int offset, int length) {
        heard.add("body " + channelNumber + " " + ByteBufUtil.hexDump(in, offset, length));
    }

    @Override
    public void onHeartbeat(int channelNumber, int length) {
        heard.add("heartbeat " + channelNumber + " " + length);
    }

    @Override
    public void onError(AmqpException error) {
        heard.add("error " + error.replyText());
        errors.add(error);
        if (goesOnAfterErrors) {
            decoder.resume();
        }
    }

    @Override
    public void onReadComplete() {
        heard.add("read complete");
    }

    @Override
    public boolean isPaused() {
        return paused;
    }
}
