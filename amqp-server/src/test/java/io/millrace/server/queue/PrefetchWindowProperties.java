package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.queue.SettleBatch.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A window shared by consumers of queues on different loops, under random interleavings of the loops: never more
 * deliveries than places, and none is left waiting when there is a place. The client does what a channel does: places
 * first, then the batches, then it asks those that are parked to go on.
 */
class PrefetchWindowProperties {
    private final BrokerCounters counters = new BrokerCounters();

    private final class Bench {
        final TestLoop.Stage stage = new TestLoop.Stage();
        final TestLoop client = new TestLoop(stage, "client", counters);
        final List<TestLoop> homes = new ArrayList<>();
        final List<Queue> queues = new ArrayList<>();
        final List<QueueConsumer> consumers = new ArrayList<>();
        final RecordingSink sink = new RecordingSink(client);
        final PrefetchWindow window = new PrefetchWindow();
        final Random random;
        int limit;
        int published;
        int acknowledged;

        Bench(long seed) {
            random = new Random(seed);
            limit = 1 + random.nextInt(4);
            window.limit(limit);
            QueueFixture fixture = QueueFixture.ofTransient();
            // The last queue lives where the channel does, as most queues of a connection do.
            for (int i = 0; i < 3; i++) {
                TestLoop home = i == 2 ? client : new TestLoop(stage, "home" + i, counters);
                homes.add(home);
                Queue queue = fixture.queue(i + 1, home, false, false);
                queues.add(queue);
                boolean automaticAck = random.nextInt(4) == 0;
                int prefetch = random.nextInt(3);
                consumers.add(QueueFixture.consume(queue, sink, automaticAck, false, prefetch, window));
            }
        }

        void step() {
            switch (random.nextInt(6)) {
                case 0 -> publish();
                case 1 -> settle();
                case 2 -> sink.unwritableForLooks(random.nextInt(3));
                default -> homes.get(random.nextInt(homes.size())).runOne();
            }
            dropAcknowledged();
            assertTrue(
                    sink.deliveries().size() <= limit,
                    "deliveries: " + sink.deliveries().size());
        }

        /** What needs no acknowledgement counts for nothing. */
        private void dropAcknowledged() {
            int before = sink.deliveries().size();
            sink.deliveries().removeIf(delivery -> delivery.consumer().automaticAck());
            acknowledged += before - sink.deliveries().size();
        }

        private void publish() {
            Queue queue = queues.get(random.nextInt(queues.size()));
            PublishBatch batch = new PublishBatch(queue, new RecordingOrigin(client));
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                batch.add(Messages.transientOf(1));
            }
            published += count;
            client.on(batch::handOver);
        }

        private void settle() {
            dropAcknowledged();
            if (sink.deliveries().isEmpty()) {
                return;
            }
            client.on(() -> {
                RecordingSink.Delivery delivery = sink.deliveries()
                        .remove(random.nextInt(sink.deliveries().size()));
                Outcome outcome = random.nextInt(4) == 0 ? Outcome.REQUEUE : Outcome.ACKNOWLEDGE;
                acknowledged += outcome == Outcome.ACKNOWLEDGE ? 1 : 0;
                window.release(1);
                delivery.settle(outcome);
                resumeParked();
            });
        }

        private void resumeParked() {
            for (QueueConsumer consumer : consumers) {
                if (consumer.isParked()) {
                    Queue queue = consumer.queue();
                    queue.home().run(() -> queue.resume(consumer));
                }
            }
        }

        void finish() {
            sink.setWritable(true);
            client.on(this::resumeParked);
            int rounds = 0;
            while (acknowledged < published) {
                homes.forEach(TestLoop::runAll);
                client.runAll();
                int before = acknowledged;
                dropAcknowledged();
                assertTrue(acknowledged > before || !sink.deliveries().isEmpty(), "messages wait and places are free");
                while (!sink.deliveries().isEmpty()) {
                    settle();
                }
                assertTrue(++rounds < 10_000);
            }
            homes.forEach(TestLoop::runAll);
            queues.forEach(queue -> assertEquals(0, queue.unackedCount()));
        }
    }

    @Property(tries = 500)
    void isNeverExceededAndNeverForgotten(@ForAll long seed) {
        Bench bench = new Bench(seed);
        for (int i = 0; i < 300; i++) {
            bench.step();
        }
        bench.finish();
    }
}
