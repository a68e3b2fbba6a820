package io.millrace.server.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.Content;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentAssemblerTest {
    private static final long NO_LIMIT = Long.MAX_VALUE;
    private static final BasicProperties PROPERTIES =
            BasicProperties.builder().contentType(ShortString.of("text/plain")).build();

    private final ContentAssembler assembler = new ContentAssembler(null);

    private void begin() {
        assembler.checkMethodExpected();
        assembler.begin(new BasicMethod.Publish(ShortString.EMPTY, ShortString.of("q"), false, false));
    }

    private Content header(long size) {
        return header(60, 0, size, PROPERTIES, NO_LIMIT);
    }

    private Content header(int classId, int weight, long size, BasicProperties properties, long max) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeByte(99).writeShort(classId).writeShort(weight).writeLong(size);
        frame.writeBytes(properties.encode());
        return assembler.header(frame, 1, frame.readableBytes() - 1, max);
    }

    private Content body(byte[] octets) {
        ByteBuf frame = Unpooled.buffer().writeByte(99).writeBytes(octets);
        return assembler.body(frame, 1, octets.length);
    }

    private static byte[] random(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    private static void assertText(String text, Class<? extends AmqpException> type, Executable executable) {
        AmqpException error = assertThrows(type, executable);
        assertEquals(text, error.replyText());
    }

    @Test
    void aBodyOfNothingNeedsNoBodyFrame() {
        begin();
        Content content = header(0);
        assertEquals(0, content.bodyLength());
        assertEquals(PROPERTIES, content.properties());
        assertText(
                "UNEXPECTED_FRAME - expected method frame, got non method frame instead",
                ConnectionError.class,
                () -> body(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 16_383, 16_384, 16_385, 40_000, 100_000})
    void everyWayToSplitABodyGivesTheSameContent(int frameLength) {
        byte[] body = random(100_000);
        begin();
        assertNull(header(body.length));
        Content content = null;
        for (int i = 0; i < body.length; i += frameLength) {
            assertNull(content);
            content = body(Arrays.copyOfRange(body, i, Math.min(body.length, i + frameLength)));
        }
        assertArrayEquals(body, content.body());
        assertEquals(PROPERTIES, content.properties());
    }

    @Test
    void smallBodiesAreSplitAnywhere() {
        byte[] body = random(12);
        for (int split = 0; split <= body.length; split++) {
            begin();
            header(body.length);
            Content content = body(Arrays.copyOfRange(body, 0, split));
            if (split < body.length) {
                assertNull(content);
                assertNull(body(new byte[0]));
                content = body(Arrays.copyOfRange(body, split, body.length));
            }
            assertArrayEquals(body, content.body());
        }
    }

    @Test
    void tinyFramesCostNoMoreThanTheirOctets() {
        byte[] body = random(50_000);
        begin();
        header(body.length);
        Content content = null;
        for (byte octet : body) {
            content = body(new byte[] {octet});
        }
        assertArrayEquals(body, content.body());
        assertEquals(1 + 4, content.partCount());
    }

    @Test
    void oneContentLeavesNothingToTheNext() {
        begin();
        header(
                60,
                0,
                3,
                BasicProperties.builder()
                        .appId(ShortString.of("a".repeat(250)))
                        .messageId(ShortString.of("b".repeat(250)))
                        .build(),
                NO_LIMIT);
        body(new byte[2]);
        body(new byte[1]);
        begin();
        header(60, 0, 2, BasicProperties.NONE, NO_LIMIT);
        Content content = body(new byte[] {1, 2});
        assertEquals(BasicProperties.NONE, content.properties());
        assertArrayEquals(new byte[] {1, 2}, content.body());
    }

    @Test
    void framesOutOfOrderNameWhatWasExpected() {
        assertText(
                "UNEXPECTED_FRAME - expected method frame, got non method frame instead",
                ConnectionError.class,
                () -> header(1));
        begin();
        assertText(
                "UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead",
                ConnectionError.class,
                this::begin);
        assertText(
                "UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead",
                ConnectionError.class,
                () -> body(new byte[1]));
        header(5);
        assertText(
                "UNEXPECTED_FRAME - expected content body, got non content body frame instead",
                ConnectionError.class,
                () -> header(1));
        assertText(
                "UNEXPECTED_FRAME - expected content body, got non content body frame instead",
                ConnectionError.class,
                this::begin);
    }

    @Test
    void aHeaderOfAnotherClassIsRefused() {
        begin();
        assertText(
                "UNEXPECTED_FRAME - expected content header for class 60, got one for class 50 instead",
                ConnectionError.class,
                () -> header(50, 0, 1, PROPERTIES, NO_LIMIT));
    }

    @Test
    void bodiesBeyondTheLimitAreRefusedBeforeTheyArrive() {
        begin();
        assertText(
                "PRECONDITION_FAILED - message size 11 is larger than configured max size 10",
                ChannelError.class,
                () -> header(60, 0, 11, PROPERTIES, 10));
        begin();
        assertNull(header(60, 0, 10, PROPERTIES, 10));
    }

    @ParameterizedTest
    @ValueSource(longs = {(512L << 20) + 1, Long.MAX_VALUE, -1})
    void absurdSizesCloseTheConnection(long size) {
        begin();
        assertText(
                "FRAME_ERROR - content body size " + Long.toUnsignedString(size)
                        + " exceeds maximum allowed size 536870912",
                ConnectionError.class,
                () -> header(size));
    }

    @Test
    void moreBodyThanAnnouncedIsRefused() {
        begin();
        header(3);
        body(new byte[2]);
        assertText(
                "FRAME_ERROR - content body frame exceeds remaining content size",
                ConnectionError.class,
                () -> body(new byte[2]));
    }
}
