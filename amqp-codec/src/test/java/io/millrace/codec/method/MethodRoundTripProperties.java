package io.millrace.codec.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.ConnectionError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class MethodRoundTripProperties {
    @Property(tries = 100)
    void everyMethodIsWrittenAsTheTableSaysAndReadBack(@ForAll long seed) {
        Random random = new Random(seed);
        MethodReader reader = new MethodReader();
        for (MethodTable.Row row : MethodTable.rows()) {
            Method method = SampleMethods.random(row, random);
            ByteBuf expected = Unpooled.buffer().writeInt(row.id());
            SampleMethods.encodeByTable(row, method, expected);
            ByteBuf actual = Unpooled.buffer().writeInt(method.id());
            method.write(actual);
            assertArrayEquals(ByteBufUtil.getBytes(expected), ByteBufUtil.getBytes(actual), row.name());
            assertEquals(method, reader.read(actual, 0, actual.readableBytes()));
        }
    }

    @Property(tries = 100)
    void aMethodThatIsCutShortOrHasMoreBehindItIsRefused(@ForAll long seed) {
        Random random = new Random(seed);
        MethodReader reader = new MethodReader();
        for (MethodTable.Row row : MethodTable.rows()) {
            Method method = SampleMethods.random(row, random);
            ByteBuf octets = Unpooled.buffer().writeInt(method.id());
            method.write(octets);
            int length = octets.readableBytes();
            assertRefused(reader, octets.copy().writeByte(random.nextInt()), length + 1, row);
            if (length > 4) {
                assertRefused(reader, octets, 4 + random.nextInt(length - 4), row);
            }
        }
    }

    private static void assertRefused(MethodReader reader, ByteBuf octets, int length, MethodTable.Row row) {
        ConnectionError error = assertThrows(ConnectionError.class, () -> reader.read(octets, 0, length), row.name());
        assertEquals(row.classId(), error.classId());
        assertEquals(row.methodId(), error.methodId());
        String text = error.replyText();
        assertEquals("FRAME_ERROR - cannot decode <<", text.substring(0, Math.min(text.length(), 30)));
    }
}
