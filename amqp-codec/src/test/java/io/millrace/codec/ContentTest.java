package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.value.BasicProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
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
