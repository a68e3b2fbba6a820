package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

/**
 * An exchange that drops duplicates, through crashes of two loops that leave any part of what was not yet durable: what
 * was confirmed is there once and never comes again, and what was not can be sent again.
 */
class DeduplicationGateProperties {
    private static final int KEYS = 8;
    private static final DeduplicationRules RULES = Keyed.rules(KEYS, QueueRules.FOREVER, false);

    private enum Action {
        PUBLISH,
        RUN,
        SYNC_HOME,
        SYNC_OTHER,
        CRASH
    }

    private record Step(Action action, int number) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequency(
                Tuple.of(10, Action.PUBLISH),
                Tuple.of(6, Action.RUN),
                Tuple.of(4, Action.SYNC_HOME),
                Tuple.of(4, Action.SYNC_OTHER),
                Tuple.of(2, Action.CRASH));
        return Combinators.combine(actions, Arbitraries.integers().between(0, 9_999))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    private static final class Run {
        final boolean near;
        final boolean far;
        GateFixture fixture;
        final Map<PublishBatch, Set<String>> unconfirmed = new HashMap<>();
        final Set<String> confirmed = new HashSet<>();
        int crashes;

        Run(boolean near, boolean far) {
            this.near = near;
            this.far = far;
            fixture = newFixture();
        }

        GateFixture newFixture() {
            GateFixture made = new GateFixture(RULES);
            return near && far ? made.bind(made.near, made.far) : made.bind(near ? made.near : made.far);
        }

        void publish(int number) {
            String first = "k" + number % KEYS;
            String second = "k" + number / KEYS % KEYS;
            PublishBatch batch = fixture.publish(Keyed.message(first, first), Keyed.message(second, second));
            unconfirmed.put(batch, Set.copyOf(new HashSet<>(List.of(first, second))));
        }

        void run(int number) {
            TestLoop loop = List.of(fixture.home, fixture.other, fixture.client).get(number % 3);
            loop.runOne();
            confirm();
        }

        void confirm() {
            for (PublishBatch batch : fixture.origin.settled()) {
                Set<String> keys = unconfirmed.remove(batch);
                if (keys != null) {
                    confirmed.addAll(keys);
                }
            }
        }

        void crash(int number) {
            crashes++;
            RecordingJournal home = fixture.home.journal();
            RecordingJournal other = fixture.other.journal();
            int homeRecords = home.durable() + number % (home.written() - home.durable() + 1);
            int otherRecords = other.durable() + number / 7 % (other.written() - other.durable() + 1);
            Map<Integer, NavigableMap<Long, Message>> live = fixture.logged(homeRecords, otherRecords);
            Set<MessageKey> known = new HashSet<>();
            live.getOrDefault(GateFixture.KEYS_ID, new TreeMap<>())
                    .values()
                    .forEach(note -> known.add(MessageKey.ofOctets(note.routingKey())));
            for (int i = 0; i < KEYS; i++) {
                String key = "k" + i;
                boolean isKnown = known.contains(Keyed.key(key));
                if (isKnown) {
                    assertTrue(isEverywhere(key, live), () -> key + " is known, and did not arrive everywhere");
                }
                assertTrue(isKnown || !confirmed.contains(key), () -> key + " was confirmed and is not known");
            }
            GateFixture before = fixture;
            fixture = newFixture();
            fixture.recover(before, live);
            unconfirmed.clear();
        }

        private boolean isEverywhere(String key, Map<Integer, NavigableMap<Long, Message>> live) {
            return (!near || has(GateFixture.NEAR_ID, key, live)) && (!far || has(GateFixture.FAR_ID, key, live));
        }

        private static boolean has(int storeId, String key, Map<Integer, NavigableMap<Long, Message>> live) {
            return live.getOrDefault(storeId, new TreeMap<>()).values().stream()
                    .anyMatch(message -> Keyed.body(message).equals(key));
        }

        void settleDown() {
            for (int round = 0; round < 4; round++) {
                fixture.settleDown();
                fixture.syncHome();
                fixture.syncOther();
            }
            confirm();
        }

        void finish() {
            settleDown();
            assertEquals(Map.of(), unconfirmed);
            for (int i = 0; i < KEYS; i++) {
                publish(i + i * KEYS);
            }
            settleDown();
            assertEquals(Map.of(), unconfirmed);
            List<Queue> queues = new ArrayList<>();
            if (near) {
                queues.add(fixture.near);
            }
            if (far) {
                queues.add(fixture.far);
            }
            for (Queue queue : queues) {
                List<String> bodies = fixture.drain(queue);
                assertEquals(KEYS, new HashSet<>(bodies).size(), () -> "something is lost: " + bodies);
                // A crash may leave a message without its key, and then it comes again.
                assertTrue(bodies.size() <= KEYS * (1 + crashes), () -> "too many: " + bodies);
                if (crashes == 0) {
                    assertEquals(KEYS, bodies.size());
                }
            }
        }
    }

    @Property(tries = 300)
    void nothingIsLostAndNothingConfirmedComesTwice(
            @ForAll("steps") List<Step> steps, @ForAll boolean near, @ForAll boolean far) {
        Run run = new Run(near || !far, far);
        for (Step step : steps) {
            switch (step.action()) {
                case PUBLISH -> run.publish(step.number());
                case RUN -> run.run(step.number());
                case SYNC_HOME -> {
                    run.fixture.home.journal().makeDurable();
                    run.confirm();
                }
                case SYNC_OTHER -> {
                    run.fixture.other.journal().makeDurable();
                    run.confirm();
                }
                case CRASH -> run.crash(step.number());
            }
        }
        run.finish();
    }
}
