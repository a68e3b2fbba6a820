package io.millrace.codec.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MethodReaderTest {
    private final MethodReader reader = new MethodReader();

    @Test
    void samePublishAgainIsTheSameInstance() {
        for (int length = 0; length < 40; length++) {
            BasicMethod.Publish publish = publish("x".repeat(length), "key");
            Method first = read(publish);
            assertEquals(publish, first);
            assertSame(first, read(publish));
        }
    }

    @Test
    void publishThatDiffersInAnyOctetIsAnother() {
        BasicMethod.Publish publish = publish("exchange", "routing-key");
        ByteBuf octets = encode(publish);
        for (int i = 6; i < octets.readableBytes() - 1; i++) {
            Method first = read(publish);
            ByteBuf other = octets.copy();
            other.setByte(i, i == 6 || i == 15 ? other.getByte(i) : 'Z');
            Method second = reader.read(other, 0, other.readableBytes());
            if (i == 6 || i == 15) {
                assertSame(first, second);
            } else {
                assertNotSame(first, second);
                assertFalse(first.equals(second));
            }
        }
        assertFalse(read(publish)
                .equals(read(new BasicMethod.Publish(
                        publish.exchange(), publish.routingKey(), !publish.mandatory(), publish.immediate()))));
    }

    @Test
    void otherMethodsBetweenDoNotConfuseTheLastPublish() {
        BasicMethod.Publish publish = publish("e", "k");
        Method first = read(publish);
        read(new BasicMethod.Ack(7, true));
        assertSame(first, read(publish));
        Method other = read(publish("e", "l"));
        assertEquals(publish("e", "l"), other);
        assertEquals(publish, read(publish));
    }

    @Test
    void namesSeenBeforeAreTheSameInstance() {
        ShortString first = ((BasicMethod.Publish) read(publish("e", "routing.key"))).routingKey();
        read(publish("e", "other"));
        ShortString again = ((QueueMethod.Bind) read(new QueueMethod.Bind(
                        ShortString.of("q"),
                        ShortString.of("e"),
                        ShortString.of("routing.key"),
                        false,
                        FieldTable.EMPTY)))
                .routingKey();
        assertSame(first, again);
    }

    @Test
    void moreNamesThanTheCacheHoldsAreReadRight() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5_000; i++) {
                BasicMethod.Publish publish = publish("exchange-" + i % 7, "key." + i);
                assertEquals(publish, read(publish));
            }
        }
    }

    @Test
    void truncatedArgumentsAreShownInDecimal() {
        ByteBuf in = Unpooled.buffer().writeInt(QueueMethod.Declare.ID).writeBytes(new byte[] {0, 0, 3, 97});
        assertError("FRAME_ERROR - cannot decode <<0,0,3,97>>", ReplyCode.FRAME_ERROR, 50, 10, in);
        ByteBuf none = Unpooled.buffer().writeInt(QueueMethod.Declare.ID);
        assertError("FRAME_ERROR - cannot decode <<>>", ReplyCode.FRAME_ERROR, 50, 10, none);
    }

    @Test
    void trailingOctetsAreAnError() {
        ByteBuf in = encode(new TxMethod.Select()).writeByte(1);
        assertError("FRAME_ERROR - cannot decode <<1>>", ReplyCode.FRAME_ERROR, 90, 10, in);
    }

    @Test
    void shortStringMustBeUtf8() {
        ByteBuf in = encode(new BasicMethod.Cancel(ShortString.of(new byte[] {'a', (byte) 0xC3}), false));
        assertError("FRAME_ERROR - Malformed UTF-8 in shortstr", ReplyCode.FRAME_ERROR, 0, 0, in);
        assertError("FRAME_ERROR - Malformed UTF-8 in shortstr", ReplyCode.FRAME_ERROR, 0, 0, in);
    }

    @Test
    void wrongLengthIsReportedBeforeMalformedText() {
        ByteBuf in = encode(new BasicMethod.Cancel(ShortString.of(new byte[] {(byte) 0xFF}), false))
                .writeByte(9);
        assertError("FRAME_ERROR - cannot decode <<1,255,0,9>>", ReplyCode.FRAME_ERROR, 60, 30, in);
    }

    @Test
    void longStringMayHoldAnyOctets() {
        ConnectionMethod.SecureOk method =
                new ConnectionMethod.SecureOk(LongString.of(new byte[] {0, (byte) 0xFF, (byte) 0xC3}));
        assertEquals(method, read(method));
    }

    @Test
    void lengthsBeyondTheFrameAreRefusedWithoutMakingRoomForThem() {
        for (int length : new int[] {5, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            ByteBuf string =
                    Unpooled.buffer().writeInt(ConnectionMethod.Secure.ID).writeInt(length);
            assertThrows(ConnectionError.class, () -> reader.read(string, 0, 8));
            ByteBuf table = encode(
                    new QueueMethod.Unbind(ShortString.EMPTY, ShortString.EMPTY, ShortString.EMPTY, FieldTable.EMPTY));
            int end = table.writerIndex();
            table.setInt(end - 4, length);
            assertThrows(ConnectionError.class, () -> reader.read(table, 0, end));
        }
    }

    @Test
    void unknownMethodsAreNamed() {
        assertError(
                "COMMAND_INVALID - unknown method 99.7",
                ReplyCode.COMMAND_INVALID,
                99,
                7,
                Unpooled.buffer().writeInt((99 << 16) | 7));
        assertError(
                "COMMAND_INVALID - unknown method 50.99",
                ReplyCode.COMMAND_INVALID,
                50,
                99,
                Unpooled.buffer().writeInt((50 << 16) | 99));
        assertError(
                "COMMAND_INVALID - unknown method 65535.65535",
                ReplyCode.COMMAND_INVALID,
                65535,
                65535,
                Unpooled.buffer().writeInt(-1));
    }

    @Test
    void malformedTableIsASyntaxErrorOfTheMethod() {
        FieldTable unknownType = FieldTable.ofBytes(new byte[] {1, 'a', (byte) 0xFF});
        ByteBuf in =
                encode(new QueueMethod.Unbind(ShortString.EMPTY, ShortString.EMPTY, ShortString.EMPTY, unknownType));
        assertError("SYNTAX_ERROR - unknown field type 255 in field table", ReplyCode.SYNTAX_ERROR, 50, 50, in);
    }

    @Test
    void emptyArgumentTablesAreTheSharedOne() {
        QueueMethod.Unbind method =
                new QueueMethod.Unbind(ShortString.EMPTY, ShortString.EMPTY, ShortString.EMPTY, FieldTable.EMPTY);
        assertSame(FieldTable.EMPTY, ((QueueMethod.Unbind) read(method)).arguments());
    }

    @Test
    void secretsDoNotShowInLogs() {
        LongString secret = LongString.of("\0guest\0guest");
        assertFalse(new ConnectionMethod.StartOk(FieldTable.EMPTY, ShortString.of("PLAIN"), secret, ShortString.EMPTY)
                .toString()
                .contains("guest"));
        assertFalse(new ConnectionMethod.SecureOk(secret).toString().contains("guest"));
        assertFalse(new ConnectionMethod.UpdateSecret(secret, ShortString.EMPTY)
                .toString()
                .contains("guest"));
    }

    private void assertError(String text, ReplyCode code, int classId, int methodId, ByteBuf in) {
        ConnectionError error = assertThrows(ConnectionError.class, () -> reader.read(in, 0, in.readableBytes()));
        assertEquals(text, error.replyText());
        assertEquals(code, error.replyCode());
        assertEquals(classId, error.classId());
        assertEquals(methodId, error.methodId());
    }

    private Method read(Method method) {
        ByteBuf octets = encode(method);
        return reader.read(octets, 0, octets.readableBytes());
    }

    private static BasicMethod.Publish publish(String exchange, String key) {
        return new BasicMethod.Publish(
                ShortString.of(exchange.getBytes(StandardCharsets.UTF_8)), ShortString.of(key), true, false);
    }

    private static ByteBuf encode(Method method) {
        ByteBuf out = Unpooled.buffer().writeInt(method.id());
        method.write(out);
        return out;
    }
}
