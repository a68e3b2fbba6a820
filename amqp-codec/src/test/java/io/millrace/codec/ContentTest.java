package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContentTest {
    private static final BasicProperties PROPERTIES =
            BasicProperties.builder().deliveryMode(2).priority(9).timestamp(5L).build();

    private final byte[] body = new byte[100];

    ContentTest() {
        new Random(1).nextBytes(body);
    }

    @Test
    void singlePropertiesAreFoundAmongAllOthers() {
        BasicProperties all = BasicProperties.builder()
                .contentType(ShortString.of("text/plain"))
                .headers(FieldTable.builder()
                        .put("first", "CC")
                        .put("n", 5)
                        .put("CC", "x")
                        .build())
                .priority(1)
                .correlationId(ShortString.of("17"))
                .replyTo(ShortString.of("replies"))
                .expiration(ShortString.of("60000"))
                .timestamp(5L)
                .userId(ShortString.of("guest"))
                .appId(ShortString.of("app"))
                .build();
        Content content = Contents.of(all, body);
        assertEquals("replies", content.replyTo().toString());
        assertEquals("60000", content.expiration().toString());
        assertEquals("guest", content.userId().toString());
        assertTrue(content.hasHeader(octets("BCC"), octets("CC")));
        assertFalse(content.hasHeader(octets("BCC"), octets("c")));
        assertTrue(content.hasAny(BasicProperties.USER_ID_FLAG | BasicProperties.REPLY_TO_FLAG));
    }

    @Test
    void whatIsAbsentIsNotFound() {
        Content content = Contents.of(PROPERTIES, body);
        assertNull(content.replyTo());
        assertNull(content.expiration());
        assertNull(content.userId());
        assertFalse(content.hasHeader(octets("CC")));
        assertFalse(content.hasAny(BasicProperties.HEADERS_FLAG | BasicProperties.EXPIRATION_FLAG));
    }

    @Test
    void otherPropertiesLeaveTheBodyAsItIs() {
        BasicProperties other =
                PROPERTIES.toBuilder().replyTo(ShortString.of("elsewhere")).build();
        for (Content content : List.of(Contents.of(PROPERTIES, body), Contents.chunked(PROPERTIES, body, 7))) {
            Content changed = content.withProperties(other);
            assertEquals(other, changed.properties());
            assertArrayEquals(body, changed.body());
            assertEquals(content.isSingle(), changed.isSingle());
            assertEquals(PROPERTIES, content.properties());
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void oneArrayAndManyAreTheSameContent() {
        for (Content content : List.of(
                Contents.of(PROPERTIES, body),
                Contents.chunked(PROPERTIES, body, 7),
                Contents.chunked(PROPERTIES, body, 100),
                Contents.chunked(PROPERTIES, body, 1))) {
            assertEquals(2, content.deliveryMode());
            assertEquals(9, content.priority());
            assertEquals(PROPERTIES, content.properties());
            assertEquals(100, content.bodyLength());
            assertEquals(PROPERTIES.encode().length, content.propertiesLength());
            assertArrayEquals(body, content.body());
            ByteBuf parts = Unpooled.buffer();
            for (int i = 0; i < content.partCount(); i++) {
                parts.writeBytes(content.part(i));
            }
            ByteBuf written = Unpooled.buffer();
            content.writeProperties(written);
            content.writeBody(written, 0, 100);
            assertEquals(ByteBufUtil.hexDump(parts), ByteBufUtil.hexDump(written));
            for (int from = 0; from <= 100; from++) {
                for (int to = from; to <= 100; to++) {
                    written.clear();
                    content.writeBody(written, from, to - from);
                    assertArrayEquals(Arrays.copyOfRange(body, from, to), ByteBufUtil.getBytes(written));
                }
            }
        }
    }

    @Test
    void oneArrayIsNotCopied() {
        byte[] octets = {0, 0, 1, 2, 3};
        Content content = Content.of(octets, 2);
        assertSame(octets, content.part(0));
        assertEquals(1, content.partCount());
        assertEquals(true, content.isSingle());
        assertEquals(0, content.deliveryMode());
    }

    @Test
    void lengthsMustFit() {
        assertThrows(IllegalArgumentException.class, () -> Content.of(new byte[3], 4));
        assertThrows(IllegalArgumentException.class, () -> Content.of(new byte[3], -1));
        assertThrows(IllegalArgumentException.class, () -> Content.of(new byte[2], List.of(new byte[3]), 4));
        Content content = Contents.chunked(PROPERTIES, body, 10);
        ByteBuf out = Unpooled.buffer();
        assertThrows(IndexOutOfBoundsException.class, () -> content.writeBody(out, 90, 11));
    }

    @Test
    void emptyChunksAreLegal() {
        Content content = Content.of(
                new byte[2], List.of(new byte[0], new byte[] {1}, new byte[0], new byte[0], new byte[] {2}), 2);
        ByteBuf out = Unpooled.buffer();
        content.writeBody(out, 0, 1);
        content.writeBody(out, 1, 1);
        assertEquals("0102", ByteBufUtil.hexDump(out));
    }
}
