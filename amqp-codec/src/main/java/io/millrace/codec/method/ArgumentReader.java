package io.millrace.codec.method;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/**
 * Reads the arguments of one method after the other from a borrowed buffer.
 *
 * <p>It judges at the end and not on the way: past the end it yields zeros and empty strings, and {@link #finish} says
 * what was wrong. RabbitMQ matches the whole length first and looks into strings and tables only then, so that of two
 * errors the peer must hear of the length.
 */
final class ArgumentReader {
    private final ShortStringCache strings = new ShortStringCache();

    private static final int CONNECTION_CLASS = 10;

    private ByteBuf in;
    private int start;
    private int index;
    private int end;
    private int bits;
    private int bitsLeft;
    private boolean truncated;
    private AmqpException firstError;

    /** Goes to the arguments at {@code offset}. */
    void start(ByteBuf buffer, int offset, int length) {
        in = buffer;
        start = offset;
        index = offset;
        end = offset + length;
        bitsLeft = 0;
        truncated = false;
        firstError = null;
    }

    /** Throws what was wrong with the arguments of the method {@code id}; lets go of the buffer. */
    void finish(int id) {
        ByteBuf buffer = in;
        in = null;
        if (truncated || index != end) {
            throw new ConnectionError(
                    ReplyCode.FRAME_ERROR, "cannot decode " + decimal(buffer, start, end), id >>> 16, id & 0xFFFF);
        }
        if (firstError != null) {
            // RabbitMQ names no method when a text is malformed, but for those that concern the connection; of
            // malformed tables it says nothing at all.
            boolean text = firstError.replyCode() == ReplyCode.FRAME_ERROR;
            throw text && id >>> 16 != CONNECTION_CLASS ? firstError : firstError.withMethod(id >>> 16, id & 0xFFFF);
        }
    }

    int octet() {
        int at = advance(1);
        return at < 0 ? 0 : in.getUnsignedByte(at);
    }

    int shortInteger() {
        int at = advance(Short.BYTES);
        return at < 0 ? 0 : in.getUnsignedShort(at);
    }

    void reservedShort() {
        advance(Short.BYTES);
    }

    long longInteger() {
        int at = advance(Integer.BYTES);
        return at < 0 ? 0 : in.getUnsignedInt(at);
    }

    long longLongInteger() {
        int at = advance(Long.BYTES);
        return at < 0 ? 0 : in.getLong(at);
    }

    /** The next bit of the octet that consecutive bits share. */
    boolean bit() {
        if (bitsLeft == 0) {
            bits = octet();
            bitsLeft = Byte.SIZE;
        }
        boolean value = (bits & 1) != 0;
        bits >>= 1;
        bitsLeft--;
        return value;
    }

    ShortString shortString() {
        return shortString(true);
    }

    /** A short string of which RabbitMQ does not mind whether it is UTF-8. */
    ShortString shortOctets() {
        return shortString(false);
    }

    private ShortString shortString(boolean mustBeText) {
        int length = octet();
        int at = advance(length);
        if (at < 0) {
            return ShortString.EMPTY;
        }
        ShortString value = strings.get(in, at, length);
        if (value != null) {
            return value;
        }
        if (mustBeText) {
            remember(new ConnectionError(ReplyCode.FRAME_ERROR, "Malformed UTF-8 in shortstr"));
            return ShortString.EMPTY;
        }
        byte[] octets = new byte[length];
        in.getBytes(at, octets);
        return ShortString.of(octets);
    }

    LongString longString() {
        int length = (int) longInteger(); // from 2 GiB on negative, which no frame has
        int at = advance(length);
        if (at < 0) {
            return LongString.EMPTY;
        }
        byte[] octets = new byte[length];
        in.getBytes(at, octets);
        return LongString.of(octets);
    }

    FieldTable table() {
        int length = (int) longInteger();
        int at = advance(length);
        if (at < 0) {
            return FieldTable.EMPTY;
        }
        try {
            return FieldTable.read(in, at, length);
        } catch (AmqpException e) {
            remember(e);
            return FieldTable.EMPTY;
        }
    }

    /** Steps over {@code length} octets; returns where they are, or -1 when there are not so many. */
    private int advance(int length) {
        int at = index;
        bitsLeft = 0;
        if (truncated || length < 0 || length > end - at) {
            truncated = true;
            return -1;
        }
        index = at + length;
        return at;
    }

    private void remember(AmqpException error) {
        if (firstError == null) {
            firstError = error;
        }
    }

    /** As Erlang writes a binary; no more of it than a reply text can hold. */
    private static String decimal(ByteBuf buffer, int start, int end) {
        StringBuilder text = new StringBuilder("<<");
        int stop = Math.min(end, start + ShortString.LENGTH_MAX);
        for (int i = start; i < stop; i++) {
            text.append(i == start ? "" : ",").append(buffer.getUnsignedByte(i));
        }
        return text.append(">>").toString();
    }
}
