package io.millrace.server.queue;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Messages that are served by priority, and within a priority in the order of their sequence numbers, which each
 * priority counts for itself: one list for each, and a bit that says whether it has any.
 *
 * <p>A priority may have messages in the store that come after those in memory. Once it has none in memory, nothing of
 * a lower one is served until they have arrived.
 *
 * <p>What came back goes to its place, or, as a quorum queue has it, before everything else in the order in which it
 * came back.
 */
final class PriorityMessages extends ReadyMessages {
    private record Returned(Message message, long sequence) {}

    private final Priorities priorities;
    private final FifoMessages[] levels;
    private final PrioritySet withReady;
    private final PrioritySet withStored;
    /** Null when they go back to their places. */
    private final ArrayDeque<Returned> returned;

    private long returnedBytes;
    /** When the first of what came back is due by {@link #dueBy}; unknown while that is null. */
    private long returnedDue;

    private QueueTtl dueBy;
    private int messages;
    private long bodyBytes;

    /** @param returnsFirst whether what comes back is served before everything else */
    PriorityMessages(Priorities priorities, boolean returnsFirst) {
        this.priorities = priorities;
        this.levels = new FifoMessages[priorities.count()];
        this.withReady = new PrioritySet(priorities.count());
        this.withStored = new PrioritySet(priorities.count());
        this.returned = returnsFirst ? new ArrayDeque<>() : null;
    }

    @Override
    int inMemory() {
        return messages;
    }

    @Override
    long bytesInMemory() {
        return bodyBytes;
    }

    /** Those of one priority; not to be changed. */
    FifoMessages level(int priority) {
        if (levels[priority] == null) {
            levels[priority] = new FifoMessages();
        }
        return levels[priority];
    }

    /** Whether a priority has messages in the store. */
    void inStore(int priority, boolean any) {
        withStored.set(priority, any);
        serve();
    }

    @Override
    void add(Message message, long sequence, boolean redelivered) {
        int priority = priorities.of(message);
        level(priority).add(message, sequence, redelivered);
        withReady.set(priority, true);
        count(message);
    }

    @Override
    void putBack(Message message, long sequence) {
        if (returned == null) {
            int priority = priorities.of(message);
            level(priority).putBack(message, sequence);
            withReady.set(priority, true);
        } else {
            Returned last = new Returned(message, sequence);
            returned.add(last);
            returnedBytes += bytesOf(message);
            if (dueBy != null) {
                returnedDue = Math.min(returnedDue, due(last, dueBy));
            }
        }
        count(message);
    }

    /** In a quorum queue the properties count as well. */
    private int bytesOf(Message message) {
        return message.countedBytes(returned != null);
    }

    private void count(Message message) {
        if (message.hasTtl()) {
            noteTimed();
        }
        messages++;
        bodyBytes += bytesOf(message);
        serve();
    }

    @Override
    Message poll() {
        if (isEmpty()) {
            return null;
        }
        Message message = returned == null || returned.isEmpty() ? pollHighest() : pollReturned();
        messages--;
        bodyBytes -= bytesOf(message);
        serve();
        return message;
    }

    private Message pollReturned() {
        return left(returned.remove());
    }

    private Message left(Returned one) {
        returnedBytes -= bytesOf(one.message());
        if (dueBy != null && due(one, dueBy) <= returnedDue) {
            dueBy = null;
        }
        polled(one.sequence(), true);
        return one.message();
    }

    private Message pollReturnedDue(QueueTtl ttl) {
        long due = returnedDue(ttl);
        for (Iterator<Returned> all = returned.iterator(); all.hasNext(); ) {
            Returned one = all.next();
            if (due(one, ttl) == due) {
                all.remove();
                return left(one);
            }
        }
        throw new IllegalStateException("nothing is due at " + due);
    }

    private long returnedDue(QueueTtl ttl) {
        if (returned == null || returned.isEmpty()) {
            return DueTimes.NEVER;
        }
        if (!ttl.equals(dueBy)) {
            dueBy = ttl;
            returnedDue = DueTimes.NEVER;
            for (Returned one : returned) {
                returnedDue = Math.min(returnedDue, due(one, ttl));
            }
        }
        return returnedDue;
    }

    private Message pollHighest() {
        int priority = withReady.highest();
        FifoMessages level = levels[priority];
        Message message = level.poll();
        if (level.isEmpty()) {
            withReady.set(priority, false);
        }
        polled(level.polledSequence(), level.polledRedelivered());
        return message;
    }

    @Override
    long firstDue(QueueTtl ttl) {
        long due = returnedDue(ttl);
        for (FifoMessages level : levels) {
            if (level != null) {
                due = Math.min(due, level.firstDue(ttl));
            }
        }
        return due;
    }

    private static long due(Returned first, QueueTtl ttl) {
        return Math.min(ttl.due(first.message()), first.message().ownDue());
    }

    @Override
    Message pollDue(long now, QueueTtl ttl) {
        Message message = null;
        if (returnedDue(ttl) <= now) {
            message = pollReturnedDue(ttl);
        }
        for (int priority = levels.length - 1; priority >= 0 && message == null; priority--) {
            if (levels[priority] != null) {
                message = pollDue(priority, now, ttl);
            }
        }
        if (message != null) {
            messages--;
            bodyBytes -= bytesOf(message);
            serve();
        }
        return message;
    }

    private Message pollDue(int priority, long now, QueueTtl ttl) {
        FifoMessages level = levels[priority];
        Message message = level.pollDue(now, ttl);
        if (message != null) {
            withReady.set(priority, !level.isEmpty());
            polled(level.polledSequence(), level.polledRedelivered());
        }
        return message;
    }

    private void serve() {
        if (withStored.highest() <= withReady.highest()) {
            serves(messages, bodyBytes);
        } else if (returned != null) {
            serves(returned.size(), returnedBytes);
        } else {
            serves(0, 0);
        }
    }
}
