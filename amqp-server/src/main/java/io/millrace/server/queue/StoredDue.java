package io.millrace.server.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the messages with a time to live of their own that a lane has in the store alone, when they are due: a
 * {@linkplain DueTimes heap} of times and sequence numbers in memory, and a look into the store at those whose time has
 * come. Belongs to the queue's loop.
 *
 * <p>Where memory is scarce some are left out of the heap. They are found by going through the store once there is
 * room, as those are that an earlier run left; until then they are noticed when their turn comes.
 */
final class StoredDue {
    /** Messages looked at together: they leave in the order in which they were due. */
    private static final int LOOK_MESSAGES = 1 << 14;

    private static final int INITIAL_LOOK = 16;
    /** With so many octets of them no more are looked at. */
    private static final long LOOK_BYTES = 4 << 20;
    /** Those that are no further apart are read at once: what is in between takes less time than to begin anew. */
    private static final int GAP_MAX = 512;

    /** What is gone through at a time. */
    private static final int BLOCK_MESSAGES = 8192;

    private static final long BLOCK_BYTES = 1 << 20;
    /** So many have room in any case. */
    private static final int FEW = 256;

    private static final int ENTRY_BYTES = 16;
    private static final long NONE = Long.MAX_VALUE;

    private final Queue queue;
    private final Lane lane;
    private final MessageStore store;
    private final MemoryBudget budget;
    private final DueTimes times = new DueTimes();
    private long countedBytes;

    /** What was looked at and is due, what was due first in front. */
    private final ArrayDeque<Overdue> found = new ArrayDeque<>();

    private long foundBytes;
    /** Under way; null when there is none. */
    private Look look;

    /**
     * All in the store from the one number to the other are to be gone through; none when the first is {@link #NONE}.
     */
    private long unindexedFrom = NONE;

    private long unindexedTo;
    /** Under way; null when there is none. */
    private Scan scan;

    StoredDue(Queue queue, Lane lane, QueueMemory memory) {
        this.queue = queue;
        this.lane = lane;
        this.store = memory.store();
        this.budget = memory.budget();
    }

    /** Looks at messages that are due. */
    private final class Look extends ReadAhead {
        private final long[] wanted;
        private final int from;
        private final int to;
        private final List<Overdue> seen;
        private final long seenBytes;

        /** @param wanted ascending numbers, of which those with the indexes {@code from} to {@code to} are read now */
        Look(long[] wanted, int from, int to, List<Overdue> seen, long seenBytes) {
            super(queue, lane.storeId(), wanted[from] - 1, to - from + 1, BLOCK_BYTES, true);
            this.wanted = wanted;
            this.from = from;
            this.to = to;
            this.seen = seen;
            this.seenBytes = seenBytes;
        }

        @Override
        public boolean wants(long sequence) {
            return Arrays.binarySearch(wanted, from, to + 1, sequence) >= 0;
        }

        @Override
        public void run() {
            if (look == this) {
                looked(this);
            }
        }
    }

    /** Goes through the store. */
    private final class Scan extends ReadAhead {
        Scan(long after) {
            super(queue, lane.storeId(), after, BLOCK_MESSAGES, BLOCK_BYTES, true);
        }

        @Override
        public void run() {
            if (scan == this) {
                scanned(this);
            }
        }
    }

    /** The store gets a message that is due at this time. {@link #report} follows. */
    void add(long due, long sequence) {
        if (times.isMostlySuperfluous((int) Math.min(Integer.MAX_VALUE, lane.stored()))) {
            times.retain(number -> !isGone(number));
        }
        if (hasRoom()) {
            times.add(due, sequence);
        } else {
            goThrough(sequence, sequence);
        }
    }

    private boolean hasRoom() {
        return times.size() < FEW || !budget.isScarce();
    }

    private boolean isGone(long sequence) {
        return sequence <= lane.storedAfter() || lane.isTakenOut(sequence);
    }

    /** Counts what the times, and the messages looked at, take in memory. */
    void report() {
        long bytes = (long) times.size() * ENTRY_BYTES + foundBytes;
        if (bytes != countedBytes) {
            budget.add(bytes - countedBytes);
            countedBytes = bytes;
        }
    }

