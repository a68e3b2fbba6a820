package io.millrace.codec;

import io.netty.buffer.ByteBuf;

/**
 * Receives what {@link FrameDecoder} finds, in order, on the connection's event loop.
 *
 * <p>Buffers are borrowed: read exactly {@code length} octets from {@code offset} on with the {@code get} methods, do
 * not move the buffer's indices, do not keep it.
 *
 * <p>Every callback may throw an {@link AmqpException}, which comes back through {@link #onError}.
 */
public interface FrameListener {
    /** The eight octets that open a connection, whatever they are. */
    void onProtocolHeader(ByteBuf in, int offset);

    /** A method: at least the four octets of class and method id, then the arguments. */
    void onMethod(int channel, ByteBuf in, int offset, int length);

    /** A content header: at least its twelve octets of class id, weight and body size, then the property list. */
    void onContentHeader(int channel, ByteBuf in, int offset, int length);

    /** A part of a body, possibly empty. */
    void onContentBody(int channel, ByteBuf in, int offset, int length);

    /** A heartbeat. The decoder has refused those that are not on channel 0 or not empty. */
    void onHeartbeat(int channel, int length);

    /**
     * Decoding failed, or a callback threw. After a {@link ChannelError} decoding goes on with the next frame. After a
     * {@link ConnectionError} all further input is dropped, unless a callback threw it and this method calls
     * {@link FrameDecoder#resume}, which is how to wait for the peer's {@code connection.close-ok}. When the octets
     * themselves are no frames there is nothing to go on with.
     */
    void onError(AmqpException error);

    /** The input at hand is decoded: what was gathered from it can be handed on. */
    void onReadComplete();

    /** Asked before each frame: true keeps the rest undecoded until {@link FrameDecoder#resume}. */
    boolean isPaused();
}
