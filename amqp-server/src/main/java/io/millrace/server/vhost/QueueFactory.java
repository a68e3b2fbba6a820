package io.millrace.server.vhost;

import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueLifecycle;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;

/** What all queues are made with. */
final class QueueFactory {
    private final QueueMemory memory;
    private final boolean relaxedRedeclare;
    private final LoopCounters counters;

    /** @param relaxedRedeclare whether a redeclare with another durable flag is accepted */
    QueueFactory(QueueMemory memory, boolean relaxedRedeclare, LoopCounters counters) {
        this.memory = memory;
        this.counters = counters;
        this.relaxedRedeclare = relaxedRedeclare;
    }

    /** Counters of the definitions thread. */
    LoopCounters counters() {
        return counters;
    }

    boolean relaxedRedeclare() {
        return relaxedRedeclare;
    }

    /** For queues that are not made here and never wait on the disk. */
    QueueMemory memoryAlone() {
        return QueueMemory.alone(memory.budget());
    }

    Queue create(QueueSettings settings, HomeLoop home, QueueLifecycle lifecycle) {
        return new Queue(
                settings,
                home,
                lifecycle,
                memory,
                QueueArguments.rules(settings.arguments()),
                QueueArguments.kind(settings.arguments()));
    }
}
