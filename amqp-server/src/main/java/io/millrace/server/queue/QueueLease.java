package io.millrace.server.queue;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The time that a queue may go unused. Using it only notes the time; a timer that goes off too early for that reason
 * waits for the rest, so that a queue has one timer however often it is used. Belongs to the queue's loop.
 */
final class QueueLease {
    private final Queue queue;
    private final HomeLoop loop;
    private final long nanos;
    private long usedAt;
    /** Null while none is set: the queue has consumers, or is gone. */
    private Future<?> timer;

    private boolean ended;

    QueueLease(Queue queue, long millis) {
        this.queue = queue;
        this.loop = queue.home();
        this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
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
        if (ended || queue.consumerCount() > 0) {
            // Whoever uses it says so when he stops.
            return;
        }
        long left = nanos - (loop.nanoTime() - usedAt);
        if (left > 0) {
            timer = loop.schedule(this::check, left);
        } else {
            ended = true;
            queue.servedItsPurpose();
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
