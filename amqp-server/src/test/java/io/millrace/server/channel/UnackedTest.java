package io.millrace.server.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.queue.Message;
import io.millrace.server.queue.Messages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnackedTest {
    private static final Message MESSAGE = Messages.transientOf(1);

    private final Unacked unacked = new Unacked();
    private final List<Long> removed = new ArrayList<>();
    private final Unacked.Visitor keep = (tag, consumer, message, sequence) -> removed.add(tag);

    private void add(long from, long to) {
        for (long tag = from; tag <= to; tag++) {
            unacked.add(tag, null, MESSAGE, tag * 10);
        }
    }

    @Test
    void unknownTagsAreNotRemoved() {
        assertFalse(unacked.remove(1, keep));
        add(5, 7);
        for (long tag : new long[] {0, 4, 8, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            assertFalse(unacked.remove(tag, keep), "tag " + tag);
            assertFalse(unacked.removeUpTo(tag, keep), "tag " + tag);
        }
        assertTrue(unacked.remove(6, keep));
        assertFalse(unacked.remove(6, keep));
        assertFalse(unacked.removeUpTo(6, keep));
        assertEquals(List.of(6L), removed);
        assertEquals(2, unacked.size());
    }

    @Test
    void allUpToATagGoInOrderAndHolesDoNotCount() {
        add(1, 40);
        unacked.remove(3, keep);
        unacked.remove(1, keep);
        removed.clear();
        assertTrue(unacked.removeUpTo(5, keep));
        assertEquals(List.of(2L, 4L, 5L), removed);
        assertEquals(35, unacked.size());
    }

    @Test
    void tagsMayHaveGaps() {
        unacked.add(2, null, MESSAGE, 1);
        unacked.add(90, null, MESSAGE, 2);
        unacked.add(91, null, MESSAGE, 3);
        unacked.add(200, null, MESSAGE, 4);
        assertFalse(unacked.remove(3, keep));
        assertTrue(unacked.remove(91, keep));
        assertTrue(unacked.removeUpTo(200, keep));
        assertEquals(List.of(91L, 2L, 90L, 200L), removed);
    }

    /** A queue on the same loop answers a settlement with new deliveries at once. */
    @Test
    void deliveriesThatArriveWhileOthersAreRemovedStay() {
        add(1, 16);
        for (long tag = 2; tag <= 9; tag++) {
            unacked.remove(tag, keep);
        }
        removed.clear();
        unacked.removeAll((tag, consumer, message, sequence) -> {
            if (tag == 1) {
                add(17, 24);
            }
            removed.add(tag);
        });
        assertEquals(List.of(1L, 10L, 11L, 12L, 13L, 14L, 15L, 16L), removed);
        assertEquals(8, unacked.size());
        for (long tag = 17; tag <= 24; tag++) {
            assertTrue(unacked.remove(tag, keep), "tag " + tag);
        }
    }

    @Test
    void deliveriesThatArriveWhileALargeRingIsEmptiedStay() {
        add(1, 5000);
        unacked.removeAll((tag, consumer, message, sequence) -> {
            if (tag == 4000) {
                add(5001, 5010);
            }
        });
        assertEquals(10, unacked.size());
        assertTrue(unacked.removeUpTo(5010, keep));
        assertEquals(10, removed.size());
    }

    @Test
    void aRingThatWasLargeIsUsableAfterItWasEmptied() {
        add(1, 5000);
        unacked.removeAll(keep);
        assertEquals(5000, removed.size());
        removed.clear();
        add(5001, 5100);
        assertTrue(unacked.removeUpTo(5100, keep));
        assertEquals(100, removed.size());
        assertEquals(0, unacked.size());
    }
}
