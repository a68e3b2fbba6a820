package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The accounting against maps from sequence to file. */
final class LiveMessagesProperties {
    private static final int FILES = 4;
    private static final int QUEUES = 3;

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void countsLikeAMap(@ForAll long seed) {
        Random random = new Random(seed);
        LiveMessages live = new LiveMessages();
        List<WalFile> files = new ArrayList<>();
        Map<Integer, NavigableMap<Long, WalFile>> model = new HashMap<>();
        long[] last = new long[QUEUES];
        int spread = 1 + random.nextInt(3000);
        for (int number = 1; number <= FILES; number++) {
            WalFile file = new WalFile(number, 4096);
            files.add(file);
            int operations = random.nextInt(400);
            for (int i = 0; i < operations; i++) {
                int queue = random.nextInt(QUEUES);
                NavigableMap<Long, WalFile> messages = model.computeIfAbsent(queue, q -> new TreeMap<>());
                int dice = random.nextInt(100);
                if (dice < 60) {
                    last[queue] += 1 + random.nextInt(spread);
                    live.published(queue, last[queue], file);
                    messages.put(last[queue], file);
                } else if (dice < 99) {
                    long first = (long) (random.nextDouble() * (last[queue] + 2));
                    long end = random.nextInt(20) == 0 ? Long.MAX_VALUE : first + random.nextInt(spread);
                    Map<Long, WalFile> range = messages.subMap(first, true, end, true);
                    assertEquals(range.size(), live.acknowledged(queue, first, end));
                    range.clear();
                } else {
                    live.deleted(queue);
                    messages.clear();
                }
                check(live, model, file);
            }
        }
        for (WalFile file : files) {
            Map<Integer, SequenceSet> taken = live.take(file);
            assertEquals(0, file.live);
            model.forEach((queue, messages) -> {
                SequenceSet ofQueue = taken.getOrDefault(queue, new SequenceSet());
                long count = messages.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(file))
                        .peek(entry -> assertTrue(ofQueue.contains(entry.getKey())))
                        .count();
                assertEquals(count, ofQueue.size());
            });
        }
        assertEquals(0, live.total());
    }

    private static void check(LiveMessages live, Map<Integer, NavigableMap<Long, WalFile>> model, WalFile file) {
        long total = 0;
        long inFile = 0;
        for (NavigableMap<Long, WalFile> messages : model.values()) {
            total += messages.size();
            inFile += messages.values().stream().filter(f -> f.equals(file)).count();
        }
        assertEquals(total, live.total());
        assertEquals(inFile, file.live);
    }
}
