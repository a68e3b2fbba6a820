package io.millrace.server.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Gives up the messages that a queue has in the store alone when a time to live of their own is over, wherever they
 * stand: a time and a sequence number in memory for each, and the message itself once it is due. Belongs to the queue's
 * loop.
 *
 * <p>What is due at the same time is fetched in one sweep through the store, and given up in the order in which it was
 * due. A sweep costs what lies between the first and the last of them, so between two sweeps there is a rest as long as
 * the first of them took: the more there is to do, the more is done at once.
 *
 * <ol>
 *   <li>Only what is behind {@link Backlog#readUpTo} is given up here; what came into memory meanwhile is the affair of
 *       {@link FifoMessages}.
 *   <li>What was given up may still be in a block that the store gives: the backlog leaves out what {@link #isGone}.
 * </ol>
 */
final class StoredExpiry {
    /** Messages of a sweep, and the octets of their bodies. */
    private static final int SWEEP_MESSAGES = 1 << 16;

    private static final long SWEEP_BYTES = 8 << 20;
    private static final long REST_MILLIS_MAX = 1_000;
    /** Of more messages than this the others are noticed when their turn comes: some 100 MB. */
    private static final int TIMES_MAX = 1 << 22;
    /** Messages given up at a time, so that one queue does not keep its loop from the others. */
    private static final int RUN_MESSAGES = 1024;

    /** A message that is due, and was read. */
    private record Due(Message message, long sequence, long time) {
        private static final Comparator<Due> FIRST =
                Comparator.comparingLong(Due::time).thenComparingLong(Due::sequence);
    }

    /** Forgets a message of the store that this queue is done with. */
    interface Leaving {
        void left(Message message, long sequence);
    }

    private final Queue queue;
    private final HomeLoop home;
    private final int storeId;
    private final QueueMemory memory;
    private final Backlog backlog;
    private final Leaving leaving;

    private DueTimes times = new DueTimes();
    /** Those of the sweep, ascending. */
    private long[] wanted = new long[0];

    private final List<Due> found = new ArrayList<>();
    private long foundBytes;
    /** Found, in the order in which they were due. */
    private final Deque<Due> due = new ArrayDeque<>();
    /** Under way; null when there is none, or what it brings is not wanted any more. */
    private DueSearch searching;
    /** The same, of what an earlier run left. */
    private DueSearch surveying;

    private long sweepBeganMillis;
    private long restsUntilMillis;
    private boolean goesOn;
    /** Whether what an earlier run left is known, or is being looked at. */
    private boolean surveyed;

    /** Of messages that were given up here and may still be in the store; counted from {@link #goneFrom}. */
    private BitSet gone = new BitSet();

    private long goneFrom;

    StoredExpiry(Queue queue, int storeId, QueueMemory memory, Backlog backlog, Leaving leaving) {
        this.queue = queue;
        this.home = queue.home();
        this.storeId = storeId;
        this.memory = memory;
        this.backlog = backlog;
        this.leaving = leaving;
    }

    /** A message goes to the store. */
    void stored(Message message, long sequence) {
        if (message.hasTtl()) {
            time(message.ownDue(), sequence);
        }
    }

    private void time(long time, long sequence) {
        if (times.size() < TIMES_MAX) {
            times.add(time, sequence);
        }
    }

    /**
     * There are messages with a time to live of their own: if an earlier run left others, these may have, too.
     *
     * @param recoveredUpTo the last one of an earlier run
     */
    void survey(long recoveredUpTo) {
        if (!surveyed) {
            surveyed = true;
            look(backlog.readUpTo(), recoveredUpTo);
        }
    }

    private void look(long after, long upTo) {
        if (after < upTo && !backlog.isEmpty()) {
            surveying = DueSearch.ofAll(this, home, storeId, after, upTo);
            memory.store().search(surveying);
        }
    }

    private void noted(DueSearch search) {
        surveying = null;
        for (int i = 0; i < search.count(); i++) {
            time(search.time(i), search.sequence(i));
        }
        if (search.goesOn()) {
            look(Math.max(search.readUpTo(), backlog.readUpTo()), search.upTo());
        }
    }

    /** When there is something to do; {@link DueTimes#NEVER} when that is not known, or the queue is told by itself. */
    long next() {
        return searching == null && due.isEmpty() && times.first() != DueTimes.NEVER
                ? Math.max(times.first(), restsUntilMillis)
                : DueTimes.NEVER;
    }

    /** Gives up what was found, and looks for what is due now. */
    void run(long now) {
        for (int i = 0; i < RUN_MESSAGES && !due.isEmpty() && !queue.isBusyBurying(); i++) {
            giveUp(due.remove());
        }
        if (!due.isEmpty()) {
            if (!goesOn && !queue.isBusyBurying()) {
                goesOn = true;
                home.execute(this::goOn);
            }
        } else if (next() <= now) {
            sweep(now);
        }
    }

    private void goOn() {
        goesOn = false;
        queue.goOn();
    }

    private void giveUp(Due one) {
        if (one.sequence() <= backlog.readUpTo() || isGone(one.sequence())) {
            memory.budget().add(-one.message().memoryBytes());
            return;
        }
        if (gone.isEmpty()) {
            goneFrom = backlog.readUpTo();
        }
        gone.set((int) (one.sequence() - goneFrom));
        leaving.left(one.message(), one.sequence());
        queue.giveUp(one.message(), one.sequence(), DeathReason.EXPIRED, false);
    }

    private void sweep(long now) {
        long reach = (gone.isEmpty() ? backlog.readUpTo() : goneFrom) + Integer.MAX_VALUE;
        long[] sequences = new long[16];
        int count = 0;
        while (count < SWEEP_MESSAGES && times.first() <= now) {
            long sequence = times.removeFirst();
            // What is beyond reach is noticed when its turn comes.
            if (sequence > backlog.readUpTo() && sequence < reach) {
                if (count == sequences.length) {
                    sequences = Arrays.copyOf(sequences, count * 2);
                }
                sequences[count++] = sequence;
            }
        }
        if (count > 0) {
            wanted = Arrays.copyOf(sequences, count);
            Arrays.sort(wanted);
            sweepBeganMillis = now;
            search(0);
        }
    }

    private void search(int from) {
        searching = DueSearch.of(this, home, storeId, wanted, from);
        memory.store().search(searching);
    }

    /** Takes what the store was asked for. */
    void arrived(DueSearch search) {
        if (queue.isDeleted()) {
            return;
        }
        if (search == surveying) {
            noted(search);
            queue.goOn();
        } else if (search == searching) {
            searching = null;
            take(search);
            queue.goOn();
        }
    }

    private void take(DueSearch search) {
        long bytes = 0;
        for (int i = 0; i < search.count(); i++) {
            Message message = search.message(i);
            found.add(new Due(message, search.sequence(i), search.time(i)));
            foundBytes += message.bodyLength();
            bytes += message.memoryBytes();
        }
        memory.budget().add(bytes);
        int next = Arrays.binarySearch(wanted, search.readUpTo());
        next = next >= 0 ? next + 1 : -next - 1;
        if (search.goesOn() && next < wanted.length && foundBytes < SWEEP_BYTES) {
            search(next);
            return;
        }
        for (int i = next; search.goesOn() && i < wanted.length; i++) {
            times.add(sweepBeganMillis, wanted[i]);
        }
        found.sort(Due.FIRST);
        due.addAll(found);
        found.clear();
        foundBytes = 0;
        long now = home.currentTimeMillis();
        restsUntilMillis = now + Math.min(REST_MILLIS_MAX, Math.max(0, now - sweepBeganMillis));
    }

    /** Whether a message was given up here, and the store need not know it yet. */
    boolean isGone(long sequence) {
        long index = sequence - goneFrom;
        return index >= 0 && index <= Integer.MAX_VALUE && gone.get((int) index);
    }

    /** Nothing up to this sequence number comes from the store any more. */
    void readUpTo(long sequence) {
        if (times.isMostlySuperfluous((int) Math.min(TIMES_MAX, backlog.count()))) {
            times.retain(other -> other > sequence);
        }
        if (!gone.isEmpty() && sequence >= goneFrom + gone.length() - 1) {
            gone = new BitSet();
        }
    }

    /** All that is in the store is given up. */
    void clear() {
        long bytes = 0;
        for (Due one : due) {
            bytes += one.message().memoryBytes();
        }
        for (Due one : found) {
            bytes += one.message().memoryBytes();
        }
        memory.budget().add(-bytes);
        due.clear();
        found.clear();
        foundBytes = 0;
        times = new DueTimes();
        searching = null;
        surveying = null;
    }
}
