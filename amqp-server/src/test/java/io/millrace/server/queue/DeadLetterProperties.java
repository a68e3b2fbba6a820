package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A few queues that dead-letter to each other, beside a model of one message after the other: each message is where it
 * should be, in order, with the deaths it died, and those that would go in circles are gone.
 */
class DeadLetterProperties {
    private static final int QUEUES = 4;
    private static final int NOWHERE = -1;

    /** @param reason as {@code x-death} names it */
    private record Death(long count, String reason, int queue) {}

    private record Letter(int id, long arrivedAt, List<Death> deaths) {}

    private static final class Graph implements QueueLifecycle {
        final Random random;
        final QueueFixture fixture = new QueueFixture(QueueRules.PLAIN);
        final Queue[] queues = new Queue[QUEUES];
        final int[] target = new int[QUEUES];
        final int[] maxLength = new int[QUEUES];
        final long[] ttl = new long[QUEUES];
        final List<Deque<Letter>> model = new ArrayList<>();
        int published;

        Graph(Random random) {
            this.random = random;
            for (int i = 0; i < QUEUES; i++) {
                target[i] = random.nextInt(QUEUES + 1) - 1;
                maxLength[i] = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : Integer.MAX_VALUE;
                // So that what went by different ways is seldom due at the same time.
                ttl[i] = random.nextInt(2) == 0 ? 1000 * (1 + random.nextInt(5)) + (1 << i) : QueueRules.FOREVER;
                queues[i] = fixture.queue(100 + i, this, rules(i));
                model.add(new ArrayDeque<>());
            }
        }

        private QueueRules rules(int i) {
            QueueRules rules = QueueRules.PLAIN.withMessageTtl(ttl[i]);
            if (maxLength[i] != Integer.MAX_VALUE) {
                rules = rules.withLengthLimit(
                        new LengthLimit(maxLength[i], LengthLimit.NONE, LengthLimit.Overflow.DROP_HEAD));
            }
            if (target[i] == NOWHERE) {
                return rules;
            }
            ShortString key = ShortString.of(Integer.toString(target[i]));
            return rules.withDeadLettering(new DeadLettering(ShortString.of("dlx"), key, false));
        }

        @Override
        public void servedItsPurpose(Queue queue) {}

        @Override
        public Route deadLetterRoute(
                ShortString exchange,
                ShortString routingKey,
                List<ShortString> furtherKeys,
                Supplier<FieldTable> headers) {
            return Route.of(queues[Integer.parseInt(routingKey.toString())]);
        }

        long now() {
            return fixture.home.currentTimeMillis();
        }

        void publish() {
            int queue = random.nextInt(QUEUES);
            PublishBatch batch = new PublishBatch(queues[queue], fixture.origin);
            byte[] body = ByteBuffer.allocate(4).putInt(published).array();
            batch.add(new Message(
                    ShortString.EMPTY, ShortString.of("k"), Messages.content(BasicProperties.NONE, body), false));
            fixture.client.on(batch::handOver);
            fixture.settleDown();
            enter(queue, new Letter(published++, now(), List.of()));
        }

        void get() {
            int queue = random.nextInt(QUEUES);
            boolean reject = random.nextBoolean();
            GetRequest got = new GetRequest(queues[queue], false, fixture.client, answered -> {});
            fixture.client.on(got::send);
            fixture.settleDown();
            Letter expected = model.get(queue).poll();
            assertEquals(expected == null, got.message() == null);
            if (expected == null) {
                return;
            }
            assertEquals(expected.id(), id(got.message()));
            assertEquals(expected.deaths(), deaths(got.message()));
            SettleBatch batch = new SettleBatch(
                    queues[queue].getter(), reject ? SettleBatch.Outcome.REJECT : SettleBatch.Outcome.ACKNOWLEDGE);
            batch.add(got.message(), got.sequence());
            fixture.client.on(batch::handOver);
            fixture.settleDown();
            if (reject) {
                dies(queue, expected, "rejected");
            }
        }

