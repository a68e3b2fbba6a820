package io.millrace.server.queue;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The time that a queue may go unused. Using it only notes the time; a timer that goes off too early for that reason
 * waits for the rest, so that a queue has one timer however often it is used. Belongs to the queue's loop.
 */
final class QueueLease {
    private final HomeLoop loop;
    private final long nanos;
    private final BooleanSupplier inUse;
    private final Runnable expired;
    private long usedAt;
    /** Null while none is set: the queue has consumers, or is gone. */
    private Future<?> timer;

    private boolean ended;

    /**
     * @param inUse whether somebody uses the queue all the time
     * @param expired called once, when nobody has for so long
     */
    QueueLease(HomeLoop loop, long millis, BooleanSupplier inUse, Runnable expired) {
        this.loop = loop;
        this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        this.inUse = inUse;
        this.expired = expired;
    }

    /** The time begins anew. */
    void used() {
        usedAt = loop.nanoTime();
        if (timer == null && !ended) {
            timer = loop.schedule(this::check, nanos);
        }
    }

    private void check() {
        timer = null;
        if (ended || inUse.getAsBoolean()) {
            // Whoever uses it says so when he stops.
            return;
        }
        long left = nanos - (loop.nanoTime() - usedAt);
        if (left > 0) {
            timer = loop.schedule(this::check, left);
        } else {
            ended = true;
            expired.run();
        }
    }

    /** The queue is gone. */
    void end() {
        ended = true;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
