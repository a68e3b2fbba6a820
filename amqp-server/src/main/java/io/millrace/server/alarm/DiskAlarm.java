package io.millrace.server.alarm;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on while there is less free space than the limit, or while the message store cannot allocate what it needs, and
 * off by itself when there is space again. Any thread.
 *
 * <p>The space is looked at by a thread of its own, since the file system may take its time: every ten seconds where
 * there is plenty, and the sooner the less there is above the limit, down to ten times a second.
 */
public final class DiskAlarm implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskAlarm.class);

    private static final long INTERVAL_MILLIS_MIN = 100;
    private static final long INTERVAL_MILLIS_MAX = 10_000;
    /** Nobody is expected to fill a disk faster than this: half a gigabyte a second. */
    private static final long FILLED_PER_MILLI_MAX = 500_000;

    /** Says how much can still be written. */
    public interface FreeSpace {
        /** In octets. Throws IOException when the file system does not tell. */
        long bytes() throws IOException;
    }

    /** Why it is on. */
    private enum Cause {
        LIMIT,
        STORE
    }

    private final FreeSpace space;
    private final Runnable listener;
    private final Set<Cause> causes = EnumSet.noneOf(Cause.class);
    private ScheduledExecutorService timer;
    private volatile boolean on;
    private volatile long limitBytes;
    private volatile long freeBytes = Long.MAX_VALUE;
    private boolean unreadable;

    /** @param listener called when it went on or off, by the thread that made it so */
    public DiskAlarm(FreeSpace space, long limitBytes, Runnable listener) {
        this.space = requireNonNull(space, "space is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.limitBytes = limitBytes;
    }

    /** Looks for the first time, and from then on by itself. */
    public void start() {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "millrace-disk-space");
            thread.setDaemon(true);
            return thread;
        });
        sample();
        scheduleNext();
    }

    private void scheduleNext() {
        timer.schedule(this::sampleAndGoOn, millisToNext(), TimeUnit.MILLISECONDS);
    }

    private void sampleAndGoOn() {
        sample();
        if (!timer.isShutdown()) {
            scheduleNext();
        }
    }

    /** How long until it is worth to look again. */
    long millisToNext() {
        long distance = Math.abs(freeBytes - limitBytes);
        return Math.max(INTERVAL_MILLIS_MIN, Math.min(INTERVAL_MILLIS_MAX, distance / FILLED_PER_MILLI_MAX));
    }

    /** Looks now. */
    public synchronized void sample() {
        try {
            freeBytes = space.bytes();
            unreadable = false;
        } catch (IOException e) {
            if (!unreadable) {
                LOG.warn("Cannot tell how much disk space is free, the disk alarm stays as it is: {}", e.toString());
            }
            unreadable = true;
            return;
        }
        set(Cause.LIMIT, freeBytes < limitBytes);
    }

    /** Octets that were free when somebody looked last. */
    public long freeBytes() {
        return freeBytes;
    }

    public long limitBytes() {
        return limitBytes;
    }

    /** Sets another limit in octets, which holds at once. */
    public void limitBytes(long newLimitBytes) {
        limitBytes = newLimitBytes;
        sample();
    }

    public boolean isOn() {
        return on;
    }

    /** The message store has no room for what it is given, or has again. */
    public synchronized void storeIsFull(boolean full) {
        set(Cause.STORE, full);
    }

    private synchronized void set(Cause cause, boolean holds) {
        boolean changed = holds ? causes.add(cause) : causes.remove(cause);
        if (!changed || on != causes.isEmpty()) {
            return;
        }
        on = !causes.isEmpty();
        if (!on) {
            LOG.info("Disk alarm cleared: {} bytes are free (limit: {}); publishers go on", freeBytes, limitBytes);
        } else if (cause == Cause.LIMIT) {
            LOG.warn("Disk alarm: {} bytes are free (limit: {}); publishers are blocked", freeBytes, limitBytes);
        } else {
            LOG.warn("Disk alarm: the message store has no room for another file; publishers are blocked");
        }
        listener.run();
    }

    /** Looks no more. */
    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