        void elapse(long millis) {
            long start = now();
            fixture.home.elapse(millis);
            fixture.settleDown();
            for (long time = nextDue(); time <= start + millis; time = nextDue()) {
                int dying = NOWHERE;
                for (int i = 0; i < QUEUES; i++) {
                    if (due(i) == time) {
                        // Which of two queues comes first is nobody's promise.
                        Assume.that(dying == NOWHERE);
                        dying = i;
                    }
                }
                Letter first = model.get(dying).remove();
                time(dying, first, time);
            }
        }

        private void time(int queue, Letter letter, long time) {
            dies(queue, new Letter(letter.id(), time, letter.deaths()), "expired", time);
        }

        private long due(int queue) {
            Letter first = model.get(queue).peek();
            return first == null || ttl[queue] == QueueRules.FOREVER ? Long.MAX_VALUE : first.arrivedAt() + ttl[queue];
        }

        private long nextDue() {
            long next = Long.MAX_VALUE;
            for (int i = 0; i < QUEUES; i++) {
                next = Math.min(next, due(i));
            }
            return next;
        }

        private void enter(int queue, Letter letter) {
            model.get(queue).add(letter);
            if (model.get(queue).size() > maxLength[queue]) {
                dies(queue, model.get(queue).remove(), "maxlen", letter.arrivedAt());
            }
        }

        private void dies(int queue, Letter letter, String reason) {
            dies(queue, letter, reason, now());
        }

        private void dies(int queue, Letter letter, String reason, long time) {
            if (target[queue] == NOWHERE) {
                return;
            }
            List<Death> deaths = new ArrayList<>(letter.deaths());
            long count = 1;
            for (Death death : letter.deaths()) {
                if (death.queue() == queue && death.reason().equals(reason)) {
                    count += death.count();
                    deaths.remove(death);
                }
            }
            deaths.add(0, new Death(count, reason, queue));
            if (reason.equals("rejected") || !isCycle(deaths, target[queue])) {
                enter(target[queue], new Letter(letter.id(), time, deaths));
            }
        }

        private boolean isCycle(List<Death> deaths, int next) {
            for (Death death : deaths) {
                if (death.reason().equals("rejected")) {
                    return false;
                }
                if (death.queue() == next) {
                    return true;
                }
            }
            return false;
        }

        void finish() {
            for (int i = 0; i < QUEUES; i++) {
                assertEquals(model.get(i).size(), queues[i].readyCount(), "of queue " + i);
            }
            for (Queue queue : queues) {
                fixture.home.on(() -> {
                    int unused = queue.delete();
                });
            }
            fixture.settleDown();
            assertEquals(0, fixture.memory);
        }
    }

    private static int id(Message message) {
        return ByteBuffer.wrap(message.content().body()).getInt();
    }

    private static List<Death> deaths(Message message) {
        FieldTable headers = message.content().properties().headers();
        List<Death> deaths = new ArrayList<>();
        if (headers != null && headers.get("x-death") instanceof FieldValue.Array array) {
            for (FieldValue value : array.values()) {
                FieldTable death = ((FieldValue.Table) value).value();
                int queue = Integer.parseInt(death.get("queue").toString().substring(1)) - 100;
                deaths.add(new Death(
                        death.get("count").asLong(), death.get("reason").toString(), queue));
            }
        }
        return deaths;
    }

    @Property(tries = 150)
    void everyMessageIsWhereItsDeathsHaveLedIt(@ForAll long seed) {
        Graph graph = new Graph(new Random(seed));
        for (int i = 0; i < 80; i++) {
            switch (graph.random.nextInt(4)) {
                case 0, 1 -> graph.publish();
                case 2 -> graph.get();
                default -> graph.elapse(64L * graph.random.nextInt(40));
            }
            graph.elapse(64);
        }
        graph.finish();
    }
}
