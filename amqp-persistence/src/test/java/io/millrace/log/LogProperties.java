package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random histories of a log against a model that is nothing but maps: what was reported as durable and not acknowledged
 * is recovered once, in order, with its content; what was not published, or is of a deleted queue, is not.
 */
final class LogProperties {
    private static final int QUEUES = 6;

    @Property(tries = 1500, shrinking = ShrinkingMode.OFF)
    void durableMessagesSurviveCrashes(@ForAll long seed) throws IOException {
        new History(seed, new LogConfig(4096, SyncMode.FSYNC, 1024, 2), 600).run();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void durableMessagesSurviveCrashesInLargerFiles(@ForAll long seed) throws IOException {
        new History(seed, new LogConfig(64 << 10, SyncMode.FSYNC, 16 << 10, 1), 3000).run();
    }

    /** One history: operations in batches in groups, and now and then the end of the run. */
    private static final class History {
        private static final List<Survival> SURVIVALS = List.of(Survival.values());

        final Random random;
        final LogConfig config;
        final int contentMax;
        FaultyFiles files = new FaultyFiles();
        LogWriter writer;

        /** Per queue and sequence the content of what is published and not acknowledged. */
        final Messages expected = new Messages();
        /** Acknowledged, but perhaps not for good: acknowledgements are not waited for. */
        final Messages mayComeBack = new Messages();

        final Map<Integer, Long> next = new HashMap<>();
        final Map<Integer, Long> durableLast = new HashMap<>();
        final TreeSet<Integer> deleted = new TreeSet<>();
        int firstQueue = 1;
        long contents;

        History(long seed, LogConfig config, int contentMax) {
            this.random = new Random(seed);
            this.config = config;
            this.contentMax = contentMax;
        }

        void run() throws IOException {
            open(new Recovered());
            int rounds = 1 + random.nextInt(6);
            for (int round = 0; round < rounds; round++) {
                int groups = random.nextInt(12);
                for (int group = 0; group < groups; group++) {
                    durableGroup();
                }
                if (random.nextInt(3) == 0) {
                    stopAndOpen();
                } else {
                    crashAndOpen();
                }
            }
        }

        void open(Recovered recovered) throws IOException {
            writer = LogWriter.open(files, config, Runnable::run, recovered);
        }

        void durableGroup() throws IOException {
            List<AppendBatch> group = batches();
            boolean needsSync = group.stream().anyMatch(AppendBatch::needsSync);
            writer.write(group);
            writer.afterGroup();
            if (needsSync) {
                // A sync covers all that was written before it.
                mayComeBack.clear();
                durableLast.putAll(next);
            }
        }

        List<AppendBatch> batches() {
            List<AppendBatch> group = new ArrayList<>();
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                AppendBatch batch = new AppendBatch();
                int operations = random.nextInt(8);
                for (int j = 0; j < operations; j++) {
                    operation(batch);
                }
                group.add(batch);
            }
            return group;
        }

        void operation(AppendBatch batch) {
            int dice = random.nextInt(100);
            if (dice < 45) {
                publish(batch, queue(), content());
            } else if (dice < 55) {
                Bytes shared = content();
                for (int queue = firstQueue; queue < firstQueue + QUEUES; queue++) {
                    publish(batch, queue, shared);
                }
            } else if (dice < 98) {
                acknowledge(batch, queue());
            } else {
                delete(batch, queue());
            }
        }

        int queue() {
            return firstQueue + random.nextInt(QUEUES);
        }

        Bytes content() {
            int length = random.nextInt(50) == 0 ? random.nextInt(contentMax * 10) : random.nextInt(contentMax);
            return Bytes.of(++contents, length);
        }

        void publish(AppendBatch batch, int queue, Bytes content) {
            if (deleted.contains(queue)) {
                return;
            }
            // Gaps are messages that are not persistent.
            long sequence = next.getOrDefault(queue, 0L) + 1 + (random.nextInt(4) == 0 ? random.nextInt(9000) : 0);
            next.put(queue, sequence);
            batch.publish(queue, sequence, content);
            expected.of(queue).put(sequence, content.octets());
        }

        void acknowledge(AppendBatch batch, int queue) {
            NavigableMap<Long, byte[]> messages = expected.of(queue);
            if (messages.isEmpty()) {
                return;
            }
            long first = messages.firstKey();
            long last = messages.lastKey();
            if (random.nextInt(3) > 0) {
                // One in the middle, or some from there on.
                Long from = messages.ceilingKey(first + (long) (random.nextDouble() * (last - first + 1)));
                first = from == null ? first : from;
                last = random.nextBoolean() ? first : last;
            }
            batch.acknowledge(queue, first, last);
            Map<Long, byte[]> range = messages.subMap(first, true, last, true);
            mayComeBack.of(queue).putAll(range);
            range.clear();
        }

        void delete(AppendBatch batch, int queue) {
            if (!deleted.add(queue)) {
                return;
            }
            batch.deleteQueue(queue);
            expected.remove(queue);
            mayComeBack.remove(queue);
            next.remove(queue);
            durableLast.remove(queue);
            // Ids are not used again: the next free one takes its part.
            if (queue == firstQueue) {
                firstQueue++;
            }
        }

        void stopAndOpen() throws IOException {
            Map<Integer, Long> delivered = new HashMap<>();
            for (int queue = firstQueue; queue < firstQueue + QUEUES; queue++) {
                if (random.nextBoolean()) {
                    delivered.put(queue, (long) (random.nextDouble() * next.getOrDefault(queue, 0L)));
                }
            }
            writer.closeCleanly(delivered);
            files = files.crash(Survival.NOTHING, random);
            Recovered recovered = recover();
            mayComeBack.clear();
            durableLast.putAll(next);
            check(recovered, expected, expected);
            recovered.messages.forEach((queue, messages) -> {
                for (Recovered.Message message : messages) {
                    assertEquals(message.sequence() <= delivered.getOrDefault(queue, 0L), message.maybeDelivered());
                }
            });
        }

        /** A group may be under way when it happens; of that anything may be there. */
        void crashAndOpen() throws IOException {
            Messages least = expected.copy();
            if (random.nextBoolean()) {
                List<AppendBatch> group = batches();
                files.failWrite(1 + random.nextInt(4), random.nextInt(2000));
                try {
                    writer.write(group);
                    writer.afterGroup();
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains("injected"), e.getMessage());
                }
            }
            Survival survival = SURVIVALS.get(random.nextInt(SURVIVALS.size()));
            writer.abandon();
            files = files.crash(survival, random);
            // Deleting goes to the definitions first, so what is deleted in the model is not live.
            Recovered recovered = recover();
            Messages most = least.copy();
            most.add(expected);
            most.add(mayComeBack);
            // What the group under way acknowledged or deleted may be gone.
            least.retain(expected);
            most.removeQueues(deleted);
            check(recovered, least, most);
            adopt(recovered);
        }

