package io.millrace.server.queue;

import java.util.Arrays;

/**
 * The youngest messages of a stream, kept for the consumers that have had all before them, so that what is published is
 * delivered without being read from the disk. A ring; it forgets the oldest when it is full. Belongs to the queue's
 * loop.
 */
final class StreamTail {
    /** What a consumer may fall behind before it has to read from the disk. */
    private static final int MESSAGES_MAX = 8192;

    private static final long BYTES_MAX = 1 << 20;
    private static final int INITIAL_CAPACITY = 64;

    private Message[] messages = new Message[INITIAL_CAPACITY];
    private byte[][] filterValues = new byte[INITIAL_CAPACITY][];
    private int head;
    private int size;
    private long first;
    private long bytes;

    /** Adds the message with the next offset. */
    void add(Message message, byte[] filterValue, long offset) {
        if (size == 0) {
            first = offset;
        }
        assert offset == first + size : "offset: " + offset + " (expected: " + (first + size) + ")";
        if (size == messages.length) {
            grow();
        }
        int index = (head + size) & (messages.length - 1);
        messages[index] = message;
        filterValues[index] = filterValue;
        size++;
        bytes += message.memoryBytes();
        while (size > MESSAGES_MAX || (bytes > BYTES_MAX && size > 1)) {
            dropFirst();
        }
    }

    private void grow() {
        int capacity = messages.length;
        Message[] newMessages = Arrays.copyOfRange(messages, head, head + capacity * 2);
        byte[][] newValues = Arrays.copyOfRange(filterValues, head, head + capacity * 2);
        System.arraycopy(messages, 0, newMessages, capacity - head, head);
        System.arraycopy(filterValues, 0, newValues, capacity - head, head);
        messages = newMessages;
        filterValues = newValues;
        head = 0;
    }

    private void dropFirst() {
        bytes -= messages[head].memoryBytes();
        messages[head] = null;
        filterValues[head] = null;
        head = (head + 1) & (messages.length - 1);
        size--;
        first++;
    }

    boolean has(long offset) {
        return offset >= first && offset < first + size;
    }

    Message message(long offset) {
        return messages[index(offset)];
    }

    /** Null when the message has none. */
    byte[] filterValue(long offset) {
        return filterValues[index(offset)];
    }

    private int index(long offset) {
        return (head + (int) (offset - first)) & (messages.length - 1);
    }

    /** Forgets what comes before the offset. */
    void dropBefore(long offset) {
        while (size > 0 && first < offset) {
            dropFirst();
        }
    }
}
