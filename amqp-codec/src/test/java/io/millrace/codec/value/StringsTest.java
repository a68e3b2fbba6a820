package io.millrace.codec.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StringsTest {
    @Test
    void shortStringsAreComparedByOctets() {
        ShortString name = ShortString.of("käse");
        assertEquals(5, name.length());
        assertEquals("käse", name.toString());
        assertEquals(ShortString.of(name.bytes().clone()), name);
        assertEquals(ShortString.of("käse").hashCode(), name.hashCode());
        assertNotEquals(ShortString.of("kase"), name);
        assertTrue(ShortString.of("z").compareTo(name) > 0);
        assertTrue(ShortString.of(new byte[] {(byte) 0xFF}).compareTo(ShortString.of("a")) > 0, "octets are unsigned");
        assertEquals(0, ShortString.of("x").compareTo(ShortString.of("x")));
    }

    @Test
    void shortStringsThatAreNotUtf8AreShownAsLatin1() {
        ShortString invalid = ShortString.of(new byte[] {'a', (byte) 0xFE});
        assertEquals("a\u00FE", invalid.toString());
        assertNotEquals(ShortString.of("a\u00FE"), invalid);
    }

    @Test
    void shortStringsHaveAtMost255Octets() {
        assertEquals(255, ShortString.of("x".repeat(255)).length());
        assertThrows(IllegalArgumentException.class, () -> ShortString.of("x".repeat(256)));
        assertThrows(IllegalArgumentException.class, () -> ShortString.of("ä".repeat(128)));
        assertThrows(IllegalArgumentException.class, () -> ShortString.of(new byte[256]));
    }

    @Test
    void emptyStringsAreShared() {
        assertSame(ShortString.EMPTY, ShortString.of(""));
        assertSame(LongString.EMPTY, LongString.of(new byte[0]));
        assertTrue(ShortString.EMPTY.isEmpty());
        assertEquals("", ShortString.EMPTY.toString());
    }

    @Test
    void shortStringsAreFoundInBuffers() {
        byte[] octets = new byte[60];
        new Random(1).nextBytes(octets);
        for (int length = 0; length < 50; length++) {
            ShortString string = ShortString.of(Arrays.copyOfRange(octets, 3, 3 + length));
            ByteBuf in = Unpooled.copiedBuffer(octets);
            assertTrue(string.isAt(in, 3));
            for (int i = 3; i < 3 + length; i++) {
                in.setByte(i, octets[i] + 1);
                assertFalse(string.isAt(in, 3), "length " + length + ", octet " + i);
                in.setByte(i, octets[i]);
            }
        }
    }

    @Test
    void stringsAreWrittenWithTheirLength() {
        ByteBuf out = Unpooled.buffer();
        ShortString.of("x".repeat(200)).writeTo(out);
        assertEquals(200, out.readUnsignedByte());
        out.clear();
        LongString.of("ab").writeTo(out);
        assertEquals("000000026162", ByteBufUtil.hexDump(out));
    }
}
