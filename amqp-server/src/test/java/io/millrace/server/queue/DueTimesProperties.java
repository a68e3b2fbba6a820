package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The heap of times against the library's. */
class DueTimesProperties {
    private record Entry(long time, long sequence) {}

    @Property(tries = 200)
    void givesTheEarliestFirst(@ForAll long seed) {
        Random random = new Random(seed);
        DueTimes times = new DueTimes();
        PriorityQueue<Entry> model =
                new PriorityQueue<>(Comparator.comparingLong(Entry::time).thenComparingLong(Entry::sequence));
        for (int i = 0; i < 500; i++) {
            if (random.nextInt(3) != 0) {
                Entry entry = new Entry(random.nextInt(50), random.nextInt(1_000) * 1_000L + i);
                times.add(entry.time(), entry.sequence());
                model.add(entry);
            } else if (random.nextInt(20) == 0) {
                times.retain(sequence -> sequence % 3 != 0);
                model.removeIf(entry -> entry.sequence() % 3 == 0);
            } else if (!model.isEmpty()) {
                assertEquals(model.peek().time(), times.first());
                assertEquals(model.remove().sequence(), times.removeFirst());
            }
            assertEquals(model.size(), times.size());
        }
        while (!model.isEmpty()) {
            assertEquals(model.remove().sequence(), times.removeFirst());
        }
        assertEquals(DueTimes.NEVER, times.first());
    }
}
