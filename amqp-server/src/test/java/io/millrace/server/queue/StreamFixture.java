package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.log.SyncMode;
import io.millrace.log.files.DiskFiles;
import io.millrace.log.stream.StreamFilter;
import io.millrace.log.stream.StreamLimits;
import io.millrace.log.stream.StreamLogs;
import io.millrace.log.stream.StreamStart;
import io.millrace.log.stream.StreamThreads;
import io.millrace.server.metrics.BrokerCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** One stream on a loop of its own, clients on another, and a store whose threads the test plays as well. */
final class StreamFixture implements AutoCloseable {
    static final int ID = 7;

    final TestLoop.Stage stage = new TestLoop.Stage();
    final BrokerCounters counters = new BrokerCounters();
    final TestLoop home = new TestLoop(stage, "home", counters);
    final TestLoop client = new TestLoop(stage, "client", counters);
    final RecordingOrigin origin = new RecordingOrigin(client);
    final Deque<Runnable> writer = new ArrayDeque<>();
    final Deque<Runnable> reader = new ArrayDeque<>();
    final List<Queue> unused = new ArrayList<>();
    final StreamLogs logs;
    final StreamQueue queue;
    /** How often somebody asked the disk. */
    int reads;

    long memory;
    long now = 1_000_000;

    StreamFixture(Path directory, StreamLimits limits) throws IOException {
        logs = StreamLogs.open(
                DiskFiles.in(directory),
                new StreamThreads(writer::add, writer::add, reader::add),
                SyncMode.OS,
                () -> now,
                new Random(1),
                cause -> {
                    throw new AssertionError(cause);
                });
        QueueSettings settings = new QueueSettings(ID, "/", ShortString.of("s"), true, false, null, FieldTable.EMPTY);
        QueueMemory queueMemory = QueueMemory.alone(bytes -> memory += bytes);
        queue = new StreamQueue(settings, home, unused::add, queueMemory, logs.open(ID, limits));
    }

    StreamFixture(Path directory) throws IOException {
        this(directory, StreamLimits.DEFAULTS);
    }

    PublishBatch publish(Message... messages) {
        PublishBatch batch = new PublishBatch(queue, origin);
        for (Message message : messages) {
            batch.add(message);
        }
        batch.awaitedBy(this);
        client.on(batch::handOver);
        return batch;
    }

    /** Publishes so many messages one by one, so that each is a chunk. */
    void publishEach(int count) {
        for (int i = 0; i < count; i++) {
            publish(Messages.persistentOf(1));
            settleDown();
        }
    }

    QueueConsumer consume(RecordingSink sink, int prefetch, StreamStart start) {
        return consume(sink, prefetch, start, null);
    }

    QueueConsumer consume(RecordingSink sink, int prefetch, StreamStart start, StreamFilter filter) {
        QueueConsumer consumer =
                new QueueConsumer(queue, sink, ShortString.of("tag"), false, false, prefetch, new PrefetchWindow());
        home.on(() -> {
            queue.addConsumer(consumer, new StreamSubscription(start, filter, false));
            queue.dispatch();
        });
        settleDown();
        return consumer;
    }

    /** A consumer whose place is remembered under a name. */
    QueueConsumer consumeTracked(RecordingSink sink, String name, int prefetch) {
        QueueConsumer consumer =
                new QueueConsumer(queue, sink, ShortString.of(name), false, false, prefetch, new PrefetchWindow());
        home.on(() -> {
            queue.addConsumer(consumer, new StreamSubscription(new StreamStart.First(), null, true));
            queue.dispatch();
        });
        settleDown();
        return consumer;
    }

    RecordingSink sink() {
        return new RecordingSink(client);
    }

    /** Settles everything that came since the last time. */
    void settle(RecordingSink sink, SettleBatch.Outcome outcome) {
        List<RecordingSink.Delivery> deliveries = List.copyOf(sink.deliveries());
        sink.deliveries().clear();
        client.on(() -> deliveries.forEach(delivery -> delivery.settle(outcome)));
        settleDown();
    }

    /** Runs both loops and the store until nothing waits. */
    void settleDown() {
        while (home.runOne() || client.runOne() || runOne(writer) || readOne()) {
            // All that it does is in the condition.
        }
    }

    private boolean readOne() {
        boolean read = runOne(reader);
        reads += read ? 1 : 0;
        return read;
    }

    private static boolean runOne(Deque<Runnable> tasks) {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    @Override
    public void close() throws IOException {
        logs.close();
        settleDown();
    }
}
