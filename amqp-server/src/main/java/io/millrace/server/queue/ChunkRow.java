package io.millrace.server.queue;

import java.util.function.Consumer;

/**
 * Messages in the order in which they were added, in chunks of a fixed size. Added at the tail and taken from the head
 * without copying; also taken out of the middle, which leaves a hole, and no chunk when it has nothing but holes.
 */
final class ChunkRow {
    private static final int CHUNK_SIZE = 256;
    /** In place of an index. */
    private static final int ABSENT = -1;

    private static final class Chunk {
        final Message[] messages = new Message[CHUNK_SIZE];
        /** Sequence number shifted left by one; the lowest bit says redelivered. */
        final long[] sequences = new long[CHUNK_SIZE];
        /** How many messages were taken out of the middle. */
        int holes;

        long sequence(int index) {
            return sequences[index] >>> 1;
        }
    }

    /** Those in use from {@link #first} to {@link #last}. */
    private Chunk[] chunks = new Chunk[4];

    private int first;
    private int last;
    private Chunk head = new Chunk();
    private Chunk tail = head;
    private int headIndex;
    private int tailIndex;
    private int size;
    /** The last chunk that was emptied, kept so that a queue in balance allocates none. */
    private Chunk spare;

    private long polledSequence;
    private boolean polledRedelivered;

    ChunkRow() {
        chunks[0] = head;
    }

    /** Adds at the tail; sequence numbers ascend. */
    void add(Message message, long sequence, boolean redelivered) {
        if (tailIndex == CHUNK_SIZE) {
            grow();
        }
        tail.messages[tailIndex] = message;
        tail.sequences[tailIndex] = sequence << 1 | (redelivered ? 1 : 0);
        tailIndex++;
        size++;
    }

    private void grow() {
        tailIndex = 0;
        if (tail.holes == CHUNK_SIZE) {
            tail.holes = 0;
            return;
        }
        if (last == chunks.length - 1) {
            makeRoom();
        }
        tail = spare == null ? new Chunk() : spare;
        spare = null;
        chunks[++last] = tail;
    }

    private void makeRoom() {
        int count = last - first + 1;
        Chunk[] roomy = new Chunk[2 * Math.max(2, count)];
        System.arraycopy(chunks, first, roomy, 0, count);
        chunks = roomy;
        first = 0;
        last = count - 1;
    }

    /** The message at the head. There must be one. */
    Message peek() {
        while (true) {
            if (headIndex == CHUNK_SIZE) {
                dropHead();
            }
            Message message = head.messages[headIndex];
            if (message != null) {
                return message;
            }
            headIndex++;
        }
    }

    /** Takes the message at the head. There must be one. */
    Message poll() {
        Message message = peek();
        long sequence = head.sequences[headIndex];
        head.messages[headIndex] = null;
        headIndex++;
        size--;
        resetIfEmpty();
        polledSequence = sequence >>> 1;
        polledRedelivered = (sequence & 1) != 0;
        return message;
    }

    long polledSequence() {
        return polledSequence;
    }

    boolean polledRedelivered() {
        return polledRedelivered;
    }

    /** Shows all messages, the one at the head first. */
    void forEach(Consumer<Message> action) {
        for (int at = first; at <= last; at++) {
            for (Message message : chunks[at].messages) {
                if (message != null) {
                    action.accept(message);
                }
            }
        }
    }

    private void dropHead() {
        head.holes = 0;
        spare = head;
        chunks[first++] = null;
        head = chunks[first];
        headIndex = 0;
    }

    private void resetIfEmpty() {
        if (size == 0 && head == tail) {
            headIndex = 0;
            tailIndex = 0;
            head.holes = 0;
        }
    }

    boolean contains(long sequence) {
        Chunk chunk = chunks[chunkOf(sequence)];
        return indexIn(chunk, sequence) != ABSENT;
    }

    /** Takes the message with this sequence number out, wherever it is; null when it is not here. */
    Message remove(long sequence) {
        int at = chunkOf(sequence);
        Chunk chunk = chunks[at];
        int index = indexIn(chunk, sequence);
        if (index == ABSENT) {
            return null;
        }
        Message message = chunk.messages[index];
        chunk.messages[index] = null;
        chunk.holes++;
        size--;
        if (chunk.holes == CHUNK_SIZE && at != first && at != last) {
            System.arraycopy(chunks, at + 1, chunks, at, last - at);
            chunks[last--] = null;
        }
        resetIfEmpty();
        return message;
    }

    /** The chunk that has this sequence number if there is one. */
    private int chunkOf(long sequence) {
        int low = first;
        int high = last;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (chunks[middle].sequence(0) <= sequence) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    @SuppressWarnings("ReferenceEquality") // chunks have no other equality
    private int indexIn(Chunk chunk, long sequence) {
        int low = chunk == head ? headIndex : 0;
        int high = (chunk == tail ? tailIndex : CHUNK_SIZE) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (chunk.sequence(middle) < sequence) {
                low = middle + 1;
            } else if (chunk.sequence(middle) > sequence) {
                high = middle - 1;
            } else {
                return chunk.messages[middle] == null ? ABSENT : middle;
            }
        }
        return ABSENT;
    }
}
