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
        new History(seed, new LogConfig(4096, SyncMode.FSYNC, 1024, 2).withSegmentSize(4096), 600).run();
    }

    /** More files, so that more of them go without a copy, and segments that are longer than a file. */
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void durableMessagesSurviveCrashesWithMoreFiles(@ForAll long seed) throws IOException {
        LogConfig config = new LogConfig(4096, SyncMode.FSYNC, 4096, 2);
        new History(seed, config.withSegmentSize(16 << 10).withWalFilesMax(8), 600).run();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void durableMessagesSurviveCrashesInLargerFiles(@ForAll long seed) throws IOException {
        new History(seed, new LogConfig(64 << 10, SyncMode.FSYNC, 16 << 10, 1).withSegmentSize(8192), 3000).run();
    }

    /** Syncs of files and of the directory fail as well, and what was written before is never on the disk. */
    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void nothingIsDurableThatAFailedSyncDropped(@ForAll long seed) throws IOException {
        History history = new History(seed, new LogConfig(4096, SyncMode.FSYNC, 1024, 2).withSegmentSize(4096), 600);
        history.syncsFail = true;
        history.run();
    }

    /** A read at the start fails, whichever it is, and succeeds when it is tried again. */
    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void aReadThatFailsOnceCostsNothing(@ForAll long seed) throws IOException {
        History history = new History(seed, new LogConfig(4096, SyncMode.FSYNC, 1024, 2).withSegmentSize(4096), 600);
        history.readsFail = true;
        history.run();
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
        final ModelMessages expected = new ModelMessages();
        /** Acknowledged, but perhaps not for good: acknowledgements are not waited for. */
        final ModelMessages mayComeBack = new ModelMessages();

        final Map<Integer, Long> next = new HashMap<>();
        /** Of the messages that the log has heard of; nobody remembers the numbers of transient ones. */
        final Map<Integer, Long> logged = new HashMap<>();

        final Map<Integer, Long> durableLast = new HashMap<>();
        /** What must be in a segment as soon as everything that was handed over is done. */
        final Map<Integer, TreeSet<Long>> paged = new HashMap<>();

        final TreeSet<Integer> deleted = new TreeSet<>();
        /** Since the last start. */
        final List<Move> moves = new ArrayList<>();

        int firstQueue = 1;
        long contents;
        boolean syncsFail;
        boolean readsFail;
        /** What must be there while a group is being written; null: {@link #expected}. */
        ModelMessages promised;

        History(long seed, LogConfig config, int contentMax) {
            this.random = new Random(seed);
            this.config = config;
            this.contentMax = contentMax;
        }

        void run() throws IOException {
            writer = Logs.open(files, config, new Recovered());
            int rounds = 1 + random.nextInt(6);
            for (int round = 0; round < rounds; round++) {
                int groups = random.nextInt(12);
                boolean failed = syncsFail && workUntilASyncFails(groups);
                for (int group = 0; group < groups && !syncsFail; group++) {
                    durableGroup();
                    segmentWork();
                }
                if (!failed && random.nextInt(3) == 0) {
                    stopAndOpen();
                } else {
                    crashAndOpen(failed);
                }
            }
        }

        /** Whether one failed, which ends the process. */
        boolean workUntilASyncFails(int groups) throws IOException {
            if (random.nextBoolean()) {
                files.failForce(1 + random.nextInt(2 * groups + 1));
            } else {
                files.failDirectoryForce(1 + random.nextInt(groups / 2 + 1));
            }
            try {
                for (int group = 0; group < groups; group++) {
                    durableGroup();
                    segmentWork();
                }
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("injected force failure"), e.getMessage());
                return true;
            }
            files.failForce(0);
            files.failDirectoryForce(0);
            return false;
        }

        void durableGroup() throws IOException {
            promised = expected.copy();
            List<AppendBatch> group = batches();
            boolean needsSync = group.stream().anyMatch(AppendBatch::needsSync);
            writer.write(group);
            promised = null;
            writer.afterGroup();
            if (needsSync) {
                // A sync covers all that was written before it.
                mayComeBack.clear();
                durableLast.putAll(logged);
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
            if (dice < 15) {
                page(batch, queue());
            } else if (dice < 45) {
                publish(batch, queue(), content());
            } else if (dice < 52) {
                move(batch, queue(), queue());
            } else if (dice < 60) {
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
            logged.put(queue, sequence);
            batch.publish(queue, sequence, content);
            expected.of(queue).put(sequence, content.octets());
        }

        /** Some message of one queue goes to another one, or to the end of its own. */
        void move(AppendBatch batch, int from, int queue) {
            NavigableMap<Long, byte[]> messages = expected.of(from);
            if (messages.isEmpty() || deleted.contains(queue)) {
                return;
            }
            Long first = messages.ceilingKey((long) (random.nextDouble() * messages.lastKey()));
            byte[] content = messages.remove(first);
            mayComeBack.of(from).put(first, content);
            long sequence = next.getOrDefault(queue, 0L) + 1;
            next.put(queue, sequence);
            logged.put(queue, sequence);
            if (random.nextBoolean()) {
                writer.segments().page(new TestPage(queue, sequence).add(new Bytes(content), true));
                paged.computeIfAbsent(queue, q -> new TreeSet<>()).add(sequence);
            }
            batch.move(queue, sequence, new Bytes(content), from, first);
            expected.of(queue).put(sequence, content);
            moves.add(new Move(from, first, queue, sequence));
            if (random.nextBoolean()) {
                // Whoever moved it may be done with it at once.
                batch.acknowledge(from, first, first);
            }
        }

        /** What a queue has no room for: handed over first, and then to the log, as far as it is persistent. */
        void page(AppendBatch batch, int queue) {
            if (deleted.contains(queue)) {
                return;
            }
            long first = next.getOrDefault(queue, 0L) + 1 + (random.nextInt(4) == 0 ? random.nextInt(50) : 0);
            TestPage page = new TestPage(queue, first);
            int count = 1 + random.nextInt(4);
            for (long sequence = first; sequence < first + count; sequence++) {
                Bytes content = content();
                boolean persistent = random.nextInt(3) > 0;
                page.add(content, persistent);
                if (persistent) {
                    logged.put(queue, sequence);
                    batch.publish(queue, sequence, content);
                    expected.of(queue).put(sequence, content.octets());
                    paged.computeIfAbsent(queue, q -> new TreeSet<>()).add(sequence);
                }
            }
            next.put(queue, first + count - 1);
            writer.segments().page(page);
        }

        void segmentWork() throws IOException {
            int dice = random.nextInt(10);
            if (dice == 0) {
                files.limitSpace(random.nextInt(3000));
            } else if (dice == 1) {
                files.failWrite(1 + random.nextInt(3), random.nextInt(1000));
            }
            try {
                int steps = random.nextInt(4);
                for (int i = 0; i < steps; i++) {
                    writer.segments().step();
                }
            } catch (SyncFailedException e) {
                throw e;
            } catch (IOException e) {
                // It goes on when the disk does.
                assertTrue(dice <= 1, e.getMessage());
            }
            files.limitSpace(Long.MAX_VALUE);
            files.failWrite(0, 0);
            if (dice == 2) {
                readBack(queue());
            }
        }

        /** What was handed over can be read, at once. */
        void readBack(int queue) throws IOException {
            while (writer.segments().step()) {}
            TestRead read = new TestRead(queue, 0, Integer.MAX_VALUE);
            writer.segments().read(read);
            writer.segments().step();
            assertEquals(0, read.lost());
            for (long sequence : paged.getOrDefault(queue, new TreeSet<>())) {
                byte[] content = expected.of(queue).get(sequence);
                if (content != null) {
                    assertArrayEquals(content, read.contents.get(sequence), () -> "not in a segment: " + sequence);
                }
            }
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
            paged.remove(queue);
            expected.remove(queue);
            mayComeBack.remove(queue);
            next.remove(queue);
            logged.remove(queue);
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
            boolean finishSegments = random.nextBoolean();
            while (finishSegments && writer.segments().step()) {}
            writer.closeCleanly(delivered);
            files = files.crash(Survival.NOTHING, random);
            Recovered recovered = recover();
            mayComeBack.clear();
            moves.clear();
            durableLast.putAll(logged);
            check(recovered, expected, expected);
            recovered.messages.forEach((queue, messages) -> {
                paged.put(queue, new TreeSet<>(recovered.sequences(queue)));
                for (Recovered.Message message : messages) {
                    assertEquals(message.sequence() <= delivered.getOrDefault(queue, 0L), message.maybeDelivered());
                }
            });
        }

        /** A group may be under way when it happens; of that anything may be there. */
        void crashAndOpen(boolean failed) throws IOException {
            ModelMessages least = promised == null ? expected.copy() : promised;
            promised = null;
            if (!failed && random.nextBoolean()) {
                List<AppendBatch> group = batches();
                files.failWrite(1 + random.nextInt(4), random.nextInt(2000));
                try {
                    writer.segments().step();
                    writer.write(group);
                    writer.afterGroup();
                    writer.segments().step();
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains("injected"), e.getMessage());
                    stepsOfAFailedLog();
                }
            }
            Survival survival = SURVIVALS.get(random.nextInt(SURVIVALS.size()));
            writer.abandon();
            files = files.crash(survival, random);
            // What happened after a hole in what was not synced may not make up for what is in it.
            boolean hole = inspect().damages() > 0;
            if (random.nextInt(4) == 0) {
                recoverUntilItFails();
            }
            // Deleting goes to the definitions first, so what is deleted in the model is not live.
            Recovered recovered = recover();
            ModelMessages before = least.copy();
            ModelMessages most = least.copy();
            most.add(expected);
            most.add(mayComeBack);
            // What the group under way acknowledged or deleted may be gone.
            least.retain(expected);
            most.removeQueues(deleted);
            check(recovered, least, most);
            if (!hole) {
                checkMoves(recovered, before);
            }
            adopt(recovered);
        }

        /** The segments have a thread of their own, and may get to what they were told before they hear of it. */
        void stepsOfAFailedLog() {
            files.failWrite(0, 0);
            try {
                for (int steps = random.nextInt(20); steps > 0; steps--) {
                    writer.segments().step();
                }
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("injected"), e.getMessage());
            }
        }

        LogInspection.Summary inspect() throws IOException {
            return LogInspection.inspect(files.copy(), queue -> !deleted.contains(queue), (file, offset, what) -> {});
        }

        Recovered recover() throws IOException {
            LogInspection.Summary found = inspect();
            Recovered recovered = new Recovered(deleted.toArray(Integer[]::new));
            if (readsFail) {
                files.failRead(1 + random.nextInt(100));
            }
            writer = Logs.open(files, config, recovered);
            Map<Integer, Long> counts = new TreeMap<>();
            recovered.messages.forEach((queue, messages) -> counts.put(queue, (long) messages.size()));
            assertEquals(counts, found.messages());
            return recovered;
        }

        void recoverUntilItFails() {
            files.failWrite(1 + random.nextInt(8), random.nextInt(2000));
            try {
                Logs.open(files, config, new Recovered(deleted.toArray(Integer[]::new)));
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("injected"), e.getMessage());
            }
            files = files.crash(SURVIVALS.get(random.nextInt(SURVIVALS.size())), random);
        }

        /** After a crash the model goes on with what is there. */
        void adopt(Recovered recovered) {
            moves.clear();
            expected.clear();
            mayComeBack.clear();
            recovered.messages.forEach((queue, messages) -> {
                for (Recovered.Message message : messages) {
                    assertTrue(message.maybeDelivered());
                    expected.of(queue).put(message.sequence(), message.content());
                }
            });
            paged.clear();
            recovered.messages.forEach(
                    (queue, messages) -> paged.put(queue, new TreeSet<>(recovered.sequences(queue))));
            next.clear();
            next.putAll(recovered.last);
            logged.clear();
            logged.putAll(next);
            durableLast.clear();
            durableLast.putAll(logged);
        }

        /** @param before what was there for sure when the group under way began */
        void checkMoves(Recovered recovered, ModelMessages before) {
            Map<Integer, Set<Long>> found = new HashMap<>();
            recovered.messages.forEach((queue, messages) -> found.put(queue, Set.copyOf(recovered.sequences(queue))));
            for (Move move : moves) {
                boolean there = found.getOrDefault(move.to, Set.of()).contains(move.toSequence);
                boolean here = found.getOrDefault(move.from, Set.of()).contains(move.fromSequence);
                assertTrue(!there || !here, () -> move + " left it in both");
                boolean mustBe = before.of(move.from).containsKey(move.fromSequence)
                        && expected.of(move.to).containsKey(move.toSequence)
                        && !deleted.contains(move.from);
                assertTrue(there || here || !mustBe, () -> move + " left it in neither");
            }
        }

        void check(Recovered recovered, ModelMessages least, ModelMessages most) {
            ModelMessages missing = least.copy();
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

    private record Move(int from, long fromSequence, int to, long toSequence) {}
}
