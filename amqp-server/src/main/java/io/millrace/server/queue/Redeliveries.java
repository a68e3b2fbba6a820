package io.millrace.server.queue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a quorum queue knows of the messages that came back to it: how often each was delivered, and how often in vain.
 * Consumers read it in two headers, and how often it was in vain goes on with a dead letter to the next queue, which
 * shows it in both until it knows more. Kept beside the messages, in memory for those that came back and are not done
 * with, and in the log as {@link DeliveryNotes}. Belongs to the queue's loop.
 */
final class Redeliveries {
    private static final String DELIVERY_COUNT = "x-delivery-count";
    private static final String ACQUIRED_COUNT = "x-acquired-count";

    /**
     * @param original the message without the headers; null when it has not been read from the store yet
     * @param failures how often consumers refused it or went away with it
     * @param acquisitions how often it was delivered
     * @param note the note in the log that says so
     */
    private record Entry(Message original, int failures, int acquisitions, long note) {}

    private record Key(int priority, long sequence) {}

    private final Map<Key, Entry> entries = new HashMap<>();
    private final DeliveryNotes notes;
    private final MemoryBudget budget;
    private long limit = QueueRules.NO_DELIVERY_LIMIT;

    Redeliveries(DeliveryNotes notes, MemoryBudget budget) {
        this.notes = notes;
        this.budget = budget;
    }

    /** A message that is returned in vain more often than this is given up. */
    void limit(long newLimit) {
        limit = newLimit;
    }

    /**
     * A delivered message comes back.
     *
     * @param failed whether that counts as a delivery in vain
     * @return the message as it is to be delivered next; null when it has been delivered in vain too often
     */
    Message returned(int priority, long sequence, Message message, boolean failed) {
        Key key = new Key(priority, sequence);
        Entry before = entries.get(key);
        int failures = (before == null ? message.failures() : before.failures()) + (failed ? 1 : 0);
        if (failures > limit) {
            return null;
        }
        int acquisitions = (before == null ? 0 : before.acquisitions()) + 1;
        long note = notes.write(priority, sequence, failures, acquisitions);
        if (before != null) {
            notes.forget(before.note());
        }
        Entry now = new Entry(before == null ? message : before.original(), failures, acquisitions, note);
        entries.put(key, now);
        Message marked = marked(now);
        budget.add(marked.memoryBytes() - message.memoryBytes());
        return marked;
    }

    /** What is known of the deliveries of a message, the one that ends now left out. */
    RetryState deliveries(int priority, long sequence, Message message) {
        Entry entry = entries.isEmpty() ? null : entries.get(new Key(priority, sequence));
        return entry == null
                ? RetryState.failed(message.failures())
                : new RetryState(0, entry.failures(), entry.acquisitions());
    }

    /** The message without the headers. */
    Message original(int priority, long sequence, Message message) {
        Entry entry = entries.isEmpty() ? null : entries.get(new Key(priority, sequence));
        return withoutMarks(entry == null ? message : entry.original());
    }

    /** The message is done with. */
    void forget(int priority, long sequence) {
        Entry entry = entries.isEmpty() ? null : entries.remove(new Key(priority, sequence));
        if (entry != null) {
            notes.forget(entry.note());
        }
    }

    /** What a note of an earlier run says. */
    void recovered(DeliveryNotes.Note note) {
        Entry older = entries.put(
                new Key(note.priority(), note.sequence()),
                new Entry(null, note.failures(), note.acquisitions(), note.number()));
        if (older != null) {
            // The process ended between the newer note and the end of this one.
            notes.forget(older.note());
        }
    }

    /** A message from the store, as it is to be delivered. */
    Message restored(int priority, long sequence, Message message) {
        Key key = new Key(priority, sequence);
        Entry entry = entries.isEmpty() ? null : entries.get(key);
        if (entry == null) {
            return message;
        }
        Entry now = new Entry(message, entry.failures(), entry.acquisitions(), entry.note());
        entries.put(key, now);
        return marked(now);
    }

    /** All messages have been read: a note for another one outlived it. */
    void forgetUnclaimed() {
        List<Key> unclaimed = new ArrayList<>();
        entries.forEach((key, entry) -> {
            if (entry.original() == null) {
                unclaimed.add(key);
            }
        });
        unclaimed.forEach(key -> forget(key.priority(), key.sequence()));
    }

    private static Message marked(Entry entry) {
        return marked(entry.original(), entry.failures(), entry.acquisitions());
    }

    /** A message that was delivered in vain elsewhere, as it comes to a quorum queue. */
    static Message arriving(Message message) {
        int failures = message.failures();
        return failures == 0 ? message : marked(message, failures, failures).with(message.envelope());
    }

    private static Message withoutMarks(Message message) {
        if (message.failures() == 0) {
            return message;
        }
        BasicProperties properties = message.content().properties();
        FieldTable.Builder headers = FieldTable.builder();
        properties.headers().asMap().forEach((name, value) -> {
            if (!name.equals(ACQUIRED_COUNT) && !name.equals(DELIVERY_COUNT)) {
                headers.put(name, value);
            }
        });
        return message.withProperties(
                properties.toBuilder().headers(headers.build()).build());
    }

    /** A message as it is delivered after so many deliveries, of which some were in vain. */
    static Message marked(Message original, int failures, int acquisitions) {
        BasicProperties properties = original.content().properties();
        FieldTable.Builder headers = FieldTable.builder();
        if (properties.headers() != null) {
            properties.headers().asMap().forEach((name, value) -> {
                if (!name.equals(ACQUIRED_COUNT) && !(name.equals(DELIVERY_COUNT) && failures > 0)) {
                    headers.put(name, value);
                }
            });
        }
        headers.put(ACQUIRED_COUNT, (long) acquisitions);
        if (failures > 0) {
            headers.put(DELIVERY_COUNT, (long) failures);
        }
        return original.withProperties(
                properties.toBuilder().headers(headers.build()).build());
    }
}
