package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Retries beside a model: nothing is lost, early, late or miscounted, through ends of the process as well. */
class RetriesProperties {
    private static final int LIMIT = 3;

    private enum Action {
        PUBLISH,
        GET,
        ACKNOWLEDGE,
        REJECT,
        NACK,
        ELAPSE,
        RESTART
    }

    private record Step(Action action, int number) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequency(
                Tuple.of(8, Action.PUBLISH),
                Tuple.of(10, Action.GET),
                Tuple.of(2, Action.ACKNOWLEDGE),
                Tuple.of(6, Action.REJECT),
                Tuple.of(4, Action.NACK),
                Tuple.of(4, Action.ELAPSE),
                Tuple.of(1, Action.RESTART));
        return Combinators.combine(actions, Arbitraries.integers().between(0, 99))
                .as(Step::new)
                .list()
                .ofMaxSize(150);
    }

    @Provide
    Arbitrary<RetryRules> rules() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(1, 500),
                        Arbitraries.longs().between(1, 2000),
                        Arbitraries.longs().between(0, 3))
                .as((failed, returned, min, max, multiplier) ->
                        new RetryRules(failed, returned, min, max, multiplier, 0));
    }

    /** What must be known of a message that was published and is not done with. */
    private static final class Known {
        int failures;
        int acquisitions;
        /** When it may be delivered; {@link RetryState#PARKED} for never. */
        long due;

        GetRequest out;
    }

    private static final class Run {
        final RetryRules rules;
        final boolean quorum;
        final int messagesMax;
        final TreeMap<Integer, Known> model = new TreeMap<>();
        QueueFixture fixture;
        int published;

        Run(RetryRules rules, boolean quorum, int messagesMax) {
            this.rules = rules;
            this.quorum = quorum;
            this.messagesMax = messagesMax;
            fixture = newFixture();
        }

        QueueFixture newFixture() {
            return new QueueFixture(
                    QueueRules.PLAIN.withDeliveryLimit(LIMIT).withRetry(rules),
                    quorum ? QueueKind.QUORUM : QueueKind.PLAIN,
                    messagesMax);
        }

        long now() {
            return fixture.home.currentTimeMillis();
        }

        void publish() {
            byte[] body = ByteBuffer.allocate(4).putInt(published).array();
            BasicProperties properties =
                    BasicProperties.builder().deliveryMode(2).build();
            fixture.publish(
                    new Message(ShortString.EMPTY, ShortString.of("q"), Messages.content(properties, body), false));
            fixture.settleDown();
            model.put(published++, new Known());
        }

        void get() {
            GetRequest got = fixture.get(false);
            if (got.message() == null) {
                model.forEach((id, known) -> assertTrue(
                        known.out != null || known.due > now(), () -> id + " should have come, due " + known.due));
                return;
            }
            int id = ByteBuffer.wrap(got.message().content().body()).getInt();
            Known known = model.get(id);
            assertNotNull(known, () -> id + " came after it was done with");
            assertTrue(known.out == null && known.due <= now(), () -> id + " came early, due " + known.due);
            FieldTable headers = got.message().content().properties().headers();
            Map<String, Long> counts = new HashMap<>();
            if (headers != null) {
                headers.asMap().forEach((name, value) -> counts.put(name, value.asLong()));
            }
            assertEquals(expected(known), counts);
            known.out = got;
        }

        private Map<String, Long> expected(Known known) {
            boolean counted = quorum || known.due != 0;
            Map<String, Long> counts = new HashMap<>();
            if (counted && known.acquisitions > 0) {
                counts.put("x-acquired-count", (long) known.acquisitions);
                if (known.failures > 0) {
                    counts.put("x-delivery-count", (long) known.failures);
                }
            }
            return counts;
        }

        void settle(int number, SettleBatch.Outcome outcome) {
            List<Integer> out = new ArrayList<>();
            model.forEach((id, known) -> {
                if (known.out != null) {
                    out.add(id);
                }
            });
            if (out.isEmpty()) {
                return;
            }
            int id = out.get(number % out.size());
            Known known = model.get(id);
            SettleBatch batch = new SettleBatch(fixture.queue.getter(), outcome);
            batch.add(known.out.message(), known.out.sequence());
            fixture.client.on(batch::handOver);
            fixture.settleDown();
            known.out = null;
            if (outcome == SettleBatch.Outcome.ACKNOWLEDGE) {
                model.remove(id);
            } else {
                comesBack(id, known, outcome == SettleBatch.Outcome.REQUEUE_FAILED);
            }
        }

        private void comesBack(int id, Known known, boolean failed) {
            boolean delayed = rules.delays(failed);
            boolean hasRecord = quorum || delayed || known.due != 0;
            if (!hasRecord) {
                return;
            }
            known.acquisitions++;
            known.failures += failed || (delayed && !quorum) ? 1 : 0;
            if (known.failures <= LIMIT) {
                known.due = delayed ? now() + rules.fullMillis(known.failures) : Math.min(1, known.due);
            } else if (quorum && !delayed && known.due == 0) {
                // It never waited: a quorum queue without a dead-letter exchange drops it.
                model.remove(id);
            } else {
                known.due = RetryState.PARKED;
            }
        }

        void elapse(long millis) {
            fixture.home.elapse(millis);
            fixture.settleDown();
        }

        /** What was written is there again, and what consumers had; its last delivery is forgotten. */
        void restart() {
            QueueFixture before = fixture;
            Map<Integer, NavigableMap<Long, Message>> live = before.journal.live();
            fixture = newFixture();
            fixture.home.later(before.home.currentTimeMillis() - TestLoop.MIDNIGHT);
            live.forEach((storeId, messages) -> {
                messages.forEach((sequence, message) -> fixture.store.has(storeId, sequence, message));
                messages.forEach((sequence, message) -> fixture.journal.publish(storeId, sequence, message));
                long last = before.journal.last(storeId);
                fixture.queue.recover(storeId, messages.size(), last, last);
            });
            fixture.home.on(fixture.queue::started);
            fixture.settleDown();
            for (Known known : model.values()) {
                known.out = null;
                known.due = known.due == RetryState.PARKED ? known.due : Math.max(known.due, 0);
            }
        }

        void finish() {
            elapse(100_000);
            for (int round = 0; round <= model.size(); round++) {
                get();
            }
            long parked = model.values().stream()
                    .filter(known -> known.due == RetryState.PARKED)
                    .count();
            long held =
                    model.values().stream().filter(known -> known.out != null).count();
            assertEquals(model.size(), parked + held);
            fixture.home.on(() -> assertEquals(parked, fixture.queue.purge()));
            for (Known known : List.copyOf(model.values())) {
                if (known.out != null) {
                    settle(0, SettleBatch.Outcome.ACKNOWLEDGE);
                }
            }
            fixture.settleDown();
            assertTrue(fixture.journal.live().values().stream().allMatch(Map::isEmpty), "something is left in the log");
            assertEquals(0, fixture.home.timersSet());
        }
    }

    @Property(tries = 150)
    void asTheModelSays(
            @ForAll("steps") List<Step> steps,
            @ForAll("rules") RetryRules rules,
            @ForAll boolean quorum,
            @ForAll boolean scarce) {
        Run run = new Run(rules, quorum, scarce ? 3 : 1000);
        for (Step step : steps) {
            switch (step.action()) {
                case PUBLISH -> run.publish();
                case GET -> run.get();
                case ACKNOWLEDGE -> run.settle(step.number(), SettleBatch.Outcome.ACKNOWLEDGE);
                case REJECT -> run.settle(step.number(), SettleBatch.Outcome.REQUEUE_FAILED);
                case NACK -> run.settle(step.number(), SettleBatch.Outcome.REQUEUE);
                case ELAPSE -> run.elapse(step.number() * 10L);
                case RESTART -> run.restart();
            }
        }
        run.finish();
    }
}
