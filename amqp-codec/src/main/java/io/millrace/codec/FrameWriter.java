package io.millrace.codec;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;

/**
 * Writes frames to the end of a buffer.
 *
 * <p>The methods that run once per message make room once and then write as few and as wide numbers as they can: the
 * head of a frame is written together with the octet before or after it as one long. A frame max of 0 means that there
 * is no limit. Method and content header frames are never split, so that they may be larger than the limit, as
 * RabbitMQ's.
 */
public final class FrameWriter {
    /** Ids, delivery tag, redelivered, and the lengths of three short strings. */
    private static final int DELIVER_FIXED_OCTETS = 4 + 8 + 1 + 3;
    /** Ids, delivery tag, redelivered, message count, and the lengths of two short strings. */
    private static final int GET_OK_FIXED_OCTETS = 4 + 8 + 1 + 4 + 2;
    /** Ids, reply code, and the lengths of three short strings. */
    private static final int RETURN_FIXED_OCTETS = 4 + 2 + 3;
    /** Ids, delivery tag, bits. */
    private static final int ACK_OCTETS = 4 + 8 + 1;

    private static final int BASIC_CLASS = 60;

    /** All but the first octet of the ids: that one is 0 for each class, and ends the long with the frame's head. */
    private static final int IDS_MASK = 0xFF_FFFF;

    private FrameWriter() {}

    /** Writes a method frame. What content follows it is written by {@link #writeContent}. */
    public static void writeMethod(ByteBuf out, int channel, Method method) {
        int start = out.writerIndex();
        out.writeByte(Frame.METHOD);
        out.writeShort(channel);
        out.writeInt(0);
        out.writeInt(method.id());
        method.write(out);
        out.setInt(start + 3, out.writerIndex() - start - Frame.HEAD_OCTETS);
        out.writeByte(Frame.END);
    }

    /** Writes {@code basic.deliver} with its content. */
    public static void writeDeliver(
            ByteBuf out,
            int frameMax,
            int channel,
            ShortString consumerTag,
            long deliveryTag,
            boolean redelivered,
            ShortString exchange,
            ShortString routingKey,
            Content content) {
        int length = DELIVER_FIXED_OCTETS + consumerTag.length() + exchange.length() + routingKey.length();
        out.ensureWritable(Frame.OVERHEAD_OCTETS + length + contentSize(frameMax, content));
        openMethod(out, channel, length, BasicMethod.Deliver.ID);
        consumerTag.writeTo(out);
        out.writeLong(deliveryTag);
        out.writeBoolean(redelivered);
        exchange.writeTo(out);
        routingKey.writeTo(out);
        closeWithContent(out, frameMax, channel, content);
    }

    /** Exactly how many octets {@link #writeDeliver} writes. */
    public static int deliverSize(
            int frameMax, ShortString consumerTag, ShortString exchange, ShortString routingKey, Content content) {
        return Frame.OVERHEAD_OCTETS
                + DELIVER_FIXED_OCTETS
                + consumerTag.length()
                + exchange.length()
                + routingKey.length()
                + contentSize(frameMax, content);
    }

    /** Writes {@code basic.get-ok} with its content. */
    public static void writeGetOk(
            ByteBuf out,
            int frameMax,
            int channel,
            long deliveryTag,
            boolean redelivered,
            ShortString exchange,
            ShortString routingKey,
            int messageCount,
            Content content) {
        int length = GET_OK_FIXED_OCTETS + exchange.length() + routingKey.length();
        out.ensureWritable(Frame.OVERHEAD_OCTETS + length + contentSize(frameMax, content));
        openMethod(out, channel, length, BasicMethod.GetOk.ID);
        out.writeLong(deliveryTag);
        out.writeBoolean(redelivered);
        exchange.writeTo(out);
        routingKey.writeTo(out);
        out.writeInt(messageCount);
        closeWithContent(out, frameMax, channel, content);
    }

    /** Writes {@code basic.return} with its content. */
    public static void writeReturn(
            ByteBuf out,
            int frameMax,
            int channel,
            int replyCode,
            ShortString replyText,
            ShortString exchange,
            ShortString routingKey,
            Content content) {
        int length = RETURN_FIXED_OCTETS + replyText.length() + exchange.length() + routingKey.length();
        out.ensureWritable(Frame.OVERHEAD_OCTETS + length + contentSize(frameMax, content));
        openMethod(out, channel, length, BasicMethod.Return.ID);
        out.writeShort(replyCode);
        replyText.writeTo(out);
        exchange.writeTo(out);
        routingKey.writeTo(out);
        closeWithContent(out, frameMax, channel, content);
    }

