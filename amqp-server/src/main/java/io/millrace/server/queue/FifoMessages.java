package io.millrace.server.queue;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Messages that are served in the order of their sequence numbers.
 *
 * <p>Two parts: a row of fixed chunks for what was published, which grows at the tail and shrinks at the head without
 * ever copying a message, and a tree for what came back. Whatever came back was at the head before, so its sequence
 * numbers are smaller than all in the chunks: it is served first, smallest first, and thereby stands at its original
 * place.
 *
 * <p>What is due is taken out wherever it stands. By the queue's time to live the first message is due first; messages
 * with a time of their own are found through {@link DueTimes}.
 */
final class FifoMessages extends ReadyMessages {
    private final ChunkRow published = new ChunkRow();
    private final TreeMap<Long, Message> returned = new TreeMap<>();
    /** Null until there is a message with a time of its own. */
    private DueTimes dueTimes;

    @Override
    void add(Message message, long sequence, boolean redelivered) {
        published.add(message, sequence, redelivered);
        added(message);
        if (message.hasTtl()) {
            time(message, sequence);
        }
    }

    @Override
    void putBack(Message message, long sequence) {
        returned.put(sequence, message);
        added(message);
        if (message.hasTtl()) {
            time(message, sequence);
        }
    }

    private void time(Message message, long sequence) {
        noteTimed();
        if (dueTimes == null) {
            dueTimes = new DueTimes();
        } else if (dueTimes.isMostlySuperfluous(size())) {
            dueTimes.retain(this::isHere);
        }
        dueTimes.add(message.ownDue(), sequence);
    }

    /** Shows all messages in their order. */
    void forEach(Consumer<Message> action) {
        returned.values().forEach(action);
        published.forEach(action);
    }

    private boolean isHere(long sequence) {
        return returned.containsKey(sequence) || published.contains(sequence);
    }

    @Override
    Message poll() {
        if (isEmpty()) {
            return null;
        }
        Message message = returned.isEmpty() ? pollPublished() : pollReturned();
        removed(message);
        return message;
    }

    private Message pollPublished() {
        Message message = published.poll();
        polled(published.polledSequence(), published.polledRedelivered());
        return message;
    }

    private Message pollReturned() {
        Map.Entry<Long, Message> first = returned.pollFirstEntry();
        polled(first.getKey(), true);
        return first.getValue();
    }

    @Override
    long firstDue(QueueTtl ttl) {
        long own = dueTimes == null ? DueTimes.NEVER : dueTimes.first();
        return ttl.isLimited() ? Math.min(own, headDue(ttl)) : own;
    }

    private long headDue(QueueTtl ttl) {
        if (isEmpty()) {
            return DueTimes.NEVER;
        }
        return ttl.due(
                returned.isEmpty() ? published.peek() : returned.firstEntry().getValue());
    }

    @Override
    Message pollDue(long now, QueueTtl ttl) {
        long headDue = headDue(ttl);
        while (dueTimes != null && dueTimes.first() <= Math.min(now, headDue)) {
            long sequence = dueTimes.removeFirst();
            Message message = remove(sequence);
            if (message != null) {
                return message;
            }
        }
        return headDue <= now ? poll() : null;
    }

    private Message remove(long sequence) {
        Message message = returned.remove(sequence);
        if (message == null) {
            message = published.remove(sequence);
        }
        if (message != null) {
            removed(message);
            polled(sequence, false);
        }
        return message;
    }
}
