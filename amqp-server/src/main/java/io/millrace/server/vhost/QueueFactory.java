package io.millrace.server.vhost;

import io.millrace.log.stream.StreamLog;
import io.millrace.log.stream.StreamLogs;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.queue.StreamQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** What all queues are made with. */
final class QueueFactory {
    private final QueueMemory memory;
    private final StreamLogs streams;
    private final QueueDefaults defaults;
    private final LoopCounters counters;
    private Supplier<HomeLoop> homes;

    QueueFactory(QueueMemory memory, StreamLogs streams, QueueDefaults defaults, LoopCounters counters) {
        this.memory = memory;
        this.streams = streams;
        this.counters = counters;
        this.defaults = defaults;
    }

    /** Where the loops of queues come from that nobody's connection declares. Called once, at first. */
    void homes(Supplier<HomeLoop> newHomes) {
        homes = newHomes;
    }

    /** A loop for a queue that nobody's connection declares. */
    HomeLoop nextHome() {
        return homes.get();
    }

    QueueMemory memory() {
        return memory;
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

    /** @throws UncheckedIOException when it is a stream, and what an earlier run left of it cannot be read */
    Queue create(QueueSettings settings, HomeLoop home, VirtualHost virtualHost) {
        if (QueueType.of(settings.arguments()) == QueueType.STREAM) {
            return createStream(settings, home, virtualHost);
        }
        return new Queue(
                settings,
                home,
                virtualHost.lifecycle(),
                memory,
                virtualHost.rulesFor(settings),
                QueueArguments.kind(settings.arguments()));
    }

    private Queue createStream(QueueSettings settings, HomeLoop home, VirtualHost virtualHost) {
        try {
            StreamLog log = streams.open(settings.id(), virtualHost.streamLimitsFor(settings));
            return new StreamQueue(settings, home, virtualHost.lifecycle(), memory, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
