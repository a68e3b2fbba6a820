package io.millrace.codec;

import io.netty.buffer.ByteBuf;

/** What a peer hears of a frame that is wrong as such: RabbitMQ's texts, which show the start of the payload. */
public final class FrameErrors {
    private static final int OCTETS_SHOWN_MAX = 16;
    /** RabbitMQ begins a new line within what would reach this column. */
    private static final int LINE_WIDTH = 80;

    private FrameErrors() {}

    /** {@code UNEXPECTED_FRAME}: a frame of this type must not come on this channel now. */
    public static ConnectionError unexpected(int type, ByteBuf in, int offset, int length) {
        return new ConnectionError(ReplyCode.UNEXPECTED_FRAME, show(type, in, offset, length));
    }

    /** {@code FRAME_ERROR}: no such type, or a payload that does not fit the type. */
    public static ConnectionError unknown(int type, ByteBuf in, int offset, int length) {
        return new ConnectionError(ReplyCode.FRAME_ERROR, show(type, in, offset, length) + ": unknown_frame");
    }

    static ConnectionError wrongEnd(int type, ByteBuf in, int offset, int length) {
        String before = show(type, in, offset, length) + ": {invalid_frame_end_marker,";
        String after = in.getUnsignedByte(offset + length) + "}";
        boolean breaks = before.length() + after.length() >= LINE_WIDTH;
        String text = breaks ? before + "\n" + " ".repeat(before.indexOf('{') + 1) + after : before + after;
        return new ConnectionError(ReplyCode.FRAME_ERROR, text);
    }

    /** The size is unsigned; the payload has not been looked at. */
    static ConnectionError tooLarge(int type, ByteBuf in, int size, int payloadMax) {
        return new ConnectionError(
                ReplyCode.FRAME_ERROR,
                show(type, in, 0, 0) + ": {frame_too_large," + Integer.toUnsignedString(size) + "," + payloadMax + "}");
    }

    private static String show(int type, ByteBuf in, int offset, int length) {
        return "type " + type + ", " + (length <= OCTETS_SHOWN_MAX ? "all" : "first " + OCTETS_SHOWN_MAX) + " octets = "
                + ErlangBinary.print(in, offset, Math.min(length, OCTETS_SHOWN_MAX));
    }
}