        Recovered recover() throws IOException {
            Recovered recovered = new Recovered(deleted.toArray(Integer[]::new));
            open(recovered);
            return recovered;
        }

        /** After a crash the model goes on with what is there. */
        void adopt(Recovered recovered) {
            expected.clear();
            mayComeBack.clear();
            recovered.messages.forEach((queue, messages) -> {
                for (Recovered.Message message : messages) {
                    assertTrue(message.maybeDelivered());
                    expected.of(queue).put(message.sequence(), message.content());
                }
            });
            next.clear();
            next.putAll(recovered.last);
            durableLast.clear();
            durableLast.putAll(next);
        }

        void check(Recovered recovered, Messages least, Messages most) {
            Messages missing = least.copy();
            recovered.messages.forEach((queue, messages) -> {
                long previous = 0;
                for (Recovered.Message message : messages) {
                    assertTrue(message.sequence() > previous, "out of order");
                    previous = message.sequence();
                    byte[] content = most.of(queue).get(previous);
                    assertNotNull(content, () -> "invented in queue " + queue + ": " + message.sequence());
                    assertArrayEquals(content, message.content());
                    missing.of(queue).remove(previous);
                }
                assertTrue(recovered.last.get(queue) >= previous);
            });
            missing.byQueue.forEach((queue, messages) ->
                    assertTrue(messages.isEmpty(), () -> "queue " + queue + " lost " + messages.keySet()));
            durableLast.forEach((queue, last) ->
                    assertTrue(recovered.last.getOrDefault(queue, 0L) >= last, "last sequence went back"));
        }
    }

    /** Contents by queue and sequence. */
    private static final class Messages {
        final Map<Integer, NavigableMap<Long, byte[]>> byQueue = new HashMap<>();

        NavigableMap<Long, byte[]> of(int queue) {
            return byQueue.computeIfAbsent(queue, q -> new TreeMap<>());
        }

        Messages copy() {
            Messages copy = new Messages();
            copy.add(this);
            return copy;
        }

        void add(Messages others) {
            others.byQueue.forEach((queue, messages) -> of(queue).putAll(messages));
        }

        void retain(Messages others) {
            byQueue.forEach((queue, messages) ->
                    messages.keySet().retainAll(others.of(queue).keySet()));
        }

        void removeQueues(Set<Integer> queues) {
            byQueue.keySet().removeAll(queues);
        }

        void remove(int queue) {
            byQueue.remove(queue);
        }

        void clear() {
            byQueue.clear();
        }
    }
}
