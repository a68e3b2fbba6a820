package io.millrace.server.queue;

import io.millrace.log.Page;
import io.millrace.log.StoredContent;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a queue that wait for their next delivery, by number: in memory as many as a queue may have there,
 * the others on the disk alone, with 16 octets in memory for each. Belongs to the queue's loop.
 *
 * <ol>
 *   <li>Every message that waits has one entry among the times, or among the parked; those that are due and must be
 *       read first are {@link #wanted}, and what an earlier run left and nobody has looked at yet has none.
 *   <li>While there are messages on the disk alone, new ones go there: the store wants its pages in order.
 * </ol>
 */
final class WaitingRetries {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingRetries.class);

    /** Messages that become ready at a time, so that one queue does not keep its loop from the others. */
    private static final int RUN_MESSAGES = 1024;

    /** Takes what is due. */
    interface Taker {
        /** @param bytes what the message takes in memory beyond what was counted for it before */
        void due(long number, Message message, long bytes);

        /** Whether a message of an earlier run that was parked still has nowhere to go. */
        boolean parks(RetryState state);
    }

    private final Queue queue;
    private final int storeId;
    private final QueueMemory memory;
    private final Taker taker;

    private final Map<Long, Message> here = new HashMap<>();
    private long hereBytes;
    private DueTimes times = new DueTimes();
    private DueTimes parked = new DueTimes();
    private final NavigableSet<Long> wanted = new TreeSet<>();
    /** How many are on the disk alone. */
    private long stored;

    private boolean paged;

    /** How many of an earlier run have not been looked at. */
    private long unread;

    private long readUpTo;
    /** None of an earlier run has a higher number. */
    private long recoveredUpTo;
    /** Under way; null when there is none, or what it brings is not wanted any more. */
    private ReadAhead reading;
    /** The last one that was wanted when it was asked for. */
    private long readingUpTo;

    WaitingRetries(Queue queue, int storeId, QueueMemory memory, Taker taker) {
        this.queue = queue;
        this.storeId = storeId;
        this.memory = memory;
        this.taker = taker;
    }

    long count() {
        return here.size() + stored + unread;
    }

    /** How many of them do not come back by themselves. */
    int parked() {
        return parked.size();
    }

    /** Whether some of them have ever been on the disk alone. */
    boolean wasPaged() {
        return paged;
    }

    /** What an earlier run left. */
    void recovered(long messages, long lastNumber) {
        recoveredUpTo = lastNumber;
        unread = messages;
        paged = messages > 0;
    }

    /** A message waits from now on. */
    void add(long number, Message message) {
        note(number, message);
        if (stored + unread > 0 || isFull(message)) {
            stored++;
            paged = true;
            memory.store().write(new RetryPage(number, message));
        } else {
            here.put(number, message);
            hereBytes += message.bodyLength();
        }
    }

    private void note(long number, Message message) {
        note(number, message.envelope().retry().dueAt());
    }

    private void note(long number, long due) {
        (due == RetryState.PARKED ? parked : times).add(due, number);
    }

    private boolean isFull(Message message) {
        return memory.isFull(here.size(), here.size(), hereBytes, 1, message.bodyLength());
    }

    /** Those that are parked are due now. */
    void unpark(long now) {
        while (parked.size() > 0) {
            times.add(now, parked.removeFirst());
        }
    }

    /** When the next one is due; {@link DueTimes#NEVER} when none is, or it is known already that one is. */
    long nextDue() {
        return wanted.isEmpty() && reading == null ? times.first() : DueTimes.NEVER;
    }

    /**
     * Gives away what is due.
     *
     * @param room how many there is room for
     * @return whether more is due
     */
    boolean run(long now, long room) {
        long left = Math.min(RUN_MESSAGES, room - wanted.size());
        while (left > 0 && times.first() <= now) {
            long number = times.removeFirst();
            Message message = here.remove(number);
            if (message == null) {
                wanted.add(number);
            } else {
                hereBytes -= message.bodyLength();
                taker.due(number, message, 0);
            }
            left--;
        }
        read();
        return times.first() <= now;
    }

    /** Whether this is room for one more than what is being read already. */
    boolean fits(long room) {
        return room > wanted.size();
    }

    /** Asks the store for what is due, or for what it has of an earlier run. */
    void read() {
        if (reading != null) {
            return;
        }
        if (unread > 0) {
            reading = new ReadAhead(
                    queue, storeId, readUpTo, (int) Math.min(memory.blockMessages(), unread), memory.blockBytes());
        } else if (!wanted.isEmpty()) {
            long first = wanted.first();
            readingUpTo = wanted.last();
            int most = (int) Math.min(memory.blockMessages(), readingUpTo - first + 1);
            reading = new ReadAhead(queue, storeId, first - 1, most, memory.blockBytes());
        }
        if (reading != null) {
            memory.store().read(reading);
        }
    }

    /** Takes what the store was asked for; false when it is not wanted any more. */
    boolean arrived(ReadAhead block) {
        if (block != reading) {
            return false;
        }
        reading = null;
        if (unread > 0) {
            look(block);
        } else {
            take(block);
        }
        read();
        return true;
    }

    /** What came meanwhile may stand behind what is looked for, and is known. */
    private void look(ReadAhead block) {
        readUpTo = block.readUpTo();
        int found = 0;
        while (found < block.count() && block.sequence(found) <= recoveredUpTo) {
            RetryState state = block.message(found).envelope().retry();
            boolean goes = state.dueAt() == RetryState.PARKED && !taker.parks(state);
            note(block.sequence(found), goes ? queue.home().currentTimeMillis() : state.dueAt());
            found++;
        }
        stored += found;
        unread -= found + block.lost();
        if (block.lost() > 0) {
            LOG.error("{} lost {} messages that cannot be read", queue, block.lost());
        }
        if (unread < 0 || (found == 0 && block.lost() == 0)) {
            LOG.error("{} expected another number of messages to retry, {} are missing", queue, unread);
            unread = 0;
        }
    }

    private void take(ReadAhead block) {
        for (int i = 0; i < block.count(); i++) {
            Message message = block.message(i);
            if (wanted.remove(block.sequence(i))) {
                stored--;
                taker.due(block.sequence(i), message, message.memoryBytes());
            }
        }
        // What stands between where it began and its end and did not come never will. What came to be due meanwhile
        // may stand before that, or behind all that there was.
        boolean nothing = block.count() == 0 && block.lost() == 0;
        NavigableSet<Long> missing =
                wanted.subSet(block.after(), false, nothing ? readingUpTo : block.readUpTo(), true);
        if (!missing.isEmpty()) {
            LOG.error("{} lost {} messages that cannot be read", queue, missing.size());
            stored -= missing.size();
            missing.clear();
        }
    }

    /** Forgets all of them; returns how many there were. */
    long clear() {
        long count = count();
        for (Message message : here.values()) {
            memory.budget().add(-message.memoryBytes());
        }
        here.clear();
        hereBytes = 0;
        times = new DueTimes();
        parked = new DueTimes();
        wanted.clear();
        stored = 0;
        unread = 0;
        reading = null;
        return count;
    }

    /** One message on its way to the disk. */
    private final class RetryPage implements Page {
        private final long number;
        private final Message message;

        RetryPage(long number, Message message) {
            this.number = number;
            this.message = message;
        }

        @Override
        public int queueId() {
            return storeId;
        }

        @Override
        public long firstSequence() {
            return number;
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public StoredContent content(int i) {
            return message;
        }

        /** A block may bring it before it is due, which would cost the store one that is not. */
        @Override
        public boolean isPersistent(int i) {
            return true;
        }

        @Override
        public void written() {
            memory.budget().add(-message.memoryBytes());
        }
    }
}
