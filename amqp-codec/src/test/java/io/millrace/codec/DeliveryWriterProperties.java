package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.SampleTables;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DeliveryWriterProperties {
    private static final int FRAME_MAX = 4096;

    /** Nothing of one delivery may stay behind in the next. */
    @Property(tries = 300)
    void anyDeliveriesOneAfterTheOtherAreWrittenAsByTheFrameWriter(@ForAll long seed) {
        Random random = new Random(seed);
        ShortString tag = ShortString.of(SampleTables.octets(random, 255));
        ShortString[] names = new ShortString[4];
        for (int i = 0; i < names.length; i++) {
            names[i] = ShortString.of(SampleTables.octets(random, random.nextBoolean() ? 255 : 8));
        }
        DeliveryWriter writer = new DeliveryWriter(3, tag);
        ByteBuf expected = Unpooled.buffer();
        ByteBuf actual = Unpooled.buffer();
        for (int i = 0; i < 20; i++) {
            ShortString exchange = names[random.nextInt(names.length)];
            ShortString key = names[random.nextInt(names.length)];
            byte[] body = SampleTables.octets(random, random.nextInt(10) == 0 ? 10_000 : 100);
            Content content = random.nextInt(5) == 0
                    ? Contents.chunked(SampleTables.properties(random), body, 50)
                    : Contents.of(SampleTables.properties(random), body);
            long deliveryTag = random.nextLong();
            boolean redelivered = random.nextBoolean();
            FrameWriter.writeDeliver(expected, FRAME_MAX, 3, tag, deliveryTag, redelivered, exchange, key, content);
            writer.write(actual, FRAME_MAX, deliveryTag, redelivered, exchange, key, content);
        }
        assertEquals(ByteBufUtil.hexDump(expected), ByteBufUtil.hexDump(actual));
    }
}
