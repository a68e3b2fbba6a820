package io.millrace.server.queue;

import io.millrace.log.AppendBatch;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.store.LoopJournal;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A loop whose tasks the test runs by hand, and whose queues write to a log. */
final class LoggedLoop implements HomeLoop {
    private final TestLoop loop;
    private final LoopJournal writer;
    private final WrittenPlaces.Noting journal;

    /** @param notes told of what is written, before it is */
    LoggedLoop(TestLoop.Stage stage, String name, BrokerCounters counters, WrittenPlaces notes) {
        this.loop = new TestLoop(stage, name, counters);
        this.writer = new LoopJournal(loop::execute);
        this.journal = notes.noting(writer);
    }

    /** Where it all goes. */
    void open(Consumer<AppendBatch> log) {
        writer.open(
                batch -> {
                    journal.handedOver();
                    log.accept(batch);
                },
                () -> 0);
    }

    /** What the test drives. */
    TestLoop inner() {
        return loop;
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Future<?> schedule(Runnable task, long delayNanos) {
        return loop.schedule(task, delayNanos);
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
    public QueueJournal journal() {
        return journal;
    }

    @Override
    public LoopCounters counters() {
        return loop.counters();
    }

    @Override
    public String toString() {
        return loop.toString();
    }
}
