package io.millrace.codec;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;

/**
 * Finds the frames in what the socket delivers and hands them to a {@link FrameListener}. One per connection.
 *
 * <p>Frames are decoded where they arrived, in the receive buffer, without an object or a slice each. Only a frame that
 * straddles two reads is put together elsewhere: its first part is copied into a buffer of its announced size, which
 * the next read completes, and decoding goes on in the receive buffer behind it. So each octet is copied at most once.
 *
 * <p>The size is judged as soon as the seven octets of the head are there, before a buffer is made for it; the end
 * octet before the payload is looked at.
 *
 * <p>Design note: this is no {@code ByteToMessageDecoder}, which would gather messages in a list, and copy the rest of
 * every read in front of the next.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    /** The size in the head is beyond the limit. */
    private static final int TOO_LARGE = -1;

    private final FrameLimits limits;
    private final FrameListener listener;

    /** What arrived and is not decoded, oldest first: more than the buffer being decoded only while paused. */
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();

    private ByteBufAllocator allocator;
    private ByteBuf straddling; // the start of a frame whose rest is still to come, or null
    private long octetsReceived;
    private boolean protocolHeaderSeen;
    private boolean decoding;
    private boolean discarding;
    private boolean goOnAfterError;

    /** A decoder that expects a protocol header, then frames within the limits as they are at the time. */
    public FrameDecoder(FrameLimits limits, FrameListener listener) {
        this.limits = requireNonNull(limits, "limits is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /**
     * Goes on after a pause, on the event loop: decodes what is at hand and calls {@link FrameListener#onReadComplete}.
     * Called by a callback it only says that decoding shall go on; in {@link FrameListener#onError}, that it shall even
     * after a {@link ConnectionError}.
     */
    public void resume() {
        if (decoding) {
            goOnAfterError = true;
        } else if (!unread.isEmpty()) {
            decodeUnread();
            listener.onReadComplete();
        }
    }

    /** Octets that arrived so far, dropped ones included. On the event loop. */
    public long octetsReceived() {
        return octetsReceived;
    }

    /** Drops all input from now on, and what is not decoded yet. */
    public void discard() {
        discarding = true;
        if (!decoding) {
            releaseAll();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        allocator = context.alloc();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        discard();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object ownedMessage) {
        ByteBuf ownedIn = (ByteBuf) ownedMessage;
        octetsReceived += ownedIn.readableBytes();
        if (discarding) {
            ownedIn.release();
        } else {
            unread.add(ownedIn);
            decodeUnread();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        listener.onReadComplete();
        context.fireChannelReadComplete();
    }

    private void decodeUnread() {
        if (decoding) {
            return; // a callback made the channel read; the loop below comes to it
        }
        decoding = true;
        boolean failed = true;
        try {
            ByteBuf in;
            while ((in = unread.peek()) != null && decode(in)) {
                unread.remove().release();
            }
            failed = false;
        } finally {
            decoding = false;
            if (failed || discarding) { // failed: by a defect of a callback, of which Netty tells the pipeline
                discard();
            }
        }
    }

    /** Decodes until nothing is left, which is when it returns true, or the listener wants a pause. */
    private boolean decode(ByteBuf in) {
        while (in.isReadable() && !discarding) {
            if (listener.isPaused()) {
                return false;
            }
            if (straddling == null) {
                decodeInPlace(in);
            } else {
                decodeStraddling(in);
            }
        }
        return true;
    }

    private void decodeInPlace(ByteBuf in) {
        int start = in.readerIndex();
        int available = in.readableBytes();
        int octets = frameOctets(in, start, available);
        if (octets == TOO_LARGE) {
            refuseSize(in, start);
        } else if (octets <= available) {
            in.readerIndex(start + octets);
            deliver(in, start, octets);
        } else {
            straddling = allocator.buffer(octets);
            straddling.writeBytes(in);
        }
    }

    private void decodeStraddling(ByteBuf in) {
        int present = straddling.readableBytes();
        int octets = frameOctets(straddling, 0, present);
        while (octets > present && in.isReadable()) {
            int taken = Math.min(octets - present, in.readableBytes());
            straddling.ensureWritable(octets - present);
            straddling.writeBytes(in, taken);
            present += taken;
            octets = frameOctets(straddling, 0, present);
        }
        if (octets > present) {
            return;
        }
        ByteBuf frame = straddling;
        straddling = null;
        try {
            if (octets == TOO_LARGE) {
                refuseSize(frame, 0);
            } else {
                deliver(frame, 0, octets);
            }
        } finally {
            frame.release();
        }
    }

    /**
     * How many octets the frame has, or {@link #TOO_LARGE}; the least that a frame can have while that is not known.
     */
    private int frameOctets(ByteBuf in, int start, int available) {
        if (!protocolHeaderSeen) {
            return Frame.PROTOCOL_HEADER_OCTETS;
        }
        if (available < Frame.HEAD_OCTETS) {
            return Frame.OVERHEAD_OCTETS;
        }
        int size = in.getInt(start + 3);
        return size < 0 || size > limits.payloadAcceptedMax() ? TOO_LARGE : size + Frame.OVERHEAD_OCTETS;
    }

    private void refuseSize(ByteBuf in, int start) {
        fail(FrameErrors.tooLarge(in.getUnsignedByte(start), in, in.getInt(start + 3), limits.payloadMax()));
    }

    /** There is no telling where the next frame begins. */
    private void fail(ConnectionError error) {
        discarding = true;
        listener.onError(error);
    }

    private void deliver(ByteBuf in, int start, int octets) {
        try {
            if (protocolHeaderSeen) {
                deliverFrame(in, start, octets - Frame.OVERHEAD_OCTETS);
            } else {
                protocolHeaderSeen = true;
                listener.onProtocolHeader(in, start);
            }
        } catch (AmqpException e) {
            goOnAfterError = e instanceof ChannelError;
            listener.onError(e);
            if (!goOnAfterError) {
                discarding = true;
            }
        }
    }

    private void deliverFrame(ByteBuf in, int start, int length) {
        long head = in.getLong(start); // a frame has eight octets at least, and one load is cheaper than three
        int type = (int) (head >>> 56);
        int channel = (int) (head >>> 40) & 0xFFFF;
        int offset = start + Frame.HEAD_OCTETS;
        if (in.getUnsignedByte(offset + length) != Frame.END) {
            fail(FrameErrors.wrongEnd(type, in, offset, length));
            return;
        }
        switch (type) {
            case Frame.METHOD -> {
                require(length >= Frame.METHOD_IDS_OCTETS, type, in, offset, length);
                listener.onMethod(channel, in, offset, length);
            }
            case Frame.HEADER -> {
                require(length >= Frame.CONTENT_HEADER_OCTETS, type, in, offset, length);
                requireExpected(channel != 0, type, in, offset, length);
                listener.onContentHeader(channel, in, offset, length);
            }
            case Frame.BODY -> {
                requireExpected(channel != 0, type, in, offset, length);
                listener.onContentBody(channel, in, offset, length);
            }
            case Frame.HEARTBEAT -> {
                require(length == 0, type, in, offset, length);
                requireExpected(channel == 0, type, in, offset, length);
                listener.onHeartbeat(channel, length);
            }
            default -> throw FrameErrors.unknown(type, in, offset, length);
        }
    }

    private static void require(boolean fits, int type, ByteBuf in, int offset, int length) {
        if (!fits) {
            throw FrameErrors.unknown(type, in, offset, length);
        }
    }

    private static void requireExpected(boolean expected, int type, ByteBuf in, int offset, int length) {
        if (!expected) {
            throw FrameErrors.unexpected(type, in, offset, length);
        }
    }

    private void releaseAll() {
        ByteBuf in;
        while ((in = unread.poll()) != null) {
            in.release();
        }
        if (straddling != null) {
            straddling.release();
            straddling = null;
        }
    }
}
