package io.millrace.codec;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.method.SampleMethods;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.SampleTables;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Random;

/** Octets that a client might send. */
final class Session {
    private static final int FRAME_MAX = 8192;

    private final ByteBuf out = Unpooled.buffer();

    static byte[] frame(int type, int channel, byte... payload) {
        return ByteBufUtil.getBytes(Unpooled.buffer()
                .writeByte(type)
                .writeShort(channel)
                .writeInt(payload.length)
                .writeBytes(payload)
                .writeByte(Frame.END));
    }

    /** From the protocol header to publishing, consuming and a heartbeat. */
    static byte[] typical() {
        return new Session()
                .protocolHeader()
                .method(
                        0,
                        new ConnectionMethod.StartOk(
                                FieldTable.of(Map.of("capabilities", Map.of("basic.nack", true))),
                                ShortString.of("PLAIN"),
                                LongString.of("\0guest\0guest"),
                                ShortString.of("en_US")))
                .method(0, new ConnectionMethod.TuneOk(2047, 131072, 60))
                .method(0, new ConnectionMethod.Open(ShortString.of("/"), ShortString.EMPTY, false))
                .method(1, new ChannelMethod.Open(ShortString.EMPTY))
                .method(
                        1,
                        new QueueMethod.Declare(
                                ShortString.of("orders"),
                                false,
                                true,
                                false,
                                false,
                                false,
                                FieldTable.of(Map.of("x-max-length", 5))))
                .publish(1, "", "orders", new byte[300])
                .publish(1, "", "orders", new byte[300])
                .publish(1, "", "orders", new byte[0])
                .method(1, new BasicMethod.Ack(1, true))
                .heartbeat()
                .octets();
    }

    /** A protocol header, then any methods, contents and heartbeats. */
    static byte[] random(Random random) {
        Session session = new Session().protocolHeader();
        for (int i = random.nextInt(12); i >= 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> session.publish(1 + random.nextInt(3), "", "orders", SampleTables.octets(random, 300));
                case 1 -> session.heartbeat();
                case 2 -> session.content(1, SampleTables.properties(random), SampleTables.octets(random, 20_000));
                default -> session.method(random.nextInt(3), SampleMethods.random(random));
            }
        }
        return session.octets();
    }

    Session protocolHeader() {
        FrameWriter.writeProtocolHeader(out, 0, 0, 9, 1);
        return this;
    }

    Session method(int channel, Method method) {
        FrameWriter.writeMethod(out, channel, method);
        return this;
    }

    Session publish(int channel, String exchange, String key, byte[] body) {
        method(channel, new BasicMethod.Publish(ShortString.of(exchange), ShortString.of(key), false, false));
        return content(channel, BasicProperties.builder().deliveryMode(2).build(), body);
    }

    Session content(int channel, BasicProperties properties, byte[] body) {
        FrameWriter.writeContent(out, FRAME_MAX, channel, Contents.of(properties, body));
        return this;
    }

    Session heartbeat() {
        FrameWriter.writeHeartbeat(out);
        return this;
    }

    Session raw(byte... octets) {
        out.writeBytes(octets);
        return this;
    }

    byte[] octets() {
        return ByteBufUtil.getBytes(out);
    }
}
