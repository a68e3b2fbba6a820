package io.millrace.server.queue;

import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.metrics.LoopCounters;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A loop whose tasks the test runs by hand, so that it can force every interleaving of loops in one thread. The test
 * says on which loop it "is" by {@link #on}; whatever is handed to another loop waits until {@link #runOne}.
 */
public final class TestLoop implements HomeLoop {
    /** Which loop the test's thread plays at the moment; all loops of a test share one. */
    public static final class Stage {
        private TestLoop current;
    }

    /** What the time of day is at first. */
    public static final long MIDNIGHT = 1_700_006_400_000L;

    private final Stage stage;
    private final String name;
    private final RecordingJournal journal = new RecordingJournal();
    private final LoopCounters counters;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::deadline));
    private long nanoTime;

    public TestLoop(Stage stage, String name, BrokerCounters counters) {
        this.stage = stage;
        this.name = name;
        this.counters = counters.forThread();
    }

    public TestLoop(String name) {
        this(new Stage(), name, new BrokerCounters());
    }

    @Override
    public boolean inLoop() {
        return stage.current == this;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (task instanceof CompletableFuture.AsynchronousCompletionTask) {
            // The definitions thread waits for this very task, so the loop gets to it now.
            runAll();
        }
    }

    /** Runs the action as this loop's thread. */
    public void on(Runnable action) {
        call(() -> {
            action.run();
            return null;
        });
    }

    /** Runs the call as this loop's thread. */
    public <T> T call(Supplier<T> call) {
        TestLoop before = stage.current;
        stage.current = this;
        try {
            return call.get();
        } finally {
            stage.current = before;
        }
    }

    /** How many tasks wait. */
    public int waiting() {
        return tasks.size();
    }

    /** Runs the oldest task; false when there is none. */
    public boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        on(task);
        return true;
    }

    /** Runs tasks until none is left. */
    public void runAll() {
        while (runOne()) {
            // All that it does is in the condition.
        }
    }

    @Override
    public Future<?> schedule(Runnable task, long delayNanos) {
        FutureTask<Void> timer = new FutureTask<>(task, null);
        timers.add(new Timer(nanoTime + delayNanos, timer));
        return timer;
    }

    private record Timer(long deadline, FutureTask<Void> task) {}

    @Override
    public long nanoTime() {
        return nanoTime;
    }

    @Override
    public long currentTimeMillis() {
        return MIDNIGHT + TimeUnit.NANOSECONDS.toMillis(nanoTime);
    }

    /** Lets time go by, and runs what was scheduled for it. */
    public void elapse(long millis) {
        long end = nanoTime + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!timers.isEmpty() && timers.peek().deadline() <= end) {
            Timer next = timers.remove();
            nanoTime = next.deadline();
            on(next.task());
            runAll();
        }
        nanoTime = end;
    }

    /** It is later now, and no timer went off yet. */
    public void later(long millis) {
        nanoTime += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** How many timers are set and not cancelled. */
    public long timersSet() {
        return timers.stream().filter(timer -> !timer.task().isCancelled()).count();
    }

    @Override
    public RecordingJournal journal() {
        return journal;
    }

    @Override
    public LoopCounters counters() {
        return counters;
    }

    @Override
    public String toString() {
        return name;
    }
}
