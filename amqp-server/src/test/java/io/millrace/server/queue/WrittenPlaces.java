package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Where each message is by what queues wrote of it, and what of that a crash may leave: what was synced, or what was
 * written by some moment after that. A message's body begins with its number.
 */
final class WrittenPlaces {
    /** Where a message is, and what is known there of its deliveries. */
    record Place(int storeId, long sequence, RetryState retry) {}

    private record Held(int id, RetryState retry) {}

    /** What one record does. */
    private interface Effect {
        void on(Map<LogPlace, Held> all);
    }

    private final IntPredicate holdsMessages;
    private final Map<LogPlace, Held> before = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private int written;
    private int synced;

    /** @param holdsMessages whether there are messages under an id, and nothing else */
    WrittenPlaces(IntPredicate holdsMessages) {
        this.holdsMessages = holdsMessages;
    }

    static int id(Message message) {
        return ByteBuffer.wrap(message.content().body()).getInt();
    }

    /** What an earlier run left. */
    void recovered(Map<Integer, Set<Place>> found) {
        found.forEach((id, places) -> places.forEach(
                place -> before.put(new LogPlace(place.storeId(), place.sequence()), new Held(id, place.retry()))));
    }

    /** The journal of one loop. */
    Noting noting(QueueJournal writer) {
        return new Noting(writer);
    }

    /** Writes down what is written. */
    final class Noting implements QueueJournal {
        private final QueueJournal writer;
        private final List<Effect> pending = new ArrayList<>();

        Noting(QueueJournal writer) {
            this.writer = writer;
        }

        /** What was written so far goes to the log now. */
        void handedOver() {
            effects.addAll(pending);
            pending.clear();
        }

        @Override
        public void publish(int queueId, long sequence, Message message) {
            enters(queueId, sequence, message, List.of());
            writer.publish(queueId, sequence, message);
        }

        @Override
        public void move(int queueId, long sequence, Message message, LogPlace from) {
            enters(queueId, sequence, message, List.of(from));
            writer.move(queueId, sequence, message, from);
        }

        private void enters(int queueId, long sequence, Message message, List<LogPlace> from) {
            if (holdsMessages.test(queueId)) {
                RetryState retry =
                        message.envelope() == null ? null : message.envelope().retry();
                Held held = new Held(id(message), retry);
                pending.add(all -> {
                    from.forEach(all::remove);
                    all.put(new LogPlace(queueId, sequence), held);
                });
            }
        }

        @Override
        public void acknowledge(int queueId, long firstSequence, long lastSequence) {
            pending.add(all -> all.keySet()
                    .removeIf(place -> place.storeId() == queueId
                            && place.sequence() >= firstSequence
                            && place.sequence() <= lastSequence));
            writer.acknowledge(queueId, firstSequence, lastSequence);
        }

        @Override
        public void deleteQueue(int queueId) {
            pending.add(all -> all.keySet().removeIf(place -> place.storeId() == queueId));
            writer.deleteQueue(queueId);
        }

        @Override
        public void settleWhenDurable(PublishBatch batch) {
            writer.settleWhenDurable(batch);
        }

        @Override
        public void whenDurable(Runnable action) {
            writer.whenDurable(action);
        }
    }

    /** What was handed over is in the log's files. */
    void written(boolean withSync) {
        written = effects.size();
        synced = withSync ? written : synced;
    }

    /**
     * Fails when something is there that cannot be.
     *
     * @param all whether all is there that was written; else what was not synced may be gone
     */
    void check(Map<Integer, Set<Place>> found, boolean all) {
        int least = all ? written : synced;
        Map<LogPlace, Held> state = new HashMap<>(before);
        effects.subList(0, least).forEach(effect -> effect.on(state));
        Map<Integer, Set<Set<Place>>> possible = new HashMap<>();
        note(state, found.keySet(), possible, true);
        for (Effect effect : effects.subList(least, effects.size())) {
            effect.on(state);
            note(state, found.keySet(), possible, false);
        }
        possible.forEach((id, states) -> {
            Set<Place> here = found.getOrDefault(id, Set.of());
            assertTrue(states.contains(here), () -> id + " is " + here + ", expected one of " + states);
        });
    }

    private static void note(
            Map<LogPlace, Held> state, Set<Integer> found, Map<Integer, Set<Set<Place>>> possible, boolean first) {
        Map<Integer, Set<Place>> byId = new HashMap<>();
        state.forEach((place, held) -> byId.computeIfAbsent(held.id(), id -> new HashSet<>())
                .add(new Place(place.storeId(), place.sequence(), held.retry())));
        Set<Integer> ids = new TreeSet<>(found);
        ids.addAll(byId.keySet());
        ids.addAll(possible.keySet());
        for (int id : ids) {
            // Before the record that it comes with there is nothing.
            Set<Set<Place>> states =
                    possible.computeIfAbsent(id, key -> first ? new HashSet<>() : new HashSet<>(Set.of(Set.of())));
            states.add(byId.getOrDefault(id, Set.of()));
        }
    }
}
