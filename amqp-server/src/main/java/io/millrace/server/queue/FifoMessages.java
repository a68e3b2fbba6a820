package io.millrace.server.queue;

import java.util.PriorityQueue;

/**
 * Messages that are served in the order of their sequence numbers.
 *
 * <p>Two parts: a list of fixed chunks for what was published, which grows at the tail and shrinks at the head without
 * ever copying, and a heap for what came back. Whatever came back was at the head before, so its sequence numbers are
 * smaller than all in the chunks: it is served first, smallest first, and thereby stands at its original place.
 */
final class FifoMessages extends ReadyMessages {
    private static final int CHUNK_SIZE = 256;

    private static final class Chunk {
        final Message[] messages = new Message[CHUNK_SIZE];
        /** Sequence number shifted left by one; the lowest bit says redelivered. */
        final long[] sequences = new long[CHUNK_SIZE];

        Chunk next;
    }

    private record Returned(Message message, long sequence) implements Comparable<Returned> {
        @Override
        public int compareTo(Returned other) {
            return Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Returned> returned = new PriorityQueue<>();

    private Chunk head = new Chunk();
    private Chunk tail = head;
    private int headIndex;
    private int tailIndex;
    /** The last chunk that was emptied, kept so that a queue in balance allocates none. */
    private Chunk spare;

    @Override
    void add(Message message, long sequence, boolean redelivered) {
        if (tailIndex == CHUNK_SIZE) {
            Chunk chunk = spare == null ? new Chunk() : spare;
            spare = null;
            tail.next = chunk;
            tail = chunk;
            tailIndex = 0;
        }
        tail.messages[tailIndex] = message;
        tail.sequences[tailIndex] = sequence << 1 | (redelivered ? 1 : 0);
        tailIndex++;
        added(message);
    }

    @Override
    void putBack(Message message, long sequence) {
        returned.add(new Returned(message, sequence));
        added(message);
    }

    @Override
    Message poll() {
        if (isEmpty()) {
            return null;
        }
        Message message = returned.isEmpty() ? pollHead() : pollReturned();
        removed(message);
        return message;
    }

    private Message pollReturned() {
        Returned first = returned.remove();
        polled(first.sequence(), true);
        return first.message();
    }

    private Message pollHead() {
        if (headIndex == CHUNK_SIZE) {
            Chunk emptied = head;
            head = emptied.next;
            emptied.next = null;
            spare = emptied;
            headIndex = 0;
        }
        Message message = head.messages[headIndex];
        long sequence = head.sequences[headIndex];
        head.messages[headIndex] = null;
        headIndex++;
        if (head == tail && headIndex == tailIndex) {
            headIndex = 0;
            tailIndex = 0;
        }
        polled(sequence >>> 1, (sequence & 1) != 0);
        return message;
    }
}
