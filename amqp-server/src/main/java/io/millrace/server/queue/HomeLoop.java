package io.millrace.server.queue;

import io.millrace.codec.ContentFiller;
import io.millrace.server.metrics.LoopCounters;
import java.util.concurrent.Future;

/**
 * An event loop as queues and channels see it: the one thread that may touch what lives there, and the things each loop
 * has one of.
 */
public interface HomeLoop {
    /** Whether the calling thread is this loop's. */
    boolean inLoop();

    /** Runs the task on this loop after what was handed over before it. */
    void execute(Runnable task);

    /** Runs the task on this loop after a while, unless it is cancelled. Any thread. */
    Future<?> schedule(Runnable task, long delayNanos);

    /** The time by this loop's clock, in nanoseconds since some beginning. Any thread. */
    long nanoTime();

    /** The time of day, in milliseconds since 1970; it may jump. Any thread. */
    long currentTimeMillis();

    /** Where the queues of this loop write what must outlive the process. */
    QueueJournal journal();

    /** Counters that only this loop's thread writes. */
    LoopCounters counters();

    /** Where the bodies of small messages go that arrive on this loop; null when each gets an array of its own. */
    default ContentFiller contents() {
        return null;
    }

    /** Runs the task now when the caller is on this loop, else hands it over. */
    default void run(Runnable task) {
        if (inLoop()) {
            task.run();
        } else {
            execute(task);
        }
    }
}
