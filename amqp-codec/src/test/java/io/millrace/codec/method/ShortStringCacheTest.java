package io.millrace.codec.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.ShortString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShortStringCacheTest {
    private final ShortStringCache cache = new ShortStringCache();

    private ShortString get(String name) {
        return get(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Behind and before others, as in a receive buffer. */
    private ShortString get(byte[] octets) {
        ByteBuf in = Unpooled.buffer().writeLong(-1).writeBytes(octets).writeLong(-1);
        return cache.get(in, Long.BYTES, octets.length);
    }

    @Test
    void aNameIsTheSameObjectAgain() {
        ShortString first = get("a.routing.key");
        assertEquals(ShortString.of("a.routing.key"), first);
        assertSame(first, get("a.routing.key"));
        assertSame(ShortString.EMPTY, get(""));
    }

    @Test
    void whatIsNotUtf8IsNotKept() {
        assertNull(get(new byte[] {(byte) 0xFF}));
        assertNotNull(get("\u00FF"));
        assertNull(get(new byte[] {(byte) 0xFF}));
    }

    /** More names than there are places at first, used in turn, come to have places. */
    @Test
    @SuppressWarnings("ReferenceEquality") // that is what it is about
    void thereArePlacesForAHundredNames() {
        int names = 100;
        for (int round = 0; round < 10; round++) {
            useInTurn(names);
        }
        int same = 0;
        ShortString[] before = useInTurn(names);
        ShortString[] again = useInTurn(names);
        for (int i = 0; i < names; i++) {
            same += before[i] == again[i] ? 1 : 0;
        }
        assertTrue(same > 0.9 * names, "the same objects again: " + same);
    }

    private ShortString[] useInTurn(int names) {
        ShortString[] used = new ShortString[names];
        for (int i = 0; i < names; i++) {
            used[i] = get("t." + i + ".b.x");
        }
        return used;
    }

    @Test
    void whateverIsForgottenAWrongNameIsNeverGiven() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            String name = "n" + random.nextInt(3 * ShortStringCache.CAPACITY_MAX);
            assertEquals(ShortString.of(name), get(name));
        }
    }
}
