package io.millrace.server.channel;

import io.millrace.codec.method.Method;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/** Frames that arrived while their channel was busy. Methods are kept as they are, content as copies. */
final class DeferredFrames {
    /** What a kept method is counted as. */
    private static final int METHOD_BYTES = 64;

    private sealed interface Frame {
        int bytes();

        record OfMethod(Method method) implements Frame {
            @Override
            public int bytes() {
                return METHOD_BYTES;
            }
        }

        record Header(ByteBuf octets) implements Frame {
            @Override
            public int bytes() {
                return METHOD_BYTES + octets.readableBytes();
            }
        }

        record Body(ByteBuf octets) implements Frame {
            @Override
            public int bytes() {
                return METHOD_BYTES + octets.readableBytes();
            }
        }
    }

    private final ArrayDeque<Frame> frames = new ArrayDeque<>();

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** Keeps a method; returns the bytes it counts for. */
    long add(Method method) {
        return add(new Frame.OfMethod(method));
    }

    long addHeader(ByteBuf in, int offset, int length) {
        return add(new Frame.Header(copy(in, offset, length)));
    }

    long addBody(ByteBuf in, int offset, int length) {
        return add(new Frame.Body(copy(in, offset, length)));
    }

    /** On the heap, and so nobody's to release. */
    private static ByteBuf copy(ByteBuf in, int offset, int length) {
        return Unpooled.wrappedBuffer(ByteBufUtil.getBytes(in, offset, length));
    }

    private long add(Frame frame) {
        frames.add(frame);
        return frame.bytes();
    }

    /** The bytes that the oldest frame counts for. */
    long firstBytes() {
        return frames.element().bytes();
    }

    /** Gives the oldest frame to the channel again. May throw what the channel has against it. */
    void replayFirst(Channel channel) {
        Frame frame = frames.remove();
        if (frame instanceof Frame.OfMethod kept) {
            channel.onMethod(kept.method());
        } else if (frame instanceof Frame.Header header) {
            channel.onContentHeader(header.octets(), 0, header.octets().readableBytes());
        } else if (frame instanceof Frame.Body body) {
            channel.onContentBody(body.octets(), 0, body.octets().readableBytes());
        }
    }

    /** Drops all; returns their bytes, negative. */
    long clear() {
        long bytes = 0;
        for (Frame frame : frames) {
            bytes -= frame.bytes();
        }
        frames.clear();
        return bytes;
    }
}
