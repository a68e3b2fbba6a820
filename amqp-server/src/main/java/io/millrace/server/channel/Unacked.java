package io.millrace.server.channel;

import io.millrace.codec.Content;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Message;
import java.util.Arrays;

/**
 * The deliveries of a channel that its client has not settled, by delivery tag: parallel arrays used as a ring, so that
 * a delivery costs no object. Tags ascend; what is settled out of order leaves a hole until everything before it is
 * gone.
 */
final class Unacked {
    private static final int INITIAL_CAPACITY = 16;
    /** In place of a message that its queue has taken back. */
    private static final Message TAKEN_BACK =
            new Message(ShortString.EMPTY, ShortString.EMPTY, Content.of(new byte[2], 2), false);

    /** Takes what is removed. */
    interface Visitor {
        /** @param consumer null for a delivery that {@link #takeBack} has taken */
        void removed(long tag, Consumer consumer, Message message, long sequence);
    }

    private long[] tags = new long[INITIAL_CAPACITY];
    private long[] sequences = new long[INITIAL_CAPACITY];
    private Message[] messages = new Message[INITIAL_CAPACITY];
    private Consumer[] consumers = new Consumer[INITIAL_CAPACITY];
    private int head;
    /** Entries from the head, holes included. */
    private int span;

    private int size;

    int size() {
        return size;
    }

    void add(long tag, Consumer consumer, Message message, long sequence) {
        if (span == tags.length) {
            grow();
        }
        int index = (head + span) & (tags.length - 1);
        tags[index] = tag;
        sequences[index] = sequence;
        messages[index] = message;
        consumers[index] = consumer;
        span++;
        if (message != TAKEN_BACK) {
            size++;
        }
    }

    private void grow() {
        int capacity = tags.length;
        long[] newTags = new long[capacity * 2];
        long[] newSequences = new long[capacity * 2];
        Message[] newMessages = new Message[capacity * 2];
        Consumer[] newConsumers = new Consumer[capacity * 2];
        int first = capacity - head;
        System.arraycopy(tags, head, newTags, 0, first);
        System.arraycopy(tags, 0, newTags, first, head);
        System.arraycopy(sequences, head, newSequences, 0, first);
        System.arraycopy(sequences, 0, newSequences, first, head);
        System.arraycopy(messages, head, newMessages, 0, first);
        System.arraycopy(messages, 0, newMessages, first, head);
        System.arraycopy(consumers, head, newConsumers, 0, first);
        System.arraycopy(consumers, 0, newConsumers, first, head);
        tags = newTags;
        sequences = newSequences;
        messages = newMessages;
        consumers = newConsumers;
        head = 0;
    }

    /** Whether a consumer has a delivery up to this tag. */
    boolean holds(Consumer consumer, long lastTag) {
        int mask = tags.length - 1;
        for (int i = 0; i < span && tags[(head + i) & mask] <= lastTag; i++) {
            if (consumers[(head + i) & mask] == consumer) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes all deliveries from a consumer. Their tags stay outstanding, so that a client that settles them later does
     * nothing wrong.
     */
    void takeBack(Consumer consumer, Visitor visitor) {
        int mask = tags.length - 1;
        for (int i = 0; i < span; i++) {
            int index = (head + i) & mask;
            if (consumers[index] == consumer) {
                visitor.removed(tags[index], consumer, messages[index], sequences[index]);
                messages[index] = TAKEN_BACK;
                consumers[index] = null;
                size--;
            }
        }
    }

    /** Removes one delivery; false when the tag is not outstanding. */
    boolean remove(long tag, Visitor visitor) {
        int offset = find(tag);
        if (offset < 0) {
            return false;
        }
        take((head + offset) & (tags.length - 1), visitor);
        skipHoles();
        return true;
    }

    /** Removes this delivery and all before it, in order; false when the tag is not outstanding. */
    boolean removeUpTo(long tag, Visitor visitor) {
        int offset = find(tag);
        if (offset < 0) {
            return false;
        }
        removeFirst(offset + 1, visitor);
        return true;
    }

    /** Removes everything, in order. */
    void removeAll(Visitor visitor) {
        removeFirst(span, visitor);
        if (span == 0 && tags.length > INITIAL_CAPACITY * 64) {
            shrink();
        }
    }

    /**
     * The visitor may add: a queue on this loop answers what is settled with new deliveries at once. So the ring is
     * whole before each call.
     */
    private void removeFirst(int entries, Visitor visitor) {
        for (int left = entries; left > 0; left--) {
            int index = head;
            head = (head + 1) & (tags.length - 1);
            span--;
            if (messages[index] != null) {
                take(index, visitor);
            }
        }
        skipHoles();
    }

    private void take(int index, Visitor visitor) {
        Message message = messages[index];
        Consumer consumer = consumers[index];
        messages[index] = null;
        consumers[index] = null;
        if (message != TAKEN_BACK) {
            size--;
        }
        visitor.removed(tags[index], consumer, message, sequences[index]);
    }

    private void skipHoles() {
        int mask = tags.length - 1;
        while (span > 0 && messages[head] == null) {
            head = (head + 1) & mask;
            span--;
        }
    }

    private void shrink() {
        tags = Arrays.copyOf(tags, INITIAL_CAPACITY);
        sequences = Arrays.copyOf(sequences, INITIAL_CAPACITY);
        messages = new Message[INITIAL_CAPACITY];
        consumers = new Consumer[INITIAL_CAPACITY];
        head = 0;
    }

    /** Distance of an outstanding tag from the head; -1 when it is none. */
    private int find(long tag) {
        if (span == 0) {
            return -1;
        }
        int mask = tags.length - 1;
        // Without automatic acknowledgements on the channel the tags have no gaps: look there first.
        long guess = tag - tags[head];
        if (guess < 0) {
            return -1;
        }
        if (guess < span && tags[(head + (int) guess) & mask] == tag) {
            return messages[(head + (int) guess) & mask] == null ? -1 : (int) guess;
        }
        int low = 0;
        int high = span - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int index = (head + middle) & mask;
            if (tags[index] == tag) {
                return messages[index] == null ? -1 : middle;
            }
            if (tags[index] < tag) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
