package io.millrace.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.log.AppendBatch;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.PublishBatch;
import io.millrace.server.queue.PublishOrigin;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.queue.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DurableNotifierTest {
    private final TestLoop.Stage stage = new TestLoop.Stage();
    private final BrokerCounters counters = new BrokerCounters();
    private final TestLoop first = new TestLoop(stage, "first", counters);
    private final TestLoop second = new TestLoop(stage, "second", counters);
    private final List<Throwable> fatal = new ArrayList<>();
    private final List<Boolean> full = new ArrayList<>();
    private final List<PublishBatch> settled = new ArrayList<>();
    private final Queue queue = new Queue(
            new QueueSettings(1, "/", ShortString.of("q"), true, false, null, FieldTable.EMPTY),
            first,
            unused -> {},
            QueueMemory.alone(bytes -> {}));

    private PublishBatch publishedOn(HomeLoop loop) {
        return new PublishBatch(queue, new PublishOrigin() {
            @Override
            public HomeLoop loop() {
                return loop;
            }

            @Override
            public void enqueued(long bytes) {}

            @Override
            public void settled(PublishBatch batch) {
                assertEquals(true, loop.inLoop());
                settled.add(batch);
            }
        });
    }

    private static AppendBatch written(PublishBatch... batches) {
        AppendBatch append = new AppendBatch();
        for (PublishBatch batch : batches) {
            append.attachment(batch);
        }
        return append;
    }

    @Test
    void eachLoopIsWokenOnceAndHearsInOrder() {
        DurableNotifier notifier = new DurableNotifier(List.of(first, second), fatal::add, full::add);
        PublishBatch a = publishedOn(first);
        PublishBatch b = publishedOn(second);
        PublishBatch c = publishedOn(first);
        notifier.durable(List.of(written(a, b), written(), written(c)));
        assertEquals(1, first.waiting());
        assertEquals(1, second.waiting());
        first.runAll();
        assertEquals(List.of(a, c), settled);
        second.runAll();
        assertEquals(List.of(a, c, b), settled);
        notifier.durable(List.of(written()));
        assertEquals(0, first.waiting());
    }

    @Test
    void aLoopThatHasEndedIsNoFailureOfTheDisk() {
        HomeLoop ended = new EndedLoop(first);
        DurableNotifier notifier = new DurableNotifier(List.of(ended, second), fatal::add, full::add);
        PublishBatch heard = publishedOn(second);
        notifier.durable(List.of(written(publishedOn(ended), heard)));
        second.runAll();
        assertEquals(List.of(heard), settled);
        assertEquals(List.of(), fatal);
    }

    @Test
    void aFullDiskIsPassedOn() {
        DurableNotifier notifier = new DurableNotifier(List.of(first), fatal::add, full::add);
        notifier.diskFull(true);
        notifier.diskFull(false);
        assertEquals(List.of(true, false), full);
        assertEquals(List.of(), fatal);
    }

    @Test
    void aFailedDiskIsFatal() {
        IOException failure = new IOException("gone");
        new DurableNotifier(List.of(first), fatal::add, full::add).failed(failure);
        assertEquals(List.of(failure), fatal);
    }

    /** A loop that takes no more tasks. */
    private record EndedLoop(TestLoop loop) implements HomeLoop {
        @Override
        public boolean inLoop() {
            return false;
        }

        @Override
        public void execute(Runnable task) {
            throw new RejectedExecutionException("ended");
        }

        @Override
        public java.util.concurrent.Future<?> schedule(Runnable task, long delayNanos) {
            throw new RejectedExecutionException("ended");
        }

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }

        @Override
        public long currentTimeMillis() {
            return loop.currentTimeMillis();
        }

        @Override
        public io.millrace.server.queue.QueueJournal journal() {
            return loop.journal();
        }

        @Override
        public io.millrace.server.metrics.LoopCounters counters() {
            return loop.counters();
        }
    }
}
