package io.millrace.benchmarks;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.ConsumerSink;
import io.millrace.server.queue.DeliveryBatch;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.LogPlace;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.PrefetchWindow;
import io.millrace.server.queue.PublishBatch;
import io.millrace.server.queue.PublishOrigin;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueConsumer;
import io.millrace.server.queue.QueueJournal;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.queue.SettleBatch;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A batch of transient messages through a queue: published, dispatched to a consumer, acknowledged. Publisher, queue
 * and consumer share one loop, whose tasks are run by hand: no thread is woken, only the queue's work is measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class QueueCycle {
    private static final int MESSAGES = 1000;

    /** Messages to a batch, as one read of a socket gives them. */
    @Param({"1", "10", "100", "1000"})
    public int batch;

    private final HandRunLoop loop = new HandRunLoop();
    private final Publisher publisher = new Publisher(loop);
    private final Queue queue = new Queue(
            new QueueSettings(1, "/", ShortString.of("q"), false, false, null, FieldTable.EMPTY),
            loop,
            unused -> {},
            QueueMemory.alone(bytes -> {}));
    private final Message message = SampleMessages.message(16, false);
    private final AcknowledgingConsumer consumer = new AcknowledgingConsumer(loop);

    @Setup
    public void consume() {
        queue.addConsumer(
                new QueueConsumer(queue, consumer, ShortString.of("tag"), false, false, 2000, new PrefetchWindow()));
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long publishDispatchAcknowledge() {
        for (int sent = 0; sent < MESSAGES; sent += batch) {
            PublishBatch publishes = new PublishBatch(queue, publisher);
            for (int i = 0; i < batch; i++) {
                publishes.add(message);
            }
            publishes.handOver();
            loop.runAll();
            consumer.acknowledge();
            loop.runAll();
        }
        if (queue.readyCount() + queue.unackedCount() != 0) {
            throw new IllegalStateException(queue + " is not empty");
        }
        return consumer.delivered;
    }

    private static final class AcknowledgingConsumer implements ConsumerSink {
        private final HomeLoop loop;
        private SettleBatch acknowledgements;
        private long delivered;

        AcknowledgingConsumer(HomeLoop loop) {
            this.loop = loop;
        }

        void acknowledge() {
            acknowledgements.handOver();
            acknowledgements = null;
        }

        @Override
        public void deliver(DeliveryBatch deliveries) {
            if (acknowledgements == null) {
                acknowledgements = new SettleBatch(deliveries.consumer(), SettleBatch.Outcome.ACKNOWLEDGE);
            }
            for (int i = 0; i < deliveries.count(); i++) {
                acknowledgements.add(deliveries.message(i), deliveries.sequence(i));
            }
            delivered += deliveries.count();
        }

        @Override
        public HomeLoop loop() {
            return loop;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void handedOver(long bytes) {}

        @Override
        public void cancelledByQueue(QueueConsumer cancelled) {}
    }

    private record Publisher(HomeLoop loop) implements PublishOrigin {
        @Override
        public void enqueued(long bytes) {}

        @Override
        public void settled(PublishBatch settled) {}
    }

    /** The benchmark's thread is always this loop's. */
    private static final class HandRunLoop implements HomeLoop {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final LoopCounters counters = new BrokerCounters().forThread();
        private final QueueJournal journal = new NothingWritten();

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Future<?> schedule(Runnable task, long delayNanos) {
            throw new UnsupportedOperationException("nothing here has a deadline");
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long currentTimeMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public QueueJournal journal() {
            return journal;
        }

        @Override
        public LoopCounters counters() {
            return counters;
        }
    }

    /** Transient messages are not written. */
    private static final class NothingWritten implements QueueJournal {
        @Override
        public void publish(int queueId, long sequence, Message written) {}

        @Override
        public void move(int queueId, long sequence, Message moved, LogPlace from) {}

        @Override
        public void acknowledge(int queueId, long firstSequence, long lastSequence) {}

        @Override
        public void deleteQueue(int queueId) {}

        @Override
        public void settleWhenDurable(PublishBatch settled) {}
    }
}
