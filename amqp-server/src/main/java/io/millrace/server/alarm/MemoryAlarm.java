package io.millrace.server.alarm;

import io.millrace.server.queue.MemoryBudget;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on when the messages in queues take more memory than they may, and off when they take a tenth less again. Any
 * thread.
 */
public final class MemoryAlarm implements MemoryBudget {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryAlarm.class);

    /** Told when the alarm goes on or off, by the thread that made it so. */
    public interface Listener {
        void alarmChanged(boolean on);
    }

    private volatile long limitBytes;
    private final Listener listener;
    private final Runnable beforeChange;
    private final AtomicLong used = new AtomicLong();
    private final AtomicBoolean on = new AtomicBoolean();

    public MemoryAlarm(long limitBytes, Listener listener) {
        this(limitBytes, listener, () -> {});
    }

    /** @param beforeChange run between the count that calls for a change and the change, where other threads count */
    MemoryAlarm(long limitBytes, Listener listener, Runnable beforeChange) {
        this.beforeChange = beforeChange;
        this.limitBytes = limitBytes;
        this.listener = listener;
    }

    /** Bytes that messages in queues take. */
    public long usedBytes() {
        return used.get();
    }

    public long limitBytes() {
        return limitBytes;
    }

    public boolean isOn() {
        return on.get();
    }

    /** Sets another limit, which holds from the next message on. */
    public void limitBytes(long newLimitBytes) {
        limitBytes = newLimitBytes;
        add(0);
    }

    @Override
    public void add(long bytes) {
        long limit = limitBytes;
        long now = used.addAndGet(bytes);
        // Once more after each change: what other threads counted before it, they did not hold against it. While the
        // alarm is on nobody may count again.
        while (on.get() ? now < limit / 10 * 9 : now > limit) {
            beforeChange.run();
            change(now > limit);
            now = used.get();
        }
    }

    /** From half of the limit on, so that the alarm is for what cannot be put on the disk. */
    @Override
    public boolean isScarce() {
        return used.get() > limitBytes / 2;
    }

    /** From three quarters of the limit on. */
    @Override
    public boolean isNearlyUsedUp() {
        return used.get() > limitBytes / 4 * 3;
    }

    private void change(boolean turnOn) {
        if (on.compareAndSet(!turnOn, turnOn)) {
            if (turnOn) {
                LOG.warn("Memory alarm: messages take {} bytes (limit: {}); publishers are blocked", used, limitBytes);
            } else {
                LOG.info("Memory alarm cleared: messages take {} bytes; publishers go on", used);
            }
            listener.alarmChanged(turnOn);
        }
    }
}
