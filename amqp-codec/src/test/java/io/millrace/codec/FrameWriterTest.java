package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
    private static final int FRAME_MAX = 4096;
    private static final ShortString TAG = ShortString.of("ctag-1");
    private static final ShortString EXCHANGE = ShortString.of("ex");
    private static final ShortString KEY = ShortString.of("a.b");
    private static final BasicProperties PROPERTIES =
            BasicProperties.builder().deliveryMode(2).appId(KEY).build();

    private final ByteBuf out = Unpooled.buffer(16);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 4087, 4088, 4089, 8176, 8177, 50_000})
    void contentMethodsAreTheMethodAndTheContent(int bodyLength) {
        byte[] body = new byte[bodyLength];
        new Random(bodyLength).nextBytes(body);
        for (Content content :
                new Content[] {Contents.of(PROPERTIES, body), Contents.chunked(PROPERTIES, body, 1_000)}) {
            for (int channel : new int[] {1, 0x8001, 0xFFFF}) {
                FrameWriter.writeDeliver(out, FRAME_MAX, channel, TAG, -2, true, EXCHANGE, KEY, content);
                assertEquals(out.readableBytes(), FrameWriter.deliverSize(FRAME_MAX, TAG, EXCHANGE, KEY, content));
                assertWritten(channel, new BasicMethod.Deliver(TAG, -2, true, EXCHANGE, KEY), body, FRAME_MAX);
                FrameWriter.writeGetOk(out, FRAME_MAX, channel, 7, false, EXCHANGE, KEY, 99, content);
                assertWritten(channel, new BasicMethod.GetOk(7, false, EXCHANGE, KEY, 99), body, FRAME_MAX);
                FrameWriter.writeReturn(
                        out, FRAME_MAX, channel, 312, ShortString.of("NO_ROUTE"), EXCHANGE, KEY, content);
                assertWritten(
                        channel,
                        new BasicMethod.Return(312, ShortString.of("NO_ROUTE"), EXCHANGE, KEY),
                        body,
                        FRAME_MAX);
            }
        }
    }

    @Test
    void frameMaxZeroIsNoLimit() {
        byte[] body = new byte[300_000];
        Content content = Contents.of(PROPERTIES, body);
        FrameWriter.writeDeliver(out, 0, 1, TAG, 1, false, EXCHANGE, KEY, content);
        assertEquals(out.readableBytes(), FrameWriter.deliverSize(0, TAG, EXCHANGE, KEY, content));
        assertWritten(1, new BasicMethod.Deliver(TAG, 1, false, EXCHANGE, KEY), body, Integer.MAX_VALUE);
    }

    @Test
    void acksAndNacksAreTheMethods() {
        FrameWriter.writeAck(out, 3, 1L << 40, true);
        assertMethod(3, new BasicMethod.Ack(1L << 40, true));
        FrameWriter.writeAck(out, 0xFFFF, 1, false);
        assertMethod(0xFFFF, new BasicMethod.Ack(1, false));
        for (int bits = 0; bits < 4; bits++) {
            boolean multiple = (bits & 1) != 0;
            boolean requeue = (bits & 2) != 0;
            FrameWriter.writeNack(out, 2, 5, multiple, requeue);
            assertMethod(2, new BasicMethod.Nack(5, multiple, requeue));
        }
    }

    @Test
    void heartbeatAndProtocolHeaderAreFixed() {
        FrameWriter.writeHeartbeat(out);
        assertEquals("08000000000000ce", ByteBufUtil.hexDump(out));
        out.clear();
        FrameWriter.writeProtocolHeader(out, 0, 0, 9, 1);
        assertEquals("414d515000000901", ByteBufUtil.hexDump(out));
        out.clear();
        FrameWriter.writeProtocolHeader(out, 255, 254, 253, 252);
        assertEquals("414d5150fffefdfc", ByteBufUtil.hexDump(out));
    }

    @Test
    void largePropertiesAreNotSplit() {
        Content content = Content.of(new byte[10_000], 10_000);
        FrameWriter.writeContent(out, FRAME_MAX, 1, content);
        assertEquals(Frame.HEADER, out.readByte());
        assertEquals(1, out.readShort());
        assertEquals(10_012, out.readInt());
        assertEquals(10_013, out.readableBytes());
    }

    /** Reads back what was written, frame by frame, and empties the buffer. */
    private void assertWritten(int channel, Method method, byte[] body, int frameMax) {
        ByteBuf expected = Unpooled.buffer();
        writeFrame(expected, Frame.METHOD, channel, encode(method));
        byte[] properties = PROPERTIES.encode();
        writeFrame(
                expected,
                Frame.HEADER,
                channel,
                ByteBufUtil.getBytes(Unpooled.buffer()
                        .writeShort(60)
                        .writeShort(0)
                        .writeLong(body.length)
                        .writeBytes(properties)));
        for (int from = 0; from < body.length; ) {
            int length = Math.min(body.length - from, frameMax - 8);
            writeFrame(expected, Frame.BODY, channel, Arrays.copyOfRange(body, from, from + length));
            from += length;
        }
        assertArrayEquals(ByteBufUtil.getBytes(expected), ByteBufUtil.getBytes(out));
        out.clear();
    }

    private void assertMethod(int channel, Method method) {
        ByteBuf expected = Unpooled.buffer();
        writeFrame(expected, Frame.METHOD, channel, encode(method));
        assertEquals(ByteBufUtil.hexDump(expected), ByteBufUtil.hexDump(out));
        out.clear();
        FrameWriter.writeMethod(out, channel, method);
        assertEquals(ByteBufUtil.hexDump(expected), ByteBufUtil.hexDump(out));
        out.clear();
    }

    private static byte[] encode(Method method) {
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.write(payload);
        return ByteBufUtil.getBytes(payload);
    }

    private static void writeFrame(ByteBuf expected, int type, int channel, byte[] payload) {
        expected.writeBytes(Session.frame(type, channel, payload));
    }
}
