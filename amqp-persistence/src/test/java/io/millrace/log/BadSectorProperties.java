package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** A log of which the disk cannot read a part: each part, once. Whatever is not in it is there. */
final class BadSectorProperties {
    private static final int PAGE_BYTES = 4096;
    private static final int QUEUES = 5;
    private static final LogConfig CONFIG = new LogConfig(32 << 10, SyncMode.FSYNC, 8192, 2).withSegmentSize(24 << 10);

    private final Map<Message, Bytes> needed = new HashMap<>();
    private final Map<Message, Bytes> published = new HashMap<>();
    private final Map<Integer, Long> last = new HashMap<>();
    private FaultyFiles files = new FaultyFiles();

    private record Message(int queue, long sequence) {}

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void aBadPageCostsWhatIsInItAndKeepsNoLogDown(@ForAll long seed) throws IOException {
        leaveLog(new Random(seed));
        for (String name : files.list()) {
            for (int at = 0; at < files.content(name).length; at += PAGE_BYTES) {
                FaultyFiles disk = files.copy();
                disk.breakPage(name, at);
                Set<Message> inPage = messagesAt(name, at);
                start(disk, inPage, name + " at " + at);
            }
        }
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void whatWasReadOnceAndThenNeverAgainKeepsNoLogDown(@ForAll long seed) throws IOException {
        leaveLog(new Random(seed));
        for (String name : files.list()) {
            int reads = readsOfAStart();
            Random random = new Random(seed);
            for (int i = 0; i < 20; i++) {
                FaultyFiles disk = files.copy();
                int octet = random.nextInt(Math.max(1, disk.content(name).length));
                disk.breakPageAfter(name, octet, random.nextInt(reads));
                Recovered recovered = new Recovered();
                Logs.open(disk, CONFIG, recovered).abandon();
                check(recovered, messagesAt(name, octet & -PAGE_BYTES), name + " at " + octet);
            }
        }
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void aSegmentThatCannotBeOpenedKeepsNoLogDown(@ForAll long seed) throws IOException {
        leaveLog(new Random(seed));
        for (String name : files.list()) {
            FaultyFiles disk = files.copy();
            disk.failOpen(name);
            Recovered recovered = new Recovered();
            if (FileShelf.isWal(name)) {
                assertTrue(assertThrows(IOException.class, () -> open(disk, recovered))
                        .getMessage()
                        .contains(name));
                disk.failOpen("");
                start(disk, Set.of(), name);
            } else if (!name.endsWith(".spare")) {
                LogWriter writer = open(disk, recovered);
                disk.failOpen("");
                recovered.readAll(writer.segments());
                // Of a segment the end only is looked at, and that is in the log as well.
                check(recovered, Set.of(), name);
            }
        }
    }

    @Example
    void aFileThatCanHardlyBeReadIsAReasonNotToStart() throws IOException {
        LogConfig config = new LogConfig(8 << 20, SyncMode.FSYNC, 8192, 2);
        LogWriter writer = Logs.open(files, config, new Recovered());
        AppendBatch batch = new AppendBatch();
        batch.publish(1, 1, Bytes.of(1, 100));
        writer.write(List.of(batch));
        writer.abandon();
        String name = FileShelf.walName(1);
        FaultyFiles disk = files.copy();
        for (int at = 0; at < 8 << 20; at += PAGE_BYTES) {
            disk.breakPage(name, at);
        }
        IOException e = assertThrows(IOException.class, () -> Logs.open(disk, config, new Recovered()));
        assertTrue(e.getMessage().contains("cannot be read"), e.getMessage());
        assertArrayEquals(files.content(name), disk.content(name));
    }

    /** A log with files of each kind, in which some of the messages are acknowledged. */
    private void leaveLog(Random random) throws IOException {
        files = new FaultyFiles();
        needed.clear();
        published.clear();
        last.clear();
        LogWriter writer = Logs.open(files, CONFIG, new Recovered());
        for (int group = 0; group < 60; group++) {
            AppendBatch batch = new AppendBatch();
            for (int i = 0; i < 5; i++) {
                int queue = 1 + Math.min(random.nextInt(QUEUES), random.nextInt(QUEUES));
                publish(batch, queue, Bytes.of(random.nextInt(), random.nextInt(900)));
            }
            if (random.nextInt(3) == 0) {
                acknowledgeSome(batch, random);
            }
            writer.write(List.of(batch));
            writer.afterGroup();
            while (random.nextBoolean() && writer.segments().step()) {}
        }
        writer.abandon();
        files = files.crash(Survival.NOTHING, random);
        Recovered recovered = new Recovered();
        Logs.open(files.copy(), CONFIG, recovered).abandon();
        check(recovered, Set.of(), "nothing wrong");
    }

    private void publish(AppendBatch batch, int queue, Bytes content) {
        long sequence = last.merge(queue, 1L, Long::sum);
        batch.publish(queue, sequence, content);
        needed.put(new Message(queue, sequence), content);
        published.put(new Message(queue, sequence), content);
    }

    private void acknowledgeSome(AppendBatch batch, Random random) {
        int queue = 1 + random.nextInt(QUEUES);
        long newest = last.getOrDefault(queue, 0L);
        long first = 1 + (long) (random.nextDouble() * newest);
        long end = Math.min(newest, first + random.nextInt(10));
        if (first > end) {
            return;
        }
        batch.acknowledge(queue, first, end);
        needed.keySet().removeIf(m -> m.queue == queue && m.sequence >= first && m.sequence <= end);
    }

    /** The messages of which a record lies in this page. */
    private Set<Message> messagesAt(String name, long page) throws IOException {
        Set<Message> messages = new HashSet<>();
        LogInspection.inspect(files.copy(), queue -> true, new LogInspection.Listener() {
            @Override
            public void record(
                    String file, long offset, String type, int queue, long first, long lastSequence, long octets) {
                boolean inPage = offset < page + PAGE_BYTES && offset + RecordFormat.recordBytes(octets) > page;
                if (file.equals(name) && inPage && type.equals("publish")) {
                    messages.add(new Message(queue, first));
                }
            }

            @Override
            public void damage(String file, long offset, String what) {
                throw new AssertionError(file + " at " + offset + ": " + what);
            }
        });
        return messages;
    }

    private int readsOfAStart() throws IOException {
        FaultyFiles disk = files.copy();
        open(disk, new Recovered());
        return disk.reads();
    }

    private static LogWriter open(FaultyFiles disk, Recovered recovered) throws IOException {
        return LogWriter.open(disk, CONFIG, Runnable::run, recovered);
    }

    /** And goes on with it, and starts again. */
    private void start(FaultyFiles disk, Set<Message> mayBeLost, String what) throws IOException {
        List<String> before = disk.list();
        Recovered recovered = new Recovered();
        LogWriter writer = Logs.open(disk, CONFIG, recovered);
        check(recovered, mayBeLost, what);
        boolean lost = needed.keySet().stream()
                .anyMatch(message -> !recovered.sequences(message.queue).contains(message.sequence));
        if (lost) {
            assertTrue(writer.statistics().corruptions() > 0, "nothing said of " + what);
        }
        AppendBatch batch = new AppendBatch();
        long next = recovered.last.getOrDefault(1, 0L) + 1;
        batch.publish(1, next, Bytes.of(5, 50));
        writer.write(List.of(batch));
        writer.afterGroup();
        List<Long> expected = new ArrayList<>(recovered.sequences(1));
        expected.add(next);
        writer.abandon();
        Recovered again = new Recovered();
        LogWriter second = Logs.open(disk.crash(Survival.NOTHING, new Random(1)), CONFIG, again);
        assertEquals(expected, again.sequences(1), what);
        second.abandon();
        for (String name : before) {
            boolean kept = disk.list().contains(name) || disk.list().contains(name + ".corrupt");
            assertTrue(kept || !lost || !what.startsWith(name), () -> "not kept: " + name);
        }
    }

    private void check(Recovered recovered, Set<Message> mayBeLost, String what) {
        Set<Message> found = new HashSet<>();
        recovered.messages.forEach((queue, messages) -> {
            long previous = 0;
            for (Recovered.Message message : messages) {
                Bytes content = published.get(new Message(queue, message.sequence()));
                assertNotNull(content, "invented");
                assertArrayEquals(content.octets(), message.content());
                assertTrue(message.sequence() > previous, "out of order");
                previous = message.sequence();
                assertTrue(found.add(new Message(queue, previous)));
            }
        });
        for (Message message : needed.keySet()) {
            assertFalse(!found.contains(message) && !mayBeLost.contains(message), () -> message + " lost with " + what);
        }
    }
}
