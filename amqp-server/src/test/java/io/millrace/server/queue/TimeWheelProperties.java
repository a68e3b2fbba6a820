package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

/** Times and the lanes that messages of these times wait in. */
final class TimeWheelProperties {
    private static final long NOW = 1_800_000_000_000L;

    @Property
    void aMessageGoesToFinerLanesUntilItIsInOneThatIsReadBeforeItIsDue(
            @ForAll @LongRange(min = 0, max = 1L << 20) long start,
            @ForAll @DoubleRange(min = 0, max = 43.9) double howFar,
            @ForAll @DoubleRange(min = 0, max = 1) double howLate) {
        long now = NOW + start;
        long due = now + (long) Math.pow(2, howFar);
        int lane = TimeWheel.laneFor(due, now);
        while (!TimeWheel.isFinest(lane)) {
            long opens = TimeWheel.opensAt(lane, due, now);
            assertTrue(opens <= due - TimeWheel.LEAD_MILLIS, "read in time");
            // Any moment from then on until its slot is over.
            now = Math.max(now, opens + (long) (howLate * (due - opens)));
            int finer = TimeWheel.laneFor(due, now);
            assertTrue(finer > lane, () -> "not to a finer wheel");
            lane = finer;
        }
        assertTrue(TimeWheel.opensAt(lane, due, now) <= Math.max(now, due - TimeWheel.LEAD_MILLIS), "read in time");
    }

    @Property
    void aCoarseLaneIsReadHalfASlotAheadOfItsFirstMessage(@ForAll @LongRange(min = 1, max = 1L << 18) long start) {
        // In the second finest wheel, whose slots have 32 of about a second.
        long now = NOW + start;
        long due = now + (90 << 10);
        long slot = due >> 15 << 15;
        int lane = TimeWheel.laneFor(due, now);
        assertEquals(slot - (16 << 10) - TimeWheel.LEAD_MILLIS, TimeWheel.opensAt(lane, due, now));
    }

    @Property
    void aLaneIsKnownByItsSequenceNumbers(@ForAll @LongRange(min = TimeWheel.LEAD_MILLIS, max = 1L << 43) long ahead) {
        int lane = TimeWheel.laneFor(NOW + ahead, NOW);
        assertEquals(lane, TimeWheel.laneOf(TimeWheel.firstSequence(lane)));
        assertTrue(TimeWheel.mayHold(lane, NOW + ahead));
    }
}
