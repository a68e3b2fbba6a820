package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.queue.SettleBatch.Outcome;
import io.millrace.server.routing.Destination;
import io.millrace.server.routing.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * What drops duplicates over a disk that fails: after each crash the key of a message that was confirmed is known, and
 * no key is whose message is not there, which would keep out the one that is sent again.
 */
class DeduplicationCrashProperties {
    private static final int NEAR_ID = 100;
    private static final int FAR_ID = 200;
    private static final int GATE_ID = 300;
    private static final int KEYS = 12;

    private enum Place {
        QUEUE,
        /** An exchange that drops duplicates, before a queue on its loop. */
        EXCHANGE,
        /** The same before another queue as well, which is elsewhere. */
        EXCHANGE_OF_TWO
    }

    private static final class Run {
        private final Random random;
        private final Place place;
        private final boolean whileHeld;
        private final int messagesMax;
        private LoggedFixture fixture;
        /** What messages are published to. */
        private Queue entrance;

        private List<Queue> queues = List.of();
        /** Whether a crash has left a hole in the log, which may have been of a message or of a key. */
        private boolean damaged;

        private int published;
        /** By the numbers of messages. */
        private final Map<Integer, String> keys = new HashMap<>();
        /** How often the message that a key came with was acknowledged. */
        private final Map<String, Integer> acknowledged = new HashMap<>();

        private final Map<PublishBatch, Map<String, Integer>> unconfirmed = new HashMap<>();
        private final Set<String> confirmed = new HashSet<>();
        private final List<GetRequest> out = new ArrayList<>();
        private List<GetRequest> answered = new ArrayList<>();

        Run(Random random) throws IOException {
            this.random = random;
            this.place = Place.values()[random.nextInt(Place.values().length)];
            this.whileHeld = place == Place.QUEUE && random.nextBoolean();
            this.messagesMax = random.nextBoolean() ? 3 : 1000;
            this.fixture = new LoggedFixture(this::queues, id -> id < GATE_ID, messagesMax);
        }

        private List<Queue> queues(LoggedFixture made) {
            DeduplicationRules rules = Keyed.rules(1000, QueueRules.FOREVER, whileHeld);
            QueueRules ofQueue = place == Place.QUEUE ? QueueRules.PLAIN.withDeduplication(rules) : QueueRules.PLAIN;
            Queue near = made.queue(NEAR_ID, made.home, gone -> {}, ofQueue, QueueKind.PLAIN);
            Queue far = made.queue(FAR_ID, made.other, gone -> {}, QueueRules.PLAIN, QueueKind.PLAIN);
            queues = place == Place.EXCHANGE_OF_TWO ? List.of(near, far) : List.of(near);
            Route route = Route.of(queues.toArray(Destination[]::new));
            Queue gate = made.gate(GATE_ID, rules, message -> route);
            entrance = place == Place.QUEUE ? near : gate;
            return List.of(near, far, gate);
        }

        void run() throws IOException {
            int lives = 1 + random.nextInt(4);
            for (int life = 0; life < lives && !damaged; life++) {
                live();
                die();
            }
            if (!damaged) {
                finish();
            }
        }

        private void live() throws IOException {
            int actions = random.nextInt(100);
            boolean goesOn = true;
            for (int i = 0; i < actions && goesOn; i++) {
                act();
                for (int steps = random.nextInt(10); steps > 0 && goesOn; steps--) {
                    goesOn = fixture.step(random);
                }
                takeAnswers();
            }
        }

        private void act() {
            int dice = random.nextInt(100);
            if (dice < 45) {
                publish("k" + random.nextInt(KEYS), "k" + random.nextInt(KEYS));
            } else if (dice < 75) {
                fixture.get(queues.get(random.nextInt(queues.size())), answered);
            } else if (dice < 78) {
                fixture.injectFault(random);
            } else if (!out.isEmpty()) {
                settle(out.remove(random.nextInt(out.size())));
            }
        }

