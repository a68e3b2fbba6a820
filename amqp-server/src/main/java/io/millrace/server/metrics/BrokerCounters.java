package io.millrace.server.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The counters of the whole broker: the sums over those of its threads. Any thread may read. */
public final class BrokerCounters {
    private final List<LoopCounters> loops = new CopyOnWriteArrayList<>();

    /** Makes the counters of one more thread. What they count stays in the sums for good. */
    public LoopCounters forThread() {
        LoopCounters counters = new LoopCounters();
        loops.add(counters);
        return counters;
    }

    /** The sum over all threads. It may be behind by what they are adding at the moment, never ahead. */
    public long sum(BrokerCounter counter) {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.get(counter);
        }
        return sum;
    }

    long messageSizeCount(int bucket) {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.messageSizeCount(bucket);
        }
        return sum;
    }

    long messageSizeSum() {
        long sum = 0;
        for (LoopCounters loop : loops) {
            sum += loop.messageSizeSum();
        }
        return sum;
    }
}
