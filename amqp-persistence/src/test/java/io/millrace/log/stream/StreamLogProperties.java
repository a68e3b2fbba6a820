package io.millrace.log.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random histories of a stream against a model that is a map from offsets to messages: what was reported as durable is
 * read back from any offset, in order, with its content, after any crash, until retention takes whole segments of it.
 */
final class StreamLogProperties {
    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void durableMessagesSurviveCrashes(@ForAll long seed) throws IOException {
        new History(seed, new StreamLimits(2000, StreamLimits.NONE, StreamLimits.NONE, 16), 300).run();
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void retentionTakesOnlyTheOldest(@ForAll long seed) throws IOException {
        new History(seed, new StreamLimits(1000, 5000, 200, 16), 200).run();
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void largeMessagesSurviveCrashes(@ForAll long seed) throws IOException {
        new History(seed, new StreamLimits(1 << 20, StreamLimits.NONE, StreamLimits.NONE, 255), 600 << 10).run();
    }

    private static final class History {
        private static final List<Survival> SURVIVALS = List.of(Survival.values());
        private static final String[] FILTERS = {null, "a", "bb", "ccc"};

        final Random random;
        final StreamLimits limits;
        final int contentMax;
        FaultyFiles files = new FaultyFiles();
        HandDrivenStreams streams;

        /** What was reported as durable. */
        final NavigableMap<Long, TestMessage> durable = new TreeMap<>();
        /** What may or may not be there after a crash, by its content, which is unique. */
        final Map<String, TestMessage> inFlight = new HashMap<>();

        long contents;

        History(long seed, StreamLimits limits, int contentMax) {
            this.random = new Random(seed);
            this.limits = limits;
            this.contentMax = contentMax;
        }

        void run() throws IOException {
            open();
            int rounds = 1 + random.nextInt(4);
            for (int round = 0; round < rounds; round++) {
                int steps = random.nextInt(12);
                for (int step = 0; step < steps; step++) {
                    step();
                }
                crash();
                open();
                adoptSurvivors();
                checkReads();
            }
        }

        void open() throws IOException {
            streams = new HandDrivenStreams(files, limits, random.nextLong());
            streams.now += durable.size() * 100L;
            streams.log.listener((appends, end) -> {
                for (StreamAppend append : appends) {
                    TestAppend done = (TestAppend) append;
                    for (int i = 0; i < done.count(); i++) {
                        durable.put(done.firstOffset + i, done.messages.get(i));
                        inFlight.remove(key(done.messages.get(i)));
                    }
                }
            });
        }

        void step() {
            int batches = 1 + random.nextInt(3);
            for (int i = 0; i < batches; i++) {
                List<TestMessage> messages = new ArrayList<>();
                int count = 1 + random.nextInt(4);
                for (int j = 0; j < count; j++) {
                    TestMessage message = message();
                    messages.add(message);
                    inFlight.put(key(message), message);
                }
                streams.log.append(new TestAppend(messages));
            }
            streams.now += random.nextInt(100);
            switch (random.nextInt(6)) {
                case 0 -> files.failWrite(1 + random.nextInt(4), random.nextInt(600));
                case 1 -> streams.log.retain();
                default -> {
                    // Nothing goes wrong.
                }
            }
            streams.run();
            if (random.nextBoolean()) {
                streams.runLater();
            }
            if (random.nextInt(4) == 0) {
                checkReads();
            }
        }

        TestMessage message() {
            byte[] octets = new byte[Long.BYTES * 2 + random.nextInt(contentMax)];
            random.nextBytes(octets);
            byte[] unique = String.format("%016d", contents++).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(unique, 0, octets, 0, unique.length);
            return new TestMessage(octets, FILTERS[random.nextInt(FILTERS.length)]);
        }

        static String key(TestMessage message) {
            return new String(message.octets(), 0, Long.BYTES * 2, StandardCharsets.UTF_8);
        }

        void crash() {
            assertEquals(List.of(), streams.fatal);
            if (random.nextInt(4) == 0) {
                files.failWrite(1 + random.nextInt(3), random.nextInt(3000));
                streams.run();
            }
            files = files.crash(SURVIVALS.get(random.nextInt(SURVIVALS.size())), random);
        }

        /** What was not reported may be there, with its own content and in the order in which it was appended. */
        void adoptSurvivors() {
            long end = durable.isEmpty() ? 0 : durable.lastKey() + 1;
            assertTrue(streams.log.end() >= end, "lost the end");
            String before = "";
            for (var found :
                    streams.read(new StreamStart.Offset(end), null).messages.entrySet()) {
                String key = new String(found.getValue(), 0, Long.BYTES * 2, StandardCharsets.UTF_8);
                TestMessage message = inFlight.get(key);
                assertNotNull(message, "never published");
                assertTrue(Arrays.equals(message.octets(), found.getValue()), "other octets");
                assertTrue(before.compareTo(key) < 0, "out of order");
                before = key;
                durable.put(found.getKey(), message);
            }
            inFlight.clear();
        }

        void checkReads() {
            if (durable.isEmpty()) {
                return;
            }
            long first = streams.log.firstOffset();
            // A deletion is not synced: a crash may bring the oldest segments back, until the next one is full.
            assertTrue(limits.isUnlimited() ? first == durable.firstKey() : first <= durable.lastKey());
            check(first, null, "");
            long from = random.nextInt((int) streams.log.end() + 1);
            check(from, null, "");
            String wanted = FILTERS[1 + random.nextInt(FILTERS.length - 1)];
            boolean unfiltered = random.nextBoolean();
            StreamFilter filter = new StreamFilter(List.of(wanted.getBytes(StandardCharsets.UTF_8)), unfiltered);
            check(from, filter, wanted);
        }

        void check(long from, StreamFilter filter, String wanted) {
            TreeMap<Long, TestMessage> expected =
                    new TreeMap<>(durable.tailMap(Math.max(from, streams.log.firstOffset()), true));
            if (filter != null) {
                expected.values().removeIf(message -> !filter.matches(message.filterValue()));
                assertTrue(expected.values().stream()
                        .allMatch(m -> m.filter() == null || m.filter().equals(wanted)));
            }
            TreeMap<Long, byte[]> found = streams.read(new StreamStart.Offset(from), filter).messages;
            assertEquals(expected.keySet(), found.keySet());
            expected.forEach((offset, message) ->
                    assertTrue(Arrays.equals(message.octets(), found.get(offset)), () -> "octets at " + offset));
        }
    }
}