    /** When the next one is due; {@link DueTimes#NEVER} also while it cannot be taken out: the queue will be told. */
    long first() {
        if (lane.isBeingRead()) {
            return DueTimes.NEVER;
        }
        while (!found.isEmpty() && isGone(found.element().sequence())) {
            foundBytes -= found.remove().message().memoryBytes();
        }
        if (!found.isEmpty()) {
            return found.element().message().ownDue();
        }
        if (look != null) {
            return DueTimes.NEVER;
        }
        while (times.size() > 0 && isGone(times.firstSequence())) {
            times.removeFirst();
        }
        return times.first();
    }

    /**
     * Takes the one out of the lane that {@link #first} is about, which is due; null when it has to be looked at
     * before. Then the queue is told to {@link Queue#goOn}.
     */
    Overdue poll(long now) {
        Overdue first = found.poll();
        if (first == null) {
            look(now);
        } else {
            foundBytes -= first.message().memoryBytes();
            lane.takeOut(first);
        }
        report();
        return first;
    }

    private void look(long now) {
        long[] wanted = new long[INITIAL_LOOK];
        int count = 0;
        while (count < LOOK_MESSAGES && times.first() <= now) {
            long sequence = times.removeFirst();
            if (!isGone(sequence)) {
                wanted = count < wanted.length ? wanted : Arrays.copyOf(wanted, count * 2);
                wanted[count++] = sequence;
            }
        }
        if (count > 0) {
            Arrays.sort(wanted, 0, count);
            read(Arrays.copyOf(wanted, count), 0, new ArrayList<>(count), 0);
        }
    }

    private void read(long[] wanted, int from, List<Overdue> seen, long seenBytes) {
        int to = from;
        while (to + 1 < wanted.length && wanted[to + 1] - wanted[to] <= GAP_MAX) {
            to++;
        }
        look = new Look(wanted, from, to, seen, seenBytes);
        store.read(look);
    }

    private void looked(Look block) {
        long bytes = block.seenBytes;
        for (int i = 0; i < block.count(); i++) {
            block.seen.add(new Overdue(block.message(i), block.sequence(i)));
            bytes += block.message(i).memoryBytes();
        }
        // Where nothing was read there is nothing up to the last of them.
        boolean ended = block.readUpTo() < block.wanted[block.from];
        int next = block.from;
        while (next <= block.to && (ended || block.wanted[next] <= block.readUpTo())) {
            next++;
        }
        if (next < block.wanted.length && bytes < LOOK_BYTES) {
            read(block.wanted, next, block.seen, bytes);
            return;
        }
        for (int i = next; i < block.wanted.length; i++) {
            times.add(queue.home().currentTimeMillis(), block.wanted[i]);
        }
        block.seen.sort(
                Comparator.<Overdue>comparingLong(overdue -> overdue.message().ownDue())
                        .thenComparingLong(Overdue::sequence));
        found.addAll(block.seen);
        foundBytes += bytes;
        look = null;
        report();
        queue.goOn();
    }

    /** Nothing is known of the messages with these numbers (both included) that are in the store. */
    void goThrough(long first, long last) {
        unindexedTo = unindexedFrom == NONE ? last : Math.max(unindexedTo, last);
        unindexedFrom = Math.min(unindexedFrom, first);
    }

    /** Goes through what nothing is known of, as far as there is room. */
    void goOn() {
        if (unindexedFrom != NONE && scan == null && hasRoom()) {
            scan = new Scan(Math.max(lane.storedAfter(), unindexedFrom - 1));
            store.read(scan);
        }
    }

    private void scanned(Scan block) {
        scan = null;
        long next = block.count() + block.lost() == 0 ? NONE : block.readUpTo() + 1;
        for (int i = 0; i < block.count(); i++) {
            Message message = block.message(i);
            if (message.isTimed() && !isGone(block.sequence(i))) {
                if (!hasRoom()) {
                    next = block.sequence(i);
                    break;
                }
                times.add(message.ownDue(), block.sequence(i));
            }
        }
        unindexedFrom = next > unindexedTo ? NONE : next;
        report();
        queue.goOn();
    }

    /** Nothing is in the store any more. */
    void clear() {
        times.clear();
        found.clear();
        foundBytes = 0;
        look = null;
        scan = null;
        unindexedFrom = NONE;
        report();
    }
}
