package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.SettleBatch.Outcome;
import io.millrace.server.routing.Route;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Queues of several kinds that give messages up to each other, or have them wait: whatever record is the last one that
 * reaches the disk, each message is in one queue then, and once.
 */
class MovedMessagesProperties {
    private static final int ACTIONS = 120;
    private static final List<QueueKind> KINDS =
            List.of(QueueKind.PLAIN, QueueKind.QUORUM, new QueueKind(new Priorities(2, 0), false));

    private static final class Run implements QueueLifecycle {
        final Random random;
        final QueueFixture fixture = new QueueFixture(QueueRules.PLAIN);
        final List<Queue> queues = new ArrayList<>();
        final Set<Integer> notes = new HashSet<>();
        final Set<Integer> written = new HashSet<>();
        final Set<Integer> acknowledged = new HashSet<>();
        final List<GetRequest> out = new ArrayList<>();
        int published;
        int moves;

        Run(Random random) {
            this.random = random;
            for (int i = 0; i < 3; i++) {
                int id = 100 * (i + 1);
                QueueKind kind = KINDS.get(random.nextInt(KINDS.size()));
                queues.add(fixture.queue(id, this, rules(i), kind));
                if (kind.quorum()) {
                    notes.add(id + kind.priorities().count());
                }
            }
            fixture.journal.afterEach(this::check);
        }

        /** The last one keeps what it gets. */
        private QueueRules rules(int i) {
            if (i == 2) {
                return QueueRules.PLAIN;
            }
            DeadLettering next = new DeadLettering(ShortString.of("dlx"), ShortString.of("" + (i + 1)), false);
            QueueRules rules = QueueRules.PLAIN.withDeadLettering(next).withDeliveryLimit(2);
            if (random.nextBoolean()) {
                rules = rules.withLengthLimit(new LengthLimit(3, LengthLimit.NONE, LengthLimit.Overflow.DROP_HEAD));
            }
            if (random.nextBoolean()) {
                rules = rules.withMessageTtl(500 + random.nextInt(500));
            }
            return random.nextBoolean() ? rules.withRetry(new RetryRules(true, true, 100, 100, 1, 0)) : rules;
        }

        @Override
        public void servedItsPurpose(Queue queue) {}

        @Override
        public Route deadLetterRoute(
                ShortString exchange,
                ShortString routingKey,
                List<ShortString> furtherKeys,
                Supplier<FieldTable> headers) {
            return Route.of(queues.get(Integer.parseInt(routingKey.toString())));
        }

        /** What a crash would leave at this moment. */
        private void check() {
            Map<Integer, Integer> found = new HashMap<>();
            fixture.journal.live().forEach((storeId, messages) -> {
                if (!notes.contains(storeId)) {
                    messages.values().forEach(message -> found.merge(id(message), 1, Integer::sum));
                }
            });
            found.forEach((id, count) -> assertEquals(1, count, () -> id + " would be there more than once"));
            written.addAll(found.keySet());
            for (int id : written) {
                assertTrue(found.containsKey(id) || acknowledged.contains(id), () -> id + " would be lost");
            }
        }

        void act() {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> publish();
                case 3, 4 -> getOrSettle();
                default -> fixture.home.elapse(random.nextInt(400));
            }
            fixture.settleDown();
            fixture.journal.makeDurable();
            fixture.settleDown();
        }

        private void publish() {
            PublishBatch batch = new PublishBatch(queues.get(random.nextInt(2)), fixture.origin);
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                byte[] body = ByteBuffer.allocate(4).putInt(published++).array();
                BasicProperties properties = BasicProperties.builder()
                        .deliveryMode(2)
                        .priority(random.nextInt(2))
                        .build();
                batch.add(
                        new Message(ShortString.EMPTY, ShortString.of("k"), Messages.content(properties, body), false));
            }
            fixture.client.on(batch::handOver);
        }

        private void getOrSettle() {
            if (out.isEmpty() || random.nextBoolean()) {
                GetRequest got = new GetRequest(queues.get(random.nextInt(3)), false, fixture.client, answered -> {});
                fixture.client.on(got::send);
                fixture.settleDown();
                if (got.message() != null) {
                    out.add(got);
                }
                return;
            }
            GetRequest got = out.remove(random.nextInt(out.size()));
            Outcome outcome = Outcome.values()[random.nextInt(Outcome.values().length)];
            boolean last = got.queue() == queues.get(2);
            if (outcome == Outcome.ACKNOWLEDGE || last) {
                // What the last one refuses has nowhere to go.
                acknowledged.add(id(got.message()));
            }
            SettleBatch batch = new SettleBatch(got.queue().getter(), outcome);
            batch.add(got.message(), got.sequence());
            fixture.client.on(batch::handOver);
        }

        void finish() {
            moves = fixture.journal.moves();
        }
    }

    private static int id(Message message) {
        return ByteBuffer.wrap(message.content().body()).getInt();
    }

    @Property(tries = 200)
    void aCrashFindsEachMessageOnceWhereverItHappens(@ForAll long seed) {
        Run run = new Run(new Random(seed));
        for (int i = 0; i < ACTIONS; i++) {
            run.act();
        }
        run.finish();
        assertTrue(run.moves > 0, "nothing was moved");
    }
}
