package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.alarm.MemoryAlarm;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thousand queues that nobody consumes from: what they have in memory stays below what blocks publishers. */
class CrowdedMemoryTest {
    private static final int QUEUES = 1000;
    private static final int BODY_BYTES = 1000;
    /** For each queue 30 messages: half of what each gets. */
    private static final long LIMIT_BYTES = 30L * QUEUES * (BODY_BYTES + 200);

    private static final int ROUNDS = 15;
    private static final int BATCH = 4;
    /** As many ids as any kind of queue has in the log. */
    private static final int IDS = 2000;

    private final byte[] body = new byte[BODY_BYTES];
    private final TestLoop.Stage stage = new TestLoop.Stage();
    private final BrokerCounters counters = new BrokerCounters();
    private final TestLoop home = new TestLoop(stage, "home", counters);
    private final HandDrivenStore store = new HandDrivenStore();
    private final RecordingOrigin origin = new RecordingOrigin(home);
    private final List<Queue> queues = new ArrayList<>();
    private int alarms;
    private final MemoryAlarm alarm = new MemoryAlarm(LIMIT_BYTES, on -> alarms++);
    private final QueueMemory memory = new QueueMemory(alarm, store, 131_072, 64 << 20);

    @BeforeEach
    void nobodyIsBlocked() {
        assertEquals(0, alarm.usedBytes());
    }

    private QueueSettings settings(int id) {
        return new QueueSettings(id, "/", ShortString.of("q" + id), true, false, null, FieldTable.EMPTY);
    }

    private void declare(QueueRules rules, QueueKind kind) {
        for (int i = 1; i <= QUEUES; i++) {
            queues.add(new Queue(settings(i * IDS), home, gone -> {}, memory, rules, kind));
        }
    }

    private Message message(int number) {
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(2)
                .priority(number % 10)
                .headers(FieldTable.builder()
                        .put("x-delay", 3_600_000L * (1 + number % 50))
                        .build())
                .build();
        return new Message(ShortString.EMPTY, ShortString.of("q"), Messages.content(properties, body), false);
    }

    private void fill() {
        for (int round = 0; round < ROUNDS; round++) {
            for (Queue queue : queues) {
                PublishBatch batch = new PublishBatch(queue, origin);
                for (int i = 0; i < BATCH; i++) {
                    batch.add(message(round * BATCH + i));
                }
                home.on(batch::handOver);
                settleDown();
            }
        }
        assertTrue(store.size() > QUEUES * ROUNDS, store.size() + " in the store");
        assertEquals(0, alarms, alarm.usedBytes() + " octets in memory");
    }

    /** Gives everything back at once. */
    private final class Refusing implements ConsumerSink {
        @Override
        public HomeLoop loop() {
            return home;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void handedOver(long bytes) {
            // Nobody asks.
        }

        @Override
        public void deliver(DeliveryBatch batch) {
            SettleBatch refused = new SettleBatch(batch.consumer(), SettleBatch.Outcome.REQUEUE_FAILED);
            for (int i = 0; i < batch.count(); i++) {
                refused.add(batch.message(i), batch.sequence(i));
            }
            home.execute(refused::handOver);
        }

        @Override
        public void cancelledByQueue(QueueConsumer consumer) {
            // Nobody asks.
        }
    }

    private void settleDown() {
        while (home.runOne() || store.runOne()) {
            // All that it does is in the condition.
        }
    }

    @Test
    void plainQueues() {
        declare(QueueRules.PLAIN, QueueKind.PLAIN);
        fill();
    }

    @Test
    void queuesWithPriorities() {
        declare(QueueRules.PLAIN, new QueueKind(new Priorities(10, 0), false));
        fill();
    }

    @Test
    void quorumQueues() {
        declare(QueueRules.PLAIN, QueueKind.QUORUM);
        fill();
    }

    /** Those read what they have, to see when it expires. */
    @Test
    void queuesWhoseMessagesExpire() {
        declare(QueueRules.PLAIN.withMessageTtl(3_600_000), QueueKind.PLAIN);
        fill();
    }

    @Test
    void delayedMessages() {
        for (int i = 1; i <= QUEUES; i++) {
            queues.add(
                    new DelayQueue(settings(i * IDS), home, gone -> {}, memory, (message, properties) -> Route.EMPTY));
        }
        fill();
    }

    @Test
    void messagesToRetry() {
        declare(QueueRules.PLAIN.withRetry(new RetryRules(true, true, 3_600_000, 3_600_000, 1, 0)), QueueKind.PLAIN);
        for (Queue queue : queues) {
            QueueConsumer consumer = new QueueConsumer(
                    queue, new Refusing(), ShortString.of("c"), false, false, 0, new PrefetchWindow());
            home.on(() -> queue.addConsumer(consumer));
        }
        fill();
    }
}
