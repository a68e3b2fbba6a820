package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A queue that drops duplicates beside a model, through crashes that leave any part of what was not yet durable. */
class DeduplicationProperties {
    private static final int KEYS_ID = QueueKind.keysStoreId(QueueFixture.ID);
    private static final int KEYS = 6;

    private enum Action {
        PUBLISH,
        PUBLISH_TRANSIENT,
        GET,
        ACKNOWLEDGE,
        REQUEUE,
        ELAPSE,
        SYNC,
        PURGE,
        CRASH
    }

    private record Step(Action action, int number) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequency(
                Tuple.of(20, Action.PUBLISH),
                Tuple.of(4, Action.PUBLISH_TRANSIENT),
                Tuple.of(8, Action.GET),
                Tuple.of(6, Action.ACKNOWLEDGE),
                Tuple.of(2, Action.REQUEUE),
                Tuple.of(4, Action.ELAPSE),
                Tuple.of(6, Action.SYNC),
                Tuple.of(1, Action.PURGE),
                Tuple.of(2, Action.CRASH));
        return Combinators.combine(actions, Arbitraries.integers().between(0, 999))
                .as(Step::new)
                .list()
                .ofMaxSize(120);
    }

    /** @param ttlMillis {@link QueueRules#FOREVER} or a short time */
    private record Settings(int keysMax, long ttlMillis, boolean whileHeld, int messagesMax) {}

    @Provide
    Arbitrary<Settings> settings() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, KEYS + 2),
                        Arbitraries.of(QueueRules.FOREVER, 300L),
                        Arbitraries.of(true, false),
                        Arbitraries.of(2, 1000))
                .as(Settings::new);
    }

    /** A key that the model knows. */
    private record Known(String key, long expiresAt) {}

    private static final class Run {
        final Settings settings;
        QueueFixture fixture;
        /** The oldest first. */
        final List<Known> known = new ArrayList<>();
        /** By their numbers. */
        final TreeMap<Integer, String> waiting = new TreeMap<>();

        final Map<Integer, GetRequest> out = new HashMap<>();
        /** The number of the message that each batch brought or repeated. */
        final Map<PublishBatch, Integer> unconfirmed = new HashMap<>();

        /** Persistent messages whose publishers were told that they are safe. */
        final Set<Integer> confirmed = new HashSet<>();

        final Set<Integer> transients = new HashSet<>();
        /** The message that brought each key last. */
        final Map<String, Integer> numbers = new HashMap<>();

        int published;

        Run(Settings settings) {
            this.settings = settings;
            fixture = newFixture();
        }

        QueueFixture newFixture() {
            DeduplicationRules rules = Keyed.rules(settings.keysMax(), settings.ttlMillis(), settings.whileHeld());
            return new QueueFixture(QueueRules.PLAIN.withDeduplication(rules), QueueKind.PLAIN, settings.messagesMax());
        }

        long now() {
            return fixture.home.currentTimeMillis();
        }

        boolean knows(String key) {
            return known.stream().anyMatch(one -> one.key().equals(key) && one.expiresAt() > now());
        }

        void forget(String key) {
            known.removeIf(one -> one.key().equals(key));
        }

        void remember(String key) {
            forget(key);
            Iterator<Known> oldest = known.iterator();
            while (oldest.hasNext()) {
                boolean expired = oldest.next().expiresAt() <= now();
                if (!expired && known.size() < settings.keysMax()) {
                    break;
                }
                oldest.remove();
            }
            long ttl = settings.ttlMillis();
            known.add(new Known(key, ttl == QueueRules.FOREVER ? Long.MAX_VALUE : now() + ttl));
        }

        void publish(int number, boolean persistent) {
            String key = "k" + number % KEYS;
            String body = Integer.toString(published);
            PublishBatch batch =
                    fixture.publishAwaited(persistent ? Keyed.message(key, body) : Keyed.ofTransient(key, body));
            fixture.settleDown();
            if (!knows(key)) {
                remember(key);
                waiting.put(published, key);
                numbers.put(key, published);
                if (persistent) {
                    unconfirmed.put(batch, published);
                } else {
                    transients.add(published);
                }
            } else if (!transients.contains(numbers.get(key))) {
                unconfirmed.put(batch, numbers.get(key));
            }
            published++;
            confirm();
        }

        void confirm() {
            for (PublishBatch batch : fixture.origin.settled()) {
                Integer number = unconfirmed.remove(batch);
                if (number != null) {
                    confirmed.add(number);
                }
            }
        }

        void get() {
            GetRequest got = fixture.get(false);
            if (got.message() == null) {
                assertTrue(waiting.isEmpty(), () -> "missing: " + waiting);
                return;
            }
            int number = Integer.parseInt(Keyed.body(got.message()));
            assertEquals(waiting.firstKey(), number);
            waiting.remove(number);
            out.put(number, got);
        }

        void settle(int at, SettleBatch.Outcome outcome) {
            if (out.isEmpty()) {
                return;
            }
            int number = new ArrayList<>(new TreeMap<>(out).keySet()).get(at % out.size());
            GetRequest got = out.remove(number);
            SettleBatch batch = new SettleBatch(fixture.queue.getter(), outcome);
            batch.add(got.message(), got.sequence());
            String key = keyOf(got.message());
            fixture.client.on(batch::handOver);
            fixture.settleDown();
            if (outcome == SettleBatch.Outcome.REQUEUE) {
                waiting.put(number, key);
            } else if (settings.whileHeld()) {
                forget(key);
            }
        }

        private static String keyOf(Message message) {
            return message.content()
                    .properties()
                    .headers()
                    .get(DeduplicationRules.HEADER_DEFAULT)
                    .toString();
        }

        void purge() {
            fixture.home.on(fixture.queue::purge);
            fixture.settleDown();
            waiting.clear();
            if (settings.whileHeld()) {
                known.clear();
            }
        }

        /** The process ends with any part of the records that were not durable. */
        void crash(int number) {
            QueueFixture before = fixture;
            int open = before.journal.written() - before.journal.durable();
            int records = before.journal.durable() + number % (open + 1);
            Map<Integer, NavigableMap<Long, Message>> live = before.journal.liveAfter(records);
            List<Known> knownBefore = List.copyOf(known);
            fixture = newFixture();
            fixture.home.later(before.home.currentTimeMillis() - TestLoop.MIDNIGHT);
            waiting.clear();
            out.clear();
            known.clear();
            unconfirmed.clear();
            Set<String> held = new HashSet<>();
            live.getOrDefault(QueueFixture.ID, new TreeMap<>()).values().forEach(message -> {
                held.add(keyOf(message));
                waiting.put(Integer.parseInt(Keyed.body(message)), keyOf(message));
            });
            live.getOrDefault(KEYS_ID, new TreeMap<>()).values().forEach(this::recover);
            if (settings.whileHeld()) {
                known.forEach(one -> assertTrue(held.contains(one.key()), () -> one + " is known without a message"));
            }
            for (Known one : knownBefore) {
                if (confirmed.contains(numbers.get(one.key()))) {
                    assertTrue(one.expiresAt() <= now() || knows(one.key()), () -> one + " is not known any more");
                }
            }
            live.forEach((storeId, messages) -> {
                messages.forEach((sequence, message) -> fixture.store.has(storeId, sequence, message));
                messages.forEach((sequence, message) -> fixture.journal.publish(storeId, sequence, message));
                long last = before.journal.last(storeId);
                fixture.queue.recover(storeId, messages.size(), last, last);
            });
            fixture.journal.makeDurable();
            fixture.home.on(fixture.queue::started);
        }

        private void recover(Message note) {
            MessageKey key = MessageKey.ofOctets(note.routingKey());
            long expiresAt =
                    note.envelope() == null ? Long.MAX_VALUE : note.envelope().arrivedAt();
            for (int i = 0; i < KEYS; i++) {
                if (expiresAt > now() && Keyed.key("k" + i).equals(key)) {
                    forget("k" + i);
                    known.add(new Known("k" + i, expiresAt));
                }
            }
        }

        void finish() {
            fixture.settleDown();
            while (!waiting.isEmpty()) {
                get();
            }
            get();
            while (!out.isEmpty()) {
                settle(0, SettleBatch.Outcome.ACKNOWLEDGE);
            }
            fixture.settleDown();
            assertTrue(fixture.journal
                    .live()
                    .getOrDefault(QueueFixture.ID, new TreeMap<>())
                    .isEmpty());
            if (settings.whileHeld()) {
                NavigableMap<Long, Message> keys = fixture.journal.live().getOrDefault(KEYS_ID, new TreeMap<>());
                assertTrue(keys.isEmpty(), "keys are left in the log");
            }
            assertFalse(fixture.journal
                            .live()
                            .getOrDefault(KEYS_ID, new TreeMap<>())
                            .size()
                    > settings.keysMax());
        }
    }

    @Property(tries = 300)
    void asTheModelSays(@ForAll("steps") List<Step> steps, @ForAll("settings") Settings settings) {
        Run run = new Run(settings);
        for (Step step : steps) {
            switch (step.action()) {
                case PUBLISH -> run.publish(step.number(), true);
                case PUBLISH_TRANSIENT -> run.publish(step.number(), false);
                case GET -> run.get();
                case ACKNOWLEDGE -> run.settle(step.number(), SettleBatch.Outcome.ACKNOWLEDGE);
                case REQUEUE -> run.settle(step.number(), SettleBatch.Outcome.REQUEUE);
                case ELAPSE -> run.fixture.home.elapse(step.number() % 200);
                case SYNC -> {
                    run.fixture.journal.makeDurable();
                    run.fixture.settleDown();
                    run.confirm();
                }
                case PURGE -> run.purge();
                case CRASH -> run.crash(step.number());
            }
        }
        run.finish();
    }
}
