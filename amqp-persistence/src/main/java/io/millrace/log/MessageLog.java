package io.millrace.log;

import static java.util.Objects.requireNonNull;

import io.millrace.log.files.LogFiles;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead log of a broker: takes batches from any thread, makes them durable in groups, says when.
 *
 * <p><b>Hand-over.</b> {@link #submit} pushes the batch on a stack (one compare-and-set); the log thread takes the
 * whole stack at once, turns it round and has the batches in hand-over order. While it writes and syncs them the next
 * group gathers on the stack: groups grow with the load, and no timer forms them.
 *
 * <p><b>Sleeping.</b> When the stack is empty the log thread replaces the empty stack by the mark {@link #PARKED}, with
 * a compare-and-set that fails if anything was pushed meanwhile, and parks for as long as the mark is there. Only a
 * push removes the mark, and the producer whose push removed it, and no other, unparks the thread. A wake-up cannot be
 * lost: the mark is set before the thread parks, so a push either comes before the mark (which is then not set) or
 * finds it; and an unpark that comes before the park makes that park return at once. Spurious returns of park are
 * harmless, since the thread looks for the mark again. A busy log is therefore never unparked, and no push makes a
 * system call.
 *
 * <p><b>Ending.</b> After {@link #close} or a failure the stack holds a last mark that nobody replaces.
 */
public final class MessageLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MessageLog.class);

    /** Instead of an empty stack: the log thread sleeps. */
    private static final AppendBatch PARKED = new AppendBatch();
    /** The log is closed: a submit is a mistake. */
    private static final AppendBatch CLOSED = new AppendBatch();
    /** The log has failed: what is submitted until the process ends is dropped, and never reported as durable. */
    private static final AppendBatch FAILED = new AppendBatch();

    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(MessageLog.class, "top", AppendBatch.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LogWriter writer;
    private final DurableListener listener;
    private final Closeable lock;
    private final ExecutorService preparer;
    private final Thread thread;
    private final Map<Integer, Long> delivered = new ConcurrentHashMap<>();
    /** Handed over to end the log thread, behind everything that was submitted before. */
    private final AppendBatch stop = new AppendBatch();

    private volatile AppendBatch top;
    private volatile long durablePosition;
    /** Of batches that were handed over and are not durable. */
    private final AtomicLong bytesInFlight = new AtomicLong();

    private volatile LogStatistics statistics = LogStatistics.ZERO;
    private boolean closeCalled;

    private MessageLog(LogWriter writer, DurableListener listener, Closeable lock, ExecutorService preparer) {
        this.writer = writer;
        this.listener = listener;
        this.lock = lock;
        this.preparer = preparer;
        this.statistics = writer.statistics();
        this.thread = new Thread(this::run, "millrace-log");
        // Whoever forgets close() loses nothing that was reported durable; the process must still be able to end.
        thread.setDaemon(true);
    }

    /**
     * Takes the directory, recovers what it holds (on the calling thread) and starts the log thread.
     *
     * @throws IOException if the directory is in use, cannot be read or written, or holds a log of another format
     *     version. Damaged records are no reason: they are skipped, counted and reported.
     */
    public static MessageLog open(LogFiles files, LogConfig config, RecoveryTarget recovery, DurableListener listener)
            throws IOException {
        requireNonNull(config, "config is null");
        requireNonNull(recovery, "recovery is null");
        requireNonNull(listener, "listener is null");
        Closeable lock = files.lock();
        ExecutorService preparer = Executors.newSingleThreadExecutor(MessageLog::preparerThread);
        MessageLog log;
        try {
            LogWriter writer = LogWriter.open(files, config, preparer, recovery);
            log = new MessageLog(writer, listener, lock, preparer);
        } catch (IOException | RuntimeException e) {
            preparer.shutdown();
            lock.close();
            throw e;
        }
        log.writer.waitForRoom(new Room(listener::diskFull));
        log.segments().start(log::segmentsFailed);
        log.thread.start();
        return log;
    }

    /**
     * Hands a batch over; it is the log's until it comes back through {@link DurableListener#durable}. Any thread,
     * never blocks. The order of the log is the order of these calls. Nothing here bounds what is under way, and all of
     * it is in memory: whoever can slow down looks at {@link #bytesInFlight}.
     *
     * @throws IllegalStateException if the log is closed
     */
    public void submit(AppendBatch batch) {
        bytesInFlight.addAndGet(batch.bytes());
        if (!push(batch)) {
            throw new IllegalStateException("the message log is closed");
        }
    }

    /** False when the log is closed. */
    private boolean push(AppendBatch batch) {
        AppendBatch below;
        do {
            below = top;
            if (below == CLOSED) {
                return false;
            }
            if (below == FAILED) {
                return true;
            }
            batch.next = below == PARKED ? null : below;
        } while (!TOP.compareAndSet(this, below, batch));
        if (below == PARKED) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    /** Where queues put what they have no room for in memory, and read what the log was opened with. */
    public SegmentStore segments() {
        return writer.segments();
    }

    /** The log thread finds out by itself, once it has something to do. */
    private void segmentsFailed() {
        boolean closed = !push(new AppendBatch());
        if (closed) {
            LOG.debug("The segments failed after the log was closed");
        }
    }

    /** How many of the batches handed over since the log was opened are durable: a count, not octets. Any thread. */
    public long durablePosition() {
        return durablePosition;
    }

    /** Octets of the contents that were handed over and are not durable: how far the disk is behind. Any thread. */
    public long bytesInFlight() {
        return bytesInFlight.get();
    }

    /** As of the end of the last group. Any thread. */
    public LogStatistics statistics() {
        return statistics;
    }

    /**
     * How far the messages of a queue have been delivered, to be kept by the clean-shutdown mark. Called before
     * {@link #close}, by any thread; a queue that is not named has delivered nothing.
     */
    public void deliveredUpTo(int queueId, long sequence) {
        delivered.merge(queueId, sequence, Math::max);
    }

    /**
     * Writes everything handed over before, the clean-shutdown mark, syncs, ends the log thread, frees the directory.
     */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closeCalled) {
                return;
            }
            closeCalled = true;
        }
        writer.losePatience();
        submit(stop);
        joinUninterruptibly();
        preparer.shutdown();
        try {
            segments().stop();
        } finally {
            lock.close();
        }
    }

    private static Thread preparerThread(Runnable task) {
        Thread thread = new Thread(task, "millrace-log-files");
        thread.setDaemon(true);
        return thread;
    }

    private void run() {
        boolean stopped = false;
        try {
            List<AppendBatch> group = new ArrayList<>();
            while (!stopped) {
                AppendBatch taken = take();
                stopped = gather(taken, group);
                makeDurable(group);
                group.clear();
            }
            writer.closeCleanly(new HashMap<>(delivered));
            statistics = writer.statistics();
        } catch (IOException e) {
            fail(e);
        } catch (Throwable t) {
            fail(new IOException("the message log ended unexpectedly: " + t, t));
        }
    }

    /** The whole stack, the newest batch on top; waits until there is one. */
    private AppendBatch take() {
        for (; ; ) {
            AppendBatch taken = top;
            if (taken == null) {
                if (TOP.compareAndSet(this, null, PARKED)) {
                    writer.beforeIdle();
                    while (top == PARKED) {
                        LockSupport.park(this);
                    }
                }
            } else if (TOP.compareAndSet(this, taken, null)) {
                return taken;
            }
        }
    }

    /** Fills the group in hand-over order; returns whether the log is to end after it, and then takes the rest too. */
    private boolean gather(AppendBatch taken, List<AppendBatch> group) {
        boolean stopped = append(taken, group);
        if (stopped) {
            // Whoever raced with close() and was first still gets its batch written.
            AppendBatch late = (AppendBatch) TOP.getAndSet(this, CLOSED);
            append(late, group);
        }
        return stopped;
    }

    private boolean append(AppendBatch taken, List<AppendBatch> group) {
        int from = group.size();
        boolean stopped = false;
        AppendBatch batch = taken;
        while (batch != null) {
            AppendBatch below = batch.next;
            batch.next = null;
            if (batch == stop) {
                stopped = true;
            } else {
                group.add(batch);
            }
            batch = below;
        }
        Collections.reverse(group.subList(from, group.size()));
        return stopped;
    }

    private void makeDurable(List<AppendBatch> group) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        writer.write(group);
        bytesInFlight.addAndGet(-bytes(group));
        statistics = writer.statistics();
        long position = durablePosition + group.size();
        durablePosition = position;
        listener.durable(Collections.unmodifiableList(group));
        writer.afterGroup();
    }

    private static long bytes(List<AppendBatch> group) {
        long bytes = 0;
        for (int i = 0; i < group.size(); i++) {
            bytes += group.get(i).bytes();
        }
        return bytes;
    }

    private void fail(IOException e) {
        TOP.setVolatile(this, FAILED);
        LOG.error("The message log failed, nothing more is stored: {}", e.getMessage(), e);
        writer.abandon();
        listener.failed(e);
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