    /** Writes a content header and as many body frames as the body needs: none if it is empty. */
    public static void writeContent(ByteBuf out, int frameMax, int channel, Content content) {
        out.ensureWritable(contentSize(frameMax, content));
        out.writeByte(Frame.HEADER);
        out.writeShort(channel);
        out.writeInt(Frame.CONTENT_HEADER_OCTETS + content.propertiesLength());
        finishContent(out, frameMax, channel, content);
    }

    /** Writes {@code basic.ack}. */
    public static void writeAck(ByteBuf out, int channel, long deliveryTag, boolean multiple) {
        writeAckLike(out, channel, BasicMethod.Ack.ID, deliveryTag, multiple ? 1 : 0);
    }

    /** Writes {@code basic.nack}. */
    public static void writeNack(ByteBuf out, int channel, long deliveryTag, boolean multiple, boolean requeue) {
        writeAckLike(out, channel, BasicMethod.Nack.ID, deliveryTag, (multiple ? 1 : 0) | (requeue ? 2 : 0));
    }

    /** Writes a heartbeat. */
    public static void writeHeartbeat(ByteBuf out) {
        out.writeLong(((long) Frame.HEARTBEAT << 56) | Frame.END);
    }

    /** Writes a protocol header: {@code AMQP} and four octets, {@code 0 0 9 1} for the version spoken here. */
    public static void writeProtocolHeader(ByteBuf out, int a, int b, int c, int d) {
        out.writeInt(0x414D_5150);
        out.writeInt((a << 24) | ((b & 0xFF) << 16) | ((c & 0xFF) << 8) | (d & 0xFF));
    }

    private static void writeAckLike(ByteBuf out, int channel, int id, long deliveryTag, int bits) {
        out.ensureWritable(Frame.OVERHEAD_OCTETS + ACK_OCTETS);
        openMethod(out, channel, ACK_OCTETS, id);
        out.writeLong(deliveryTag);
        out.writeShort((bits << 8) | Frame.END);
    }

    /** The head of a method frame and the ids. */
    private static void openMethod(ByteBuf out, int channel, int length, int id) {
        out.writeLong(((long) Frame.METHOD << 56) | ((long) channel << 40) | ((long) length << 8));
        out.writeMedium(id & IDS_MASK);
    }

    /** The end of a method frame, and all frames of the content that belongs to it. */
    private static void closeWithContent(ByteBuf out, int frameMax, int channel, Content content) {
        closeAndOpen(out, Frame.HEADER, channel, Frame.CONTENT_HEADER_OCTETS + content.propertiesLength());
        finishContent(out, frameMax, channel, content);
    }

    /** All frames of a content but the head of the first. */
    private static void finishContent(ByteBuf out, int frameMax, int channel, Content content) {
        int bodyLength = content.bodyLength();
        int payloadMax = payloadMax(frameMax);
        out.writeInt(BASIC_CLASS << 16);
        out.writeLong(bodyLength);
        content.writeProperties(out);
        for (int offset = 0; offset < bodyLength; ) {
            int length = Math.min(bodyLength - offset, payloadMax);
            closeAndOpen(out, Frame.BODY, channel, length);
            content.writeBody(out, offset, length);
            offset += length;
        }
        out.writeByte(Frame.END);
    }

    /** The end of one frame and the head of the next: eight octets, one write. */
    private static void closeAndOpen(ByteBuf out, int type, int channel, int length) {
        out.writeLong(((long) Frame.END << 56) | ((long) type << 48) | ((long) channel << 32) | length);
    }

    private static int contentSize(int frameMax, Content content) {
        int bodyLength = content.bodyLength();
        int payloadMax = payloadMax(frameMax);
        int bodyFrames = bodyLength <= payloadMax ? Math.min(bodyLength, 1) : (bodyLength - 1) / payloadMax + 1;
        return Frame.OVERHEAD_OCTETS
                + Frame.CONTENT_HEADER_OCTETS
                + content.propertiesLength()
                + bodyFrames * Frame.OVERHEAD_OCTETS
                + bodyLength;
    }

    private static int payloadMax(int frameMax) {
        return frameMax == 0 ? Integer.MAX_VALUE : frameMax - Frame.OVERHEAD_OCTETS;
    }
}
