package io.millrace.benchmarks;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Lets JMH run a benchmark on threads like those of event loops: Netty's allocators keep caches for these alone. Named
 * to JMH by {@code jmh.executor.class}.
 */
public final class EventLoopThreads extends ThreadPoolExecutor {
    /** As JMH calls it. */
    public EventLoopThreads(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(prefix));
    }
}
