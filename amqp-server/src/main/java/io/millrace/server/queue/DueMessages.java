package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * Messages that wait for a time of their own, the one that is due first in front; of those that are due at once, the
 * one that came first. Their sequence numbers say which lane they are of, see {@link TimeWheel}.
 */
final class DueMessages extends ReadyMessages {
    /** One that waits. */
    record Waiting(Message message, long sequence) {
        private static final Comparator<Waiting> DUE_FIRST =
                Comparator.comparingLong(Waiting::due).thenComparingLong(Waiting::sequence);

        long due() {
            return message.envelope().arrivedAt();
        }
    }

    /** Those of one lane. */
    private static final class Share implements InMemory {
        private int size;
        private long bytes;

        @Override
        public int size() {
            return size;
        }

        @Override
        public long bytes() {
            return bytes;
        }
    }

    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Waiting.DUE_FIRST);
    private final Share[] shares = new Share[TimeWheel.LANES];
    /** When the store has to be asked for more, by the time of day, or {@link DueTimes#NEVER}. */
    private long openingAt = DueTimes.NEVER;

    DueMessages() {
        for (int lane = 0; lane < shares.length; lane++) {
            shares[lane] = new Share();
        }
        noteTimed();
    }

    /** Those of a lane. */
    InMemory share(int lane) {
        return shares[lane];
    }

    /** When the next lane is to be read that is closed now. */
    void openingAt(long millis) {
        openingAt = millis;
    }

    @Override
    void add(Message message, long sequence, boolean redelivered) {
        waiting.add(new Waiting(message, sequence));
        added(message);
        Share share = shares[TimeWheel.laneOf(sequence)];
        share.size++;
        share.bytes += message.content().bodyLength();
    }

    @Override
    void putBack(Message message, long sequence) {
        add(message, sequence, true);
    }

    @Override
    Message poll() {
        Waiting first = waiting.poll();
        return first == null ? null : taken(first);
    }

    private Message taken(Waiting gone) {
        Message message = gone.message();
        removed(message);
        Share share = shares[TimeWheel.laneOf(gone.sequence())];
        share.size--;
        share.bytes -= message.content().bodyLength();
        polled(gone.sequence(), false);
        return message;
    }

    @Override
    long firstDue(QueueTtl ttl) {
        return Math.min(openingAt, firstDue());
    }

    private long firstDue() {
        return waiting.isEmpty() ? DueTimes.NEVER : waiting.peek().due();
    }

    @Override
    Message pollDue(long now, QueueTtl ttl) {
        return firstDue() <= now ? poll() : null;
    }

    /** Those that are here, in no order. */
    List<Waiting> all() {
        return new ArrayList<>(waiting);
    }

    /** Takes the first one found that passes, as {@link #poll}; null when none does. */
    Message remove(Predicate<Waiting> wanted) {
        for (Waiting candidate : waiting) {
            if (wanted.test(candidate)) {
                waiting.remove(candidate);
                return taken(candidate);
            }
        }
        return null;
    }
}
