package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.value.BasicProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentBlockTest {
    private static final byte[] LIST =
            BasicProperties.builder().deliveryMode(2).build().encode();
    private static final int BODY = 8_000;

    private final ContentFiller filler = new ContentBlocks(ContentBlock.OCTETS).filler();

    @Test
    void bodiesLieBehindEachOtherAndSharePropertiesThatAreTheSame() {
        Content first = fill(1, 100);
        Content second = fill(2, 200);
        assertSame(first.block(), second.block());
        assertSame(first.part(0), second.part(0));
        assertEquals(first.partStart(1) + 100, second.partStart(1));
        assertEquals(2, second.partCount());
        assertEquals(200, second.partLength(1));
        assertArrayEquals(octets(2, 200), second.body());
        assertEquals(2, second.deliveryMode());
    }

    @Test
    void aBlockIsUsedAgainWhenNobodyHoldsItAnyMore() {
        List<Content> full = fillUp();
        full.get(0).block().hold();
        full.forEach(Content::release);
        assertNull(fill(9, BODY));
        full.get(0).block().release();
        assertSame(full.get(0).block(), fill(9, BODY).block());
    }

    @Test
    void aSingleBodyKeepsItsBlock() {
        List<Content> full = fillUp();
        full.subList(1, full.size()).forEach(Content::release);
        assertNull(fill(9, BODY));
        assertArrayEquals(octets(0, BODY), full.get(0).body());
        full.get(0).release();
        assertNotNull(fill(9, BODY));
    }

    @Test
    void whatWasCopiedOutOutlivesTheBlock() {
        Content content = fill(1, BODY);
        Content owned = content.detach();
        Content changed = fill(2, BODY).withProperties(BasicProperties.NONE);
        assertNull(owned.block());
        assertNull(changed.block());
        fill(3, BODY);
        assertArrayEquals(octets(1, BODY), owned.body());
        assertEquals(2, owned.deliveryMode());
        assertArrayEquals(octets(2, BODY), changed.body());
        assertSame(owned, owned.owned());
    }

    @Test
    void aLargeBodyDoesNotGoIntoABlock() {
        assertNull(fill(1, ContentBlock.OCTETS / 8 + 1));
        assertNotNull(fill(1, ContentBlock.OCTETS / 8));
    }

    @Test
    void releasingMoreThanIsHeldIsADefectThatIsNotPassedOver() {
        List<Content> full = fillUp();
        assertNull(fill(9, BODY));
        full.forEach(Content::release);
        assertThrows(IllegalStateException.class, () -> full.get(0).release());
    }

    private List<Content> fillUp() {
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < ContentBlock.OCTETS / BODY; i++) {
            contents.add(fill(i, BODY));
        }
        return contents;
    }

    private Content fill(int octet, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(octets(octet, length));
        return filler.fill(LIST, in, 0, length);
    }

    private static byte[] octets(int octet, int length) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) octet);
        return octets;
    }
}
