package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounters;
import java.util.ArrayList;
import java.util.List;

/** One queue on a loop of its own, with a publisher and consumers on another. */
final class QueueFixture {
    static final int ID = 7;
    static final long BYTES_MAX = 100_000;

    final TestLoop.Stage stage = new TestLoop.Stage();
    final BrokerCounters counters = new BrokerCounters();
    final TestLoop home = new TestLoop(stage, "home", counters);
    final TestLoop client = new TestLoop(stage, "client", counters);
    final RecordingJournal journal = home.journal();
    final RecordingOrigin origin = new RecordingOrigin(client);
    final List<Queue> unused = new ArrayList<>();
    final HandDrivenStore store = new HandDrivenStore();
    final Queue queue;
    private final int messagesMax;
    long memory;
    boolean scarce;
    boolean nearlyUsedUp;

    private final class Budget implements MemoryBudget {
        @Override
        public void add(long bytes) {
            memory += bytes;
        }

        @Override
        public boolean isScarce() {
            return scarce;
        }

        @Override
        public boolean isNearlyUsedUp() {
            return nearlyUsedUp;
        }
    }

    QueueFixture(boolean durable, boolean autoDelete) {
        this(durable, autoDelete, Integer.MAX_VALUE);
    }

    QueueFixture(boolean durable, boolean autoDelete, int messagesMax) {
        this.messagesMax = messagesMax;
        queue = queue(ID, home, durable, autoDelete);
    }

    /** A durable queue with rules. */
    QueueFixture(QueueRules rules) {
        this(rules, QueueKind.PLAIN, Integer.MAX_VALUE);
    }

    /** A durable queue of some kind, with rules. */
    QueueFixture(QueueRules rules, QueueKind kind, int messagesMax) {
        this.messagesMax = messagesMax;
        QueueSettings settings =
                new QueueSettings(ID, "/", ShortString.of("q" + ID), true, false, null, FieldTable.EMPTY);
        queue = new Queue(
                settings, home, unused::add, new QueueMemory(new Budget(), store, messagesMax, BYTES_MAX), rules, kind);
    }

    static QueueFixture durable() {
        return new QueueFixture(true, false);
    }

    static QueueFixture ofTransient() {
        return new QueueFixture(false, false);
    }

    /** Another durable queue, on the same loop. */
    Queue queue(int id, QueueLifecycle lifecycle, QueueRules rules) {
        return queue(id, lifecycle, rules, QueueKind.PLAIN);
    }

    Queue queue(int id, QueueLifecycle lifecycle, QueueRules rules, QueueKind kind) {
        QueueSettings settings =
                new QueueSettings(id, "/", ShortString.of("q" + id), true, false, null, FieldTable.EMPTY);
        return new Queue(
                settings, home, lifecycle, new QueueMemory(new Budget(), store, messagesMax, BYTES_MAX), rules, kind);
    }

    Queue queue(int id, TestLoop loop, boolean durable, boolean autoDelete) {
        QueueSettings settings =
                new QueueSettings(id, "/", ShortString.of("q" + id), durable, autoDelete, null, FieldTable.EMPTY);
        return new Queue(settings, loop, unused::add, new QueueMemory(new Budget(), store, messagesMax, BYTES_MAX));
    }

    PublishBatch batch(Message... messages) {
        PublishBatch batch = new PublishBatch(queue, origin);
        for (Message message : messages) {
            batch.add(message);
        }
        return batch;
    }

    /** Publishes on the client's loop; the queue has not run yet. */
    PublishBatch publish(Message... messages) {
        PublishBatch batch = batch(messages);
        client.on(batch::handOver);
        return batch;
    }

    PublishBatch publishAwaited(Message... messages) {
        PublishBatch batch = batch(messages);
        batch.awaitedBy(this);
        client.on(batch::handOver);
        return batch;
    }

    void publishTransient(int count) {
        Message[] messages = new Message[count];
        for (int i = 0; i < count; i++) {
            messages[i] = Messages.transientOf(1);
        }
        publish(messages);
    }

    QueueConsumer consume(RecordingSink sink, int prefetch) {
        return consume(sink, false, false, prefetch, new PrefetchWindow());
    }

    QueueConsumer consume(
            RecordingSink sink, boolean automaticAck, boolean exclusive, int prefetch, PrefetchWindow window) {
        return consume(queue, sink, automaticAck, exclusive, prefetch, window);
    }

    static QueueConsumer consume(
            Queue queue,
            RecordingSink sink,
            boolean automaticAck,
            boolean exclusive,
            int prefetch,
            PrefetchWindow window) {
        QueueConsumer consumer =
                new QueueConsumer(queue, sink, ShortString.of("tag"), automaticAck, exclusive, prefetch, window);
        ((TestLoop) queue.home()).on(() -> {
            queue.addConsumer(consumer);
            queue.dispatch();
        });
        return consumer;
    }

    RecordingSink sink() {
        return new RecordingSink(client);
    }

    void settle(QueueConsumer consumer, SettleBatch.Outcome outcome, List<RecordingSink.Delivery> deliveries) {
        SettleBatch batch = new SettleBatch(consumer, outcome);
        deliveries.forEach(delivery -> batch.add(delivery.message(), delivery.sequence()));
        client.on(batch::handOver);
    }

    GetRequest get(boolean automaticAck) {
        GetRequest request = new GetRequest(queue, automaticAck, client, answered -> {});
        client.on(request::send);
        settleDown();
        return request;
    }

    /** Runs both loops and the store until nothing waits. */
    void settleDown() {
        while (home.runOne() || client.runOne() || store.runOne()) {
            // All that it does is in the condition.
        }
    }
}
