package io.millrace.server.queue;

/**
 * Which lane a message waits in until it is due: wheels of 64 slots, each slot of one as long as half of all slots of
 * the next finer one, from a second to centuries. A slot is a lane: its messages have an id of their own in the log, so
 * that those of a time that is near can be read without those of all other times.
 *
 * <ol>
 *   <li>A lane of a coarse wheel takes messages of times that its slot has not come to. When it is read, what is in the
 *       store of that lane goes into memory or to lanes of finer wheels.
 *   <li>The hand of the wheels is ahead of the clock by {@link #LEAD_MILLIS}, so that what is read from the disk is in
 *       memory when it is due. A coarse lane may have millions of messages, in any order, and the first of them is due
 *       at the start of its slot: it is read when half a slot is left until then. The finer wheel reaches that far.
 *   <li>All messages of a lane are of one slot, or one of them is of a slot that the hand has come to. So the first one
 *       tells when the lane is to be read.
 * </ol>
 */
final class TimeWheel {
    /** A slot is this many times as long as one of the next finer wheel, as a power of 2. */
    private static final int RATIO_BITS = 5;
    /** Twice that many, so that a wheel has lanes for one slot and a half of the next coarser one. */
    private static final int SLOTS = 2 << RATIO_BITS;

    private static final int WHEELS = 7;
    /** A slot of the finest wheel is 2^10 ms long. */
    private static final int FINEST_BITS = 10;

    /** How many lanes there are. */
    static final int LANES = WHEELS * SLOTS;

    /** How far off a message may be due: five centuries, a quarter of what the wheels reach. */
    static final long REACH_MILLIS = 1L << (FINEST_BITS + WHEELS * RATIO_BITS - 1);

    static final long LEAD_MILLIS = 2 << FINEST_BITS;

    /** Sequence numbers of a lane begin with its number: no lane ever has this many messages. */
    private static final int SEQUENCE_BITS = 48;

    private TimeWheel() {}

    /** The lane of a message. Coarse ones come first: of messages that are due at once theirs came first. */
    static int laneFor(long due, long now) {
        long hand = now + LEAD_MILLIS;
        for (int wheel = 0; wheel < WHEELS; wheel++) {
            int bits = bitsOf(wheel);
            long slot = Math.max(due >> bits, hand >> bits);
            if (slot - (hand >> bits) < SLOTS) {
                return lane(wheel, slot);
            }
        }
        throw new IllegalArgumentException("due in " + (due - now) + " ms (expected: <= " + REACH_MILLIS + ")");
    }

    private static int lane(int wheel, long slot) {
        return (WHEELS - 1 - wheel) * SLOTS + (int) (slot & (SLOTS - 1));
    }

    private static int wheelOf(int lane) {
        return WHEELS - 1 - lane / SLOTS;
    }

    private static int bitsOf(int wheel) {
        return FINEST_BITS + wheel * RATIO_BITS;
    }

    /** When the lane has to be read for a message that is in it, by the time of day. */
    static long opensAt(int lane, long due, long now) {
        int wheel = wheelOf(lane);
        int bits = bitsOf(wheel);
        long slot = Math.max(due, now + LEAD_MILLIS) >> bits;
        long lead = wheel == 0 ? LEAD_MILLIS : LEAD_MILLIS + (1L << bits) / 2;
        return (slot << bits) - lead;
    }

    /** Whether the messages of a lane can go no further. */
    static boolean isFinest(int lane) {
        return wheelOf(lane) == 0;
    }

    /** Whether a message that is due then may be in the lane, now or later. */
    static boolean mayHold(int lane, long due) {
        int wheel = wheelOf(lane);
        return lane == lane(wheel, due >> bitsOf(wheel));
    }

    /** The lane that a sequence number is of. */
    static int laneOf(long sequence) {
        return (int) (sequence >>> SEQUENCE_BITS);
    }

    /** The first sequence number of a lane. */
    static long firstSequence(int lane) {
        return ((long) lane << SEQUENCE_BITS) + 1;
    }
}
