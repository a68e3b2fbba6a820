package io.millrace.log;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that read segments for queues, so that neither an event loop nor the threads that write wait for the disk
 * to read. A queue asks for its next block while it hands out the one before, which is the read-ahead; here blocks of
 * different queues are read at the same time. Threads that have nothing to do end, and their buffers go with them.
 */
final class ReaderPool {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderPool.class);

    /** What a disk likes to have to do at a time, and few enough not to take the processors from those that write. */
    private static final int THREADS_MAX = 4;

    private static final long IDLE_SECONDS = 30;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ThreadLocal<SegmentReader> readers;
    private final Consumer<ReadPlan> whenRead;
    /** Null when reads are done by whoever asks for them. */
    private ExecutorService threads;

    private volatile boolean stopped;

    /** @param whenRead told of each plan that was read, on the thread that did it */
    ReaderPool(SegmentShelf shelf, LogConfig config, Consumer<ReadPlan> whenRead) {
        this.readers = ThreadLocal.withInitial(() -> new SegmentReader(shelf, config));
        this.whenRead = whenRead;
    }

    /**
     * From now on there are threads.
     *
     * @param whenFailed told of a mistake in the program, which must not leave a queue waiting for ever
     */
    void start(Consumer<Throwable> whenFailed) {
        int count = Math.max(2, Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors()));
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, "millrace-reader-" + number.incrementAndGet());
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((failed, cause) -> whenFailed.accept(cause));
            return thread;
        };
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
    }

    /** Reads soon. On the segment thread, which ends before {@link #stop}. */
    void read(ReadPlan plan) {
        if (threads == null) {
            readNow(plan);
        } else {
            threads.execute(() -> readNow(plan));
        }
    }

    private void readNow(ReadPlan plan) {
        boolean reported = false;
        while (!stopped) {
            try {
                readers.get().read(plan);
                whenRead.accept(plan);
                return;
            } catch (SegmentReader.CannotOpenException e) {
                if (!reported) {
                    LOG.error("Cannot open a segment file, its queue waits until it is possible: {}", e.getMessage());
                    reported = true;
                }
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    /** Waits for what is being read, and ends the threads. What waits to be read is not. */
    void stop() {
        stopped = true;
        if (threads == null) {
            return;
        }
        threads.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
