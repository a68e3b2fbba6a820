package io.millrace.server.queue;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One timer for the first of many times, by the time of day. Belongs to the loop that it goes off on. */
final class Alarm {
    private final HomeLoop home;
    private final Runnable action;
    /** Null while none is set. */
    private Future<?> timer;

    private long timerAt;
    private boolean ended;

    Alarm(HomeLoop home, Runnable action) {
        this.home = home;
        this.action = action;
    }

    /**
     * Goes off at this time, in milliseconds since 1970, unless it does so earlier; {@link DueTimes#NEVER} for never.
     */
    void set(long due) {
        if (ended || due == DueTimes.NEVER || (timer != null && timerAt <= due)) {
            return;
        }
        cancel();
        timerAt = due;
        // One that goes off early, by its own clock, must not do so again and again.
        long millis = Math.max(1, due - home.currentTimeMillis());
        timer = home.schedule(this::goOff, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void goOff() {
        timer = null;
        if (!ended) {
            action.run();
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** It does not go off any more. */
    void end() {
        ended = true;
        cancel();
    }
}
