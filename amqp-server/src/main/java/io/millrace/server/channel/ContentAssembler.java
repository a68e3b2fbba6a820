package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.Content;
import io.millrace.codec.ContentFiller;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.value.BasicProperties;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins {@code basic.publish}, content header and body frames into a message's content, and checks that the frames come
 * in that order. Nothing is allocated for a body before its octets arrive.
 */
final class ContentAssembler {
    /** RabbitMQ's hard limit for a body, whatever the configured one. */
    private static final long BODY_BYTES_MAX = 512L << 20;

    private static final int BASIC_CLASS = 60;
    /** Class id, weight and body size in front of the properties. */
    private static final int HEADER_FIXED_BYTES = 12;
    /** Property lists up to this size are compared with the one before, which most messages in a row share. */
    private static final int SCRATCH_BYTES = 256;

    private static final byte[] NO_PROPERTIES = new byte[2];

    private static final int CHUNK_BYTES_MIN = 16 << 10;
    private static final int PUBLISH_METHOD = 40;

    private enum Expecting {
        METHOD,
        HEADER,
        BODY
    }

    /** Takes small bodies; may be null. */
    private final ContentFiller filler;

    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private Expecting expecting = Expecting.METHOD;
    private BasicMethod.Publish publish;
    /** Of the content that is awaited; shared by all that have the same. */
    private byte[] properties = NO_PROPERTIES;

    private long bodyLength;
    private long remaining;
    private List<byte[]> chunks;
    private byte[] chunk;
    private int chunkLength;

    /** @param filler where small bodies go; null for arrays of their own */
    ContentAssembler(ContentFiller filler) {
        this.filler = filler;
    }

    /** A method with content begins. */
    void begin(BasicMethod.Publish method) {
        publish = method;
        expecting = Expecting.HEADER;
    }

    /** The method that the content belongs to. */
    BasicMethod.Publish publish() {
        return publish;
    }

    /** A method arrived: right only between contents. */
    void checkMethodExpected() {
        if (expecting == Expecting.HEADER) {
            throw unexpected("expected content header for class 60, got non content header frame instead");
        }
        if (expecting == Expecting.BODY) {
            throw unexpected("expected content body, got non content body frame instead");
        }
    }

    /**
     * Takes a header frame; returns the content when it has no body, else null.
     *
     * @throws ChannelError PRECONDITION_FAILED when the body is larger than the limit
     */
    Content header(ByteBuf in, int offset, int length, long maxMessageSize) {
        checkHeaderExpected(in, offset, length);
        long size = in.getLong(offset + 4);
        if (size < 0 || size > BODY_BYTES_MAX) {
            throw new ConnectionError(
                    ReplyCode.FRAME_ERROR,
                    "content body size " + Long.toUnsignedString(size) + " exceeds maximum allowed size "
                            + BODY_BYTES_MAX,
                    BASIC_CLASS,
                    PUBLISH_METHOD);
        }
        takeProperties(in, offset + HEADER_FIXED_BYTES, length - HEADER_FIXED_BYTES);
        if (size > maxMessageSize) {
            expecting = Expecting.METHOD;
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "message size " + size + " is larger than configured max size " + maxMessageSize,
                    BASIC_CLASS,
                    PUBLISH_METHOD);
        }
        if (size == 0) {
            expecting = Expecting.METHOD;
            return Content.of(properties, properties.length);
        }
        bodyLength = size;
        remaining = size;
        expecting = Expecting.BODY;
        return null;
    }

    /** Octets that are the same as those before are as valid, and take no array. */
    private void takeProperties(ByteBuf in, int offset, int length) {
        if (length <= SCRATCH_BYTES) {
            in.getBytes(offset, scratch, 0, length);
            if (Arrays.equals(scratch, 0, length, properties, 0, properties.length)) {
                return;
            }
        }
        BasicProperties.validate(in, offset, length);
        byte[] list = new byte[length];
        in.getBytes(offset, list);
        properties = list;
    }

    private void checkHeaderExpected(ByteBuf in, int offset, int length) {
        if (expecting == Expecting.METHOD) {
            throw unexpected("expected method frame, got non method frame instead");
        }
        if (expecting == Expecting.BODY) {
            throw unexpected("expected content body, got non content body frame instead");
        }
        if (length < HEADER_FIXED_BYTES) {
            throw unexpected("expected content header for class 60, got non content header frame instead");
        }
        int classId = in.getUnsignedShort(offset);
        int weight = in.getUnsignedShort(offset + 2);
        if (weight != 0) {
            throw unexpected("expected content header for class 60, got non content header frame instead");
        }
        if (classId != BASIC_CLASS) {
            throw unexpected("expected content header for class 60, got one for class " + classId + " instead");
        }
    }

    /** Takes a body frame; returns the content when it is complete, else null. */
    Content body(ByteBuf in, int offset, int length) {
        if (expecting == Expecting.METHOD) {
            throw unexpected("expected method frame, got non method frame instead");
        }
        if (expecting == Expecting.HEADER) {
            throw unexpected("expected content header for class 60, got non content header frame instead");
        }
        if (length > remaining) {
            throw new ConnectionError(
                    ReplyCode.FRAME_ERROR,
                    "content body frame exceeds remaining content size",
                    BASIC_CLASS,
                    PUBLISH_METHOD);
        }
        if (length == bodyLength) {
            return single(in, offset, length);
        }
        append(in, offset, length);
        remaining -= length;
        return remaining == 0 ? chunked() : null;
    }

    private Content single(ByteBuf in, int offset, int length) {
        Content content = filler == null ? null : filler.fill(properties, in, offset, length);
        expecting = Expecting.METHOD;
        if (content != null) {
            return content;
        }
        int propertiesLength = properties.length;
        byte[] all = new byte[propertiesLength + length];
        System.arraycopy(properties, 0, all, 0, propertiesLength);
        in.getBytes(offset, all, propertiesLength, length);
        return Content.of(all, propertiesLength);
    }

    /** Chunks are at least so large that a body sent in tiny frames costs no more than its octets. */
    private void append(ByteBuf in, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (chunk == null) {
                long unclaimed = remaining - (from - offset);
                chunk = new byte[(int) Math.min(unclaimed, Math.max(left, CHUNK_BYTES_MIN))];
                chunkLength = 0;
            }
            int part = Math.min(left, chunk.length - chunkLength);
            in.getBytes(from, chunk, chunkLength, part);
            chunkLength += part;
            from += part;
            left -= part;
            if (chunkLength == chunk.length) {
                if (chunks == null) {
                    chunks = new ArrayList<>();
                }
                chunks.add(chunk);
                chunk = null;
            }
        }
    }

    private Content chunked() {
        Content content = Content.of(properties, chunks, bodyLength);
        expecting = Expecting.METHOD;
        chunks = null;
        return content;
    }

    private ConnectionError unexpected(String explanation) {
        boolean begun = expecting != Expecting.METHOD;
        return new ConnectionError(
                ReplyCode.UNEXPECTED_FRAME, explanation, begun ? BASIC_CLASS : 0, begun ? PUBLISH_METHOD : 0);
    }
}
