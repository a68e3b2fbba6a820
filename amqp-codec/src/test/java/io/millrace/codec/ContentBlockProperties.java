package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.codec.value.BasicProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However contents come and go: whoever holds one reads what was put in. */
class ContentBlockProperties {
    private static final int BLOCKS = 4;
    private static final int STEPS = 2_000;

    /** What somebody has: the content, what it must be, and whether the body or the block is what is held. */
    private static final class Held {
        final Content content;
        final byte[] body;
        final BasicProperties properties;
        final boolean byBlock;

        Held(Content content, byte[] body, BasicProperties properties, boolean byBlock) {
            this.content = content;
            this.body = body;
            this.properties = properties;
            this.byBlock = byBlock;
        }

        void check() {
            assertArrayEquals(body, content.body());
            assertEquals(properties, content.properties());
        }
    }

    @Property(tries = 100)
    void whatIsHeldStaysAsItArrived(@ForAll long seed) {
        Random random = new Random(seed);
        ContentBlocks blocks = new ContentBlocks((long) BLOCKS * ContentBlock.OCTETS);
        ContentFiller[] fillers = {blocks.filler(), blocks.filler()};
        ContentReleases releases = new ContentReleases();
        List<Held> held = new ArrayList<>();
        int inBlocks = 0;
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(100) < 55) {
                Held arrived = arrive(fillers[random.nextInt(2)], random);
                inBlocks += arrived.content.block() == null ? 0 : 1;
                held.add(arrived);
                if (arrived.content.block() != null && random.nextInt(4) == 0) {
                    arrived.content.block().hold();
                    held.add(new Held(arrived.content, arrived.body, arrived.properties, true));
                }
            } else {
                for (int i = random.nextInt(60); i > 0 && !held.isEmpty(); i--) {
                    letGo(held.remove(random.nextInt(held.size())), random, releases);
                }
                releases.flush();
            }
        }
        held.forEach(Held::check);
        held.forEach(each -> letGo(each, random, releases));
        releases.flush();
        assertEquals(true, inBlocks > STEPS / 10, "most go into blocks");
    }

    private static Held arrive(ContentFiller filler, Random random) {
        byte[] body = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 900)];
        random.nextBytes(body);
        BasicProperties properties =
                BasicProperties.builder().priority(random.nextInt(3)).build();
        byte[] list = properties.encode();
        ByteBuf in = Unpooled.wrappedBuffer(body);
        Content content = filler.fill(list, in, 0, body.length);
        return new Held(content == null ? Contents.of(properties, body) : content, body, properties, false);
    }

    private static void letGo(Held held, Random random, ContentReleases releases) {
        held.check();
        if (held.byBlock) {
            held.content.block().release();
        } else if (random.nextBoolean()) {
            held.content.releaseWith(releases);
        } else {
            Content own = held.content.owned();
            if (held.content.block() == null) {
                assertSame(held.content, own);
            }
            held.content.release();
            assertArrayEquals(held.body, own.body());
        }
    }
}
