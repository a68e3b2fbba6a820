package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.SampleTables;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeliveryWriterTest {
    private static final int FRAME_MAX = 4096;

    @Test
    void everySizeOfBodyIsWrittenAsByTheFrameWriter() {
        Random random = new Random(1);
        ShortString tag = ShortString.of("amq.ctag-x");
        ShortString key = ShortString.of("key");
        DeliveryWriter writer = new DeliveryWriter(0x9001, tag);
        for (int length = 0; length < 700; length++) {
            byte[] body = new byte[length];
            random.nextBytes(body);
            Content content = Contents.of(SampleTables.properties(random), body);
            ByteBuf expected = Unpooled.buffer();
            ByteBuf actual = Unpooled.buffer();
            FrameWriter.writeDeliver(
                    expected, FRAME_MAX, 0x9001, tag, length, length % 2 == 0, ShortString.EMPTY, key, content);
            writer.write(actual, FRAME_MAX, length, length % 2 == 0, ShortString.EMPTY, key, content);
            assertEquals(ByteBufUtil.hexDump(expected), ByteBufUtil.hexDump(actual));
        }
    }
}
