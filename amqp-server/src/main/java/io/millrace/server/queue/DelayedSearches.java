package io.millrace.server.queue;

import io.millrace.server.queue.DelayQueue.Delayed;
import io.millrace.server.queue.DueMessages.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Looks for messages among those that are delayed, in memory and on the disk. A message is named by when it is due and
 * a checksum of what it is, which holds wherever it waits; two that are alike in all that are one as good as the other.
 * Belongs to the queue's loop.
 */
final class DelayedSearches {
    private static final Comparator<Waiting> DUE_FIRST =
            Comparator.comparingLong(Waiting::due).thenComparingLong(Waiting::sequence);

    private final DelayQueue queue;
    private final DelayLanes lanes;
    private final MessageStore store;
    /** What could not be done while a lane was being read. */
    private final List<Runnable> postponed = new ArrayList<>();

    DelayedSearches(DelayQueue queue, DelayLanes lanes, MessageStore store) {
        this.queue = queue;
        this.lanes = lanes;
        this.store = store;
    }

    /** A block has arrived. */
    void goOn() {
        if (!postponed.isEmpty()) {
            List<Runnable> all = List.copyOf(postponed);
            postponed.clear();
            all.forEach(Runnable::run);
        }
    }

    void list(int most, Consumer<List<Delayed>> found) {
        new Listing(most, found).goOn();
    }

    void cancel(String id, Consumer<Boolean> done) {
        if (cancelInMemory(id)) {
            done.accept(true);
            return;
        }
        long due = dueOf(id);
        List<Integer> possible = new ArrayList<>(lanes.storedLanes(opening -> opening <= due));
        possible.removeIf(lane -> !TimeWheel.mayHold(lane, due));
        new Cancelling(id, possible, done).goOn();
    }

    private boolean cancelInMemory(String id) {
        long due = dueOf(id);
        Message message = lanes.takeFromMemory(
                waiting -> waiting.due() == due && id(waiting.message()).equals(id));
        if (message != null) {
            queue.dropped(message, lanes.ready().polledSequence());
        }
        return message != null;
    }

    private static long dueOf(String id) {
        try {
            return Long.parseLong(id.substring(0, Math.max(0, id.lastIndexOf('-'))));
        } catch (NumberFormatException e) {
            return DueTimes.NEVER;
        }
    }

    static String id(Message message) {
        CRC32C sum = new CRC32C();
        sum.update(message.exchange().bytes());
        sum.update(0);
        sum.update(message.routingKey().bytes());
        sum.update(0);
        for (int i = 0; i < message.content().partCount(); i++) {
            sum.update(message.content().part(i));
        }
        return message.envelope().arrivedAt() + "-" + String.format("%08x", sum.getValue());
    }

    private final class Listing extends LaneScan {
        private final int most;
        private final Consumer<List<Delayed>> found;
        private final TreeSet<Waiting> first = new TreeSet<>(DUE_FIRST);

        Listing(int most, Consumer<List<Delayed>> found) {
            super(queue, lanes, store, lanes.storedLanes(opening -> true));
            this.most = most;
            this.found = found;
            lanes.inMemory().forEach(this::add);
        }

        private void add(Waiting waiting) {
            first.add(waiting);
            if (first.size() > most) {
                first.pollLast();
            }
        }

        @Override
        boolean wants(int lane) {
            return first.size() < most || lanes.opensAt(lane) <= first.last().due();
        }

        @Override
        boolean see(Message message, long sequence) {
            add(new Waiting(message, sequence));
            return true;
        }

        @Override
        void ended() {
            found.accept(first.stream()
                    .map(waiting -> new Delayed(id(waiting.message()), waiting.due(), waiting.message()))
                    .toList());
        }
    }

    private final class Cancelling extends LaneScan {
        private final String id;
        private final Consumer<Boolean> done;
        private long sequence;

        Cancelling(String id, List<Integer> possible, Consumer<Boolean> done) {
            super(queue, lanes, store, possible);
            this.id = id;
            this.done = done;
        }

        @Override
        boolean wants(int lane) {
            return true;
        }

        @Override
        boolean see(Message message, long number) {
            if (id(message).equals(id)) {
                sequence = number;
                return false;
            }
            return true;
        }

        @Override
        void ended() {
            if (sequence == 0 || queue.isDeleted()) {
                // It may have come into memory meanwhile.
                done.accept(!queue.isDeleted() && cancelInMemory(id));
            } else if (lanes.dropStored(sequence)) {
                queue.departed();
                done.accept(true);
            } else {
                postponed.add(() -> cancel(id, done));
            }
        }
    }
}
