package io.millrace.server.net;

import io.millrace.codec.ContentFiller;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.QueueJournal;
import io.millrace.server.store.LoopJournal;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A Netty event loop with what queues and connections find on it. */
final class EventLoopHome implements HomeLoop {
    private final EventLoop loop;
    private final LoopJournal journal;
    private final LoopCounters counters;
    private final ContentFiller contents;

    EventLoopHome(EventLoop loop, LoopCounters counters, ContentFiller contents) {
        this.loop = loop;
        this.journal = new LoopJournal(loop);
        this.counters = counters;
        this.contents = contents;
    }

    EventLoop loop() {
        return loop;
    }

    LoopJournal loopJournal() {
        return journal;
    }

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Future<?> schedule(Runnable task, long delayNanos) {
        return loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
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

    @Override
    public ContentFiller contents() {
        return contents;
    }
}
