package io.millrace.server.connection;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.netty.buffer.ByteBuf;
import java.util.StringJoiner;

/** The words that RabbitMQ has for a frame that is out of place. */
final class FrameText {
    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;

    private static final int OCTETS_SHOWN_MAX = 16;

    private FrameText() {}

    static ConnectionError unexpected(int type, ByteBuf in, int offset, int length) {
        int shown = Math.min(length, OCTETS_SHOWN_MAX);
        StringJoiner octets = new StringJoiner(",", "<<", ">>");
        for (int i = 0; i < shown; i++) {
            octets.add(Integer.toString(in.getUnsignedByte(offset + i)));
        }
        String which = length <= OCTETS_SHOWN_MAX ? "all" : "first " + OCTETS_SHOWN_MAX;
        return new ConnectionError(ReplyCode.UNEXPECTED_FRAME, "type " + type + ", " + which + " octets = " + octets);
    }
}