        private void publish(String... ofKeys) {
            Message[] messages = new Message[ofKeys.length];
            Map<String, Integer> times = new HashMap<>();
            for (int i = 0; i < ofKeys.length; i++) {
                messages[i] = Keyed.message(ofKeys[i], String.format("%04d", published++));
                keys.put(WrittenPlaces.id(messages[i]), ofKeys[i]);
                times.put(ofKeys[i], acknowledged.getOrDefault(ofKeys[i], 0));
            }
            unconfirmed.put(fixture.publish(entrance, messages), times);
        }

        private void settle(GetRequest got) {
            boolean requeue = random.nextInt(4) == 0;
            if (!requeue) {
                String key = keys.get(WrittenPlaces.id(got.message()));
                acknowledged.merge(key, 1, Integer::sum);
                if (whileHeld) {
                    confirmed.remove(key);
                }
            }
            fixture.settle(got, requeue ? Outcome.REQUEUE : Outcome.ACKNOWLEDGE);
        }

        private void takeAnswers() {
            for (GetRequest answer : answered) {
                if (answer.message() != null) {
                    out.add(answer);
                }
            }
            answered.clear();
            for (PublishBatch batch : fixture.origin.settled()) {
                Map<String, Integer> times = unconfirmed.remove(batch);
                if (times != null) {
                    times.forEach(this::confirm);
                }
            }
        }

        private void confirm(String key, int times) {
            if (!whileHeld || times == acknowledged.getOrDefault(key, 0)) {
                confirmed.add(key);
            }
        }

        private void die() throws IOException {
            takeAnswers();
            LoggedFixture.Left left = fixture.crash(random);
            if (!left.damaged()) {
                check(left);
            }
            damaged = left.damaged();
            unconfirmed.clear();
            out.clear();
            answered = new ArrayList<>();
            fixture = fixture.afterCrash(left);
        }

        private void check(LoggedFixture.Left left) {
            Set<MessageKey> known = left.keys().getOrDefault(QueueKind.keysStoreId(entrance.id()), Set.of());
            Map<String, Integer> held = new TreeMap<>();
            left.places().forEach((id, places) -> held.merge(keys.get(id), places.size(), Integer::sum));
            for (int i = 0; i < KEYS; i++) {
                String key = "k" + i;
                boolean isKnown = known.contains(Keyed.key(key));
                assertTrue(isKnown || !confirmed.contains(key), () -> key + " was confirmed and is not known");
                // Where keys stay its message may have been acknowledged.
                boolean mayBeGone = !whileHeld && acknowledged.containsKey(key);
                boolean isThere = held.getOrDefault(key, 0) >= queues.size();
                assertTrue(!isKnown || isThere || mayBeGone, () -> key + " is known, and its message is not there");
            }
        }

        /** What is published again is there, or was. */
        private void finish() throws IOException {
            fixture.settleDown();
            for (int i = 0; i < KEYS; i++) {
                publish("k" + i);
            }
            fixture.settleDown();
            takeAnswers();
            assertTrue(unconfirmed.isEmpty(), () -> "not confirmed: " + unconfirmed.values());
            for (Queue queue : queues) {
                Set<String> found = new HashSet<>();
                fixture.takeAll(queue).forEach(got -> found.add(keys.get(WrittenPlaces.id(got.message()))));
                out.forEach(got -> found.add(keys.get(WrittenPlaces.id(got.message()))));
                for (int i = 0; i < KEYS; i++) {
                    String key = "k" + i;
                    boolean mayBeGone = !whileHeld && acknowledged.containsKey(key);
                    assertTrue(found.contains(key) || mayBeGone, () -> key + " was kept out of " + queue);
                }
            }
        }
    }

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void keysAreKnownWithTheirMessages(@ForAll long seed) throws IOException {
        new Run(new Random(seed)).run();
    }
}
