package io.millrace.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerCountersTest {
    private final BrokerCounters counters = new BrokerCounters();

    @Test
    void everyCounterStartsAtZeroAndCountsForItself() {
        LoopCounters loop = counters.forThread();
        long amount = 1;
        for (BrokerCounter counter : BrokerCounter.values()) {
            assertEquals(0, counters.sum(counter));
            loop.add(counter, amount++);
        }
        loop.addMessageSize(7);

        amount = 1;
        for (BrokerCounter counter : BrokerCounter.values()) {
            assertEquals(amount++, counters.sum(counter), counter.name());
        }
    }

    @Test
    void sumsAreOverAllThreads() {
        LoopCounters first = counters.forThread();
        LoopCounters second = counters.forThread();
        first.add(BrokerCounter.RECEIVED, 40);
        first.increment(BrokerCounter.RECEIVED);
        second.add(BrokerCounter.RECEIVED, 1);

        assertEquals(42, counters.sum(BrokerCounter.RECEIVED));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "100, 0",
        "101, 1",
        "1000, 1",
        "1001, 2",
        "10000, 2",
        "100000, 3",
        "1000000, 4",
        "10000000, 5",
        "50000000, 6",
        "50000001, 7",
        "100000000, 7",
        "100000001, 8",
        "9223372036854775807, 8",
    })
    void sizesAreSortedIntoBuckets(long bytes, int bucket) {
        counters.forThread().addMessageSize(bytes);
        counters.forThread().addMessageSize(0);

        assertEquals(bucket == 0 ? 2 : 1, counters.messageSizeCount(bucket));
        assertEquals(bytes, counters.messageSizeSum());
        assertTrue(bytes <= MessageSizes.upperBound(bucket));
        assertTrue(bucket == 0 || bytes > MessageSizes.upperBound(bucket - 1));
    }

    @Test
    @Timeout(60)
    void readersSeeValuesGrowAndNothingIsLost() throws Exception {
        int threads = 3;
        int rounds = 200_000;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> adders = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                LoopCounters own = counters.forThread();
                adders.add(executor.submit(() -> {
                    for (int n = 0; n < rounds; n++) {
                        own.add(BrokerCounter.DELIVERED, 2);
                    }
                }));
            }
            long seen = 0;
            while (!adders.stream().allMatch(Future::isDone)) {
                long now = counters.sum(BrokerCounter.DELIVERED);
                assertTrue(now >= seen, "sum: " + now + " (expected: >= " + seen + ")");
                seen = now;
            }
            for (Future<?> adder : adders) {
                adder.get();
            }
        } finally {
            executor.shutdown();
            assertTrue(executor.awaitTermination(30, TimeUnit.SECONDS));
        }

        assertEquals(2L * threads * rounds, counters.sum(BrokerCounter.DELIVERED));
    }
}
