package io.millrace.codec;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes the deliveries of one consumer, octet for octet as {@link FrameWriter#writeDeliver} does, but faster when they
 * are small and most of them have the exchange and routing key of the one before. One per consumer; used by the event
 * loop of its connection.
 *
 * <p>It keeps the whole of the last delivery in an array. What differs in the next (delivery tag, lengths, content) is
 * put in there, and the array goes to the buffer in one copy: a write to an array is cheaper than one to a buffer,
 * which checks bounds and reference count each time. For 16 octets of body (105 on the wire) the median of 30 rounds of
 * 2.8 million deliveries was 37 ns of CPU time against 65 ns, on a shared two-core machine under load, JDK 17.
 */
public final class DeliveryWriter {
    /** The header and the body frame without properties and body. */
    private static final int CONTENT_FIXED_OCTETS = 2 * Frame.OVERHEAD_OCTETS + Frame.CONTENT_HEADER_OCTETS;

    /** Content above this is written the ordinary way: then the copy costs more than the writes. */
    private static final int CONTENT_OCTETS_MAX = 512;

    private static final int CONSUMER_TAG_OFFSET = Frame.HEAD_OCTETS + Frame.METHOD_IDS_OCTETS;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final int channel;
    private final ShortString consumerTag;
    private final int deliveryTagOffset;

    private ShortString exchange;
    private ShortString routingKey;
    private byte[] octets; // null until the first delivery
    private int methodEnd; // where the end octet of the method frame is

    /** A writer for a consumer of a channel. */
    public DeliveryWriter(int channel, ShortString consumerTag) {
        this.channel = channel;
        this.consumerTag = requireNonNull(consumerTag, "consumerTag is null");
        deliveryTagOffset = CONSUMER_TAG_OFFSET + 1 + consumerTag.length();
    }

    /** Writes {@code basic.deliver} with its content; see {@link FrameWriter#writeDeliver}. */
    public void write(
            ByteBuf out,
            int frameMax,
            long deliveryTag,
            boolean redelivered,
            ShortString messageExchange,
            ShortString messageRoutingKey,
            Content content) {
        int propertiesLength = content.propertiesLength();
        int bodyLength = content.bodyLength();
        if (!content.isSingle() || propertiesLength + bodyLength > CONTENT_OCTETS_MAX || bodyLength == 0) {
            FrameWriter.writeDeliver(
                    out,
                    frameMax,
                    channel,
                    consumerTag,
                    deliveryTag,
                    redelivered,
                    messageExchange,
                    messageRoutingKey,
                    content);
            return;
        }
        assert frameMax == 0 || frameMax >= FrameLimits.FRAME_MAX_LOWEST : frameMax; // so that one body frame does
        if (!messageRoutingKey.equals(routingKey) || !messageExchange.equals(exchange)) {
            prepare(messageExchange, messageRoutingKey);
        }
        byte[] a = octets;
        LONGS.set(a, deliveryTagOffset, deliveryTag);
        a[deliveryTagOffset + Long.BYTES] = (byte) (redelivered ? 1 : 0);
        int at = methodEnd;
        closeAndOpen(a, at, Frame.HEADER, Frame.CONTENT_HEADER_OCTETS + propertiesLength);
        // class id and weight stand there already
        LONGS.set(a, at + 12, (long) bodyLength);
        at += Frame.OVERHEAD_OCTETS + Frame.CONTENT_HEADER_OCTETS;
        System.arraycopy(content.propertiesArray(), 0, a, at, propertiesLength);
        at += propertiesLength;
        closeAndOpen(a, at, Frame.BODY, bodyLength);
        at += Frame.OVERHEAD_OCTETS;
        System.arraycopy(content.bodyArray(), content.bodyStart(), a, at, bodyLength);
        at += bodyLength;
        a[at] = (byte) Frame.END;
        out.writeBytes(a, 0, at + 1);
    }

    /** Lays out all that stays the same while exchange and routing key do. */
    private void prepare(ShortString newExchange, ShortString newRoutingKey) {
        int exchangeOffset = deliveryTagOffset + Long.BYTES + 1;
        int routingKeyOffset = exchangeOffset + 1 + newExchange.length();
        methodEnd = routingKeyOffset + 1 + newRoutingKey.length();
        int needed = methodEnd + 1 + CONTENT_FIXED_OCTETS + CONTENT_OCTETS_MAX;
        if (octets == null || octets.length < needed) {
            octets = new byte[needed];
            octets[0] = Frame.METHOD;
            octets[1] = (byte) (channel >> 8);
            octets[2] = (byte) channel;
            INTS.set(octets, Frame.HEAD_OCTETS, BasicMethod.Deliver.ID);
            put(consumerTag, CONSUMER_TAG_OFFSET);
        }
        INTS.set(octets, 3, methodEnd - Frame.HEAD_OCTETS);
        put(newExchange, exchangeOffset);
        put(newRoutingKey, routingKeyOffset);
        INTS.set(octets, methodEnd + Frame.OVERHEAD_OCTETS, BasicMethod.Deliver.ID & 0xFFFF_0000);
        exchange = newExchange;
        routingKey = newRoutingKey;
    }

    private void put(ShortString string, int offset) {
        octets[offset] = (byte) string.length();
        System.arraycopy(string.bytes(), 0, octets, offset + 1, string.length());
    }

    /** The end of one frame and the head of the next. */
    private void closeAndOpen(byte[] a, int at, int type, int length) {
        LONGS.set(a, at, ((long) Frame.END << 56) | ((long) type << 48) | ((long) channel << 32) | length);
    }
}
