package io.millrace.server.queue;

import java.util.Iterator;
import java.util.List;

/**
 * Reads what the lanes of a {@link DelayQueue} have in the store alone, one block after the other, and changes nothing.
 * Belongs to the queue's loop.
 */
abstract class LaneScan {
    private static final int BLOCK_MESSAGES = 8192;
    private static final long BLOCK_BYTES = 1 << 20;
    private static final int NO_LANE = -1;

    private final DelayQueue queue;
    private final DelayLanes lanes;
    private final MessageStore store;
    private final Iterator<Integer> numbers;
    private int number = NO_LANE;
    private long after;

    LaneScan(DelayQueue queue, DelayLanes lanes, MessageStore store, List<Integer> numbers) {
        this.queue = queue;
        this.lanes = lanes;
        this.store = store;
        this.numbers = numbers.iterator();
    }

    /** A block that the lane itself does not get. */
    private final class Block extends ReadAhead {
        Block() {
            super(queue, queue.id() + number, after, BLOCK_MESSAGES, BLOCK_BYTES, true);
        }

        @Override
        public void run() {
            seen(this);
        }
    }

    /** Whether a lane is still of interest. */
    abstract boolean wants(int laneNumber);

    /** A message of the lane; false when enough was seen. */
    abstract boolean see(Message message, long sequence);

    /** There are no more, or enough was seen. */
    abstract void ended();

    /** Reads the next block, or ends. */
    final void goOn() {
        while (number == NO_LANE && numbers.hasNext()) {
            int next = numbers.next();
            if (wants(next)) {
                number = next;
                after = lanes.storedAfter(next);
            }
        }
        if (number == NO_LANE || queue.isDeleted()) {
            ended();
        } else {
            store.read(new Block());
        }
    }

    private void seen(ReadAhead block) {
        for (int i = 0; i < block.count(); i++) {
            if (!see(block.message(i), block.sequence(i))) {
                ended();
                return;
            }
        }
        after = block.readUpTo();
        if (block.count() == 0 && block.lost() == 0) {
            number = NO_LANE;
        }
        goOn();
    }
}
