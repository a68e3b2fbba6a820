package io.millrace.log;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows which messages of the log are still needed, and so which files.
 *
 * <p>The invariant that it is kept for:
 *
 * <ol>
 *   <li>A file Fn may be given up if and only if all its messages are acknowledged, or of deleted queues, or covered by
 *       segments, and all earlier files are gone. If it acknowledges messages that are in segments, the checkpoint must
 *       know of that first; see {@link Segments}.
 *   <li>So what is left of the log is always a suffix of it, and an acknowledgement is never given up before the
 *       message that it is for.
 * </ol>
 *
 * <p>Per queue it keeps extents: at most {@value Extent#SPAN} consecutive sequences within one file, one bit each. A
 * dense queue costs a bit a message, a scattered one about a hundred octets a message at worst, and an acknowledged
 * range costs a few words; the order in which messages are acknowledged makes no difference to what is kept.
 */
final class LiveMessages {
    private final Map<Integer, QueueMessages> queues = new HashMap<>();
    /** Effects come in runs of one queue. */
    private QueueMessages recent;

    private long total;

    /**
     * A message of the queue is in the file. Sequences must increase; if one does not, nothing happens and it is false.
     */
    boolean published(int queueId, long sequence, WalFile file) {
        QueueMessages queue = queueOrNew(queueId);
        if (sequence <= queue.last) {
            return false;
        }
        queue.add(sequence, file);
        file.live++;
        total++;
        return true;
    }

    /** Messages first to last, inclusive, are acknowledged; returns how many of them were live. */
    long acknowledged(int queueId, long first, long last) {
        QueueMessages queue = queue(queueId);
        if (queue == null) {
            return 0;
        }
        long removed = queue.remove(first, last);
        total -= removed;
        return removed;
    }

    void deleted(int queueId) {
        QueueMessages queue = queues.remove(queueId);
        if (queue == null) {
            return;
        }
        if (recent == queue) {
            recent = null;
        }
        total -= queue.remove(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The sequences of the queue have got at least this far. */
    void seen(int queueId, long sequence) {
        QueueMessages queue = queueOrNew(queueId);
        queue.last = Math.max(queue.last, sequence);
    }

    /** How far the sequences of the queue have got; 0 when it is not known. */
    long last(int queueId) {
        QueueMessages queue = queue(queueId);
        return queue == null ? 0 : queue.last;
    }

    /** Whether the queue is known, if only by its last sequence. */
    boolean knows(int queueId) {
        return queue(queueId) != null;
    }

    /**
     * Takes the live messages of the oldest file that has some: whoever calls this cares for them from now on.
     *
     * @return them by queue
     */
    Map<Integer, SequenceSet> take(WalFile file) {
        Map<Integer, SequenceSet> taken = new HashMap<>();
        for (QueueMessages queue : queues.values()) {
            SequenceSet ofQueue = queue.take(file);
            if (!ofQueue.isEmpty()) {
                total -= ofQueue.size();
                taken.put(queue.id, ofQueue);
            }
        }
        return taken;
    }

    /** Live messages in all files. */
    long total() {
        return total;
    }

    int queueCount() {
        return queues.size();
    }

    /** Each known queue with its highest sequence, into arrays with room for {@link #queueCount} of them. */
    void copyLastSequences(int[] queueIds, long[] sequences) {
        int i = 0;
        for (QueueMessages queue : queues.values()) {
            queueIds[i] = queue.id;
            sequences[i] = queue.last;
            i++;
        }
    }

    private QueueMessages queue(int queueId) {
        QueueMessages queue = recent;
        if (queue == null || queue.id != queueId) {
            queue = queues.get(queueId);
            if (queue != null) {
                recent = queue;
            }
        }
        return queue;
    }

    private QueueMessages queueOrNew(int queueId) {
        QueueMessages queue = queue(queueId);
        if (queue == null) {
            queue = new QueueMessages(queueId);
            queues.put(queueId, queue);
            recent = queue;
        }
        return queue;
    }

    /** The extents of one queue, oldest first, in {@code extents[head..tail)}; their sequences increase. */
    private static final class QueueMessages {
        final int id;
        long last;
        private Extent[] extents = new Extent[2];
        private int head;
        private int tail;
        /** Extents between head and tail without a live message. */
        private int dead;

        QueueMessages(int id) {
            this.id = id;
        }

        void add(long sequence, WalFile file) {
            Extent extent = head == tail ? null : extents[tail - 1];
            if (extent == null || !extent.takes(sequence, file)) {
                extent = new Extent(sequence, file);
                append(extent);
            }
            extent.set(sequence);
            last = sequence;
        }

        long remove(long first, long lastInclusive) {
            long removed = 0;
            for (int i = indexOf(first); i < tail && extents[i].base <= lastInclusive; i++) {
                Extent extent = extents[i];
                if (extent.live > 0) {
                    removed += extent.clear(first, lastInclusive);
                    if (extent.live == 0) {
                        dead++;
                    }
                }
            }
            dropDead();
            return removed;
        }

        SequenceSet take(WalFile file) {
            SequenceSet taken = new SequenceSet();
            for (int i = head; i < tail && (extents[i].file == file || extents[i].live == 0); i++) {
                if (extents[i].live > 0) {
                    extents[i].moveTo(taken);
                    dead++;
                }
            }
            dropDead();
            return taken;
        }

        /** The last extent that begins at or before the sequence, or the first one if there is none. */
        private int indexOf(long sequence) {
            if (tail - head <= 1 || extents[head + 1].base > sequence) {
                return head;
            }
            int low = head + 1;
            int high = tail - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (extents[middle].base <= sequence) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }

        private void append(Extent extent) {
            if (tail == extents.length) {
                Extent[] target = (tail - head) * 2 > extents.length ? new Extent[extents.length * 2] : extents;
                int length = tail - head;
                System.arraycopy(extents, head, target, 0, length);
                Arrays.fill(target, length, target.length, null);
                extents = target;
                head = 0;
                tail = length;
            }
            extents[tail++] = extent;
        }

        /** From the head at once, from the middle when half of them are dead: a constant cost an extent. */
        private void dropDead() {
            while (head < tail && extents[head].live == 0) {
                extents[head++] = null;
                dead--;
            }
            if (head == tail) {
                head = 0;
                tail = 0;
            } else if (dead * 2 > tail - head) {
                int to = head;
                for (int i = head; i < tail; i++) {
                    if (extents[i].live > 0) {
                        extents[to++] = extents[i];
                    }
                }
                Arrays.fill(extents, to, tail, null);
                tail = to;
                dead = 0;
            }
        }
    }

    /** Up to {@link #SPAN} sequences from {@code base}, one bit each: set while the message is live. */
    private static final class Extent {
        static final int SPAN = 4096;
        private static final long[] NONE = {};

        final long base;
        final WalFile file;
        int live;
        private long[] bits = new long[1];

        Extent(long base, WalFile file) {
            this.base = base;
            this.file = file;
        }

        /** An extent that died is not used again, so that it is dropped wherever it lies. */
        boolean takes(long sequence, WalFile inFile) {
            return file == inFile && live > 0 && sequence - base < SPAN;
        }

        void set(long sequence) {
            int bit = (int) (sequence - base);
            int word = bit >>> 6;
            if (word >= bits.length) {
                bits = Arrays.copyOf(bits, Math.min(SPAN / 64, Math.max(word + 1, bits.length * 2)));
            }
            bits[word] |= 1L << bit;
            live++;
        }

        void moveTo(SequenceSet taken) {
            for (int word = 0; word < bits.length; word++) {
                for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
                    taken.add(base + word * 64L + Long.numberOfTrailingZeros(rest));
                }
            }
            file.live -= live;
            live = 0;
            bits = NONE;
        }

        int clear(long first, long last) {
            int from = (int) Math.min(Math.max(first, base) - base, SPAN);
            int to = (int) Math.min(last - base, bits.length * 64L - 1);
            if (from > to) {
                return 0;
            }
            int removed = 0;
            for (int word = from >>> 6; word <= to >>> 6; word++) {
                long mask = -1L;
                if (word == from >>> 6) {
                    mask &= -1L << from;
                }
                if (word == to >>> 6) {
                    mask &= -1L >>> (63 - (to & 63));
                }
                removed += Long.bitCount(bits[word] & mask);
                bits[word] &= ~mask;
            }
            live -= removed;
            file.live -= removed;
            if (live == 0) {
                bits = NONE;
            }
            return removed;
        }
    }
}
