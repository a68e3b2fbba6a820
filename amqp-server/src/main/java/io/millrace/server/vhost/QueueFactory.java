package io.millrace.server.vhost;

import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;

/** What all queues are made with. */
final class QueueFactory {
    private final QueueMemory memory;
    private final QueueDefaults defaults;
    private final LoopCounters counters;

    QueueFactory(QueueMemory memory, QueueDefaults defaults, LoopCounters counters) {
        this.memory = memory;
        this.counters = counters;
        this.defaults = defaults;
    }

    /** Counters of the definitions thread. */
    LoopCounters counters() {
        return counters;
    }

    boolean relaxedRedeclare() {
        return defaults.relaxedRedeclare();
    }

    /** The type of queues where neither their declaration nor their virtual host names one. */
    QueueType defaultQueueType() {
        return QueueType.named(defaults.type());
    }

    /** For queues that are not made here and never wait on the disk. */
    QueueMemory memoryAlone() {
        return QueueMemory.alone(memory.budget());
    }

    Queue create(QueueSettings settings, HomeLoop home, VirtualHost virtualHost) {
        return new Queue(
                settings,
                home,
                virtualHost.lifecycle(),
                memory,
                virtualHost.rulesFor(settings),
                QueueArguments.kind(settings.arguments()));
    }
}
