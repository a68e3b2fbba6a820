package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Segments, driven step by step on a disk in memory. */
final class SegmentStoreTest {
    private static final LogConfig CONFIG = new LogConfig(4096, SyncMode.FSYNC, 1024, 2).withSegmentSize(4096);
    private static final int HEADER_BYTES = 32;
    /** The last octet of it. */
    private static final int VERSION_AT = 11;

    private FaultyFiles files = new FaultyFiles();
    private LogWriter writer;

    private void open() throws IOException {
        writer = LogWriter.open(files, CONFIG, Runnable::run, new Recovered());
    }

    private void step() throws IOException {
        while (writer.segments().step()) {}
    }

    /** Pages with 100 octets a message, one after the other; persistent ones are in the log too. */
    private void page(int queueId, long first, long last, boolean persistent) throws IOException {
        for (long sequence = first; sequence <= last; sequence++) {
            Bytes content = Bytes.of(sequence, 100);
            writer.segments().page(new TestPage(queueId, sequence).add(content, persistent));
            if (persistent) {
                AppendBatch batch = new AppendBatch();
                batch.publish(queueId, sequence, content);
                write(batch);
            }
            step();
        }
    }

    private void acknowledge(int queueId, long first, long last) throws IOException {
        AppendBatch batch = new AppendBatch();
        batch.acknowledge(queueId, first, last);
        write(batch);
        step();
    }

    private void write(AppendBatch batch) throws IOException {
        writer.write(List.of(batch));
        writer.afterGroup();
    }

    private TestRead read(int queueId, long after, int max) throws IOException {
        TestRead read = new TestRead(queueId, after, max);
        writer.segments().read(read);
        step();
        assertTrue(read.done);
        return read;
    }

    private List<String> segments() {
        return files.list().stream().filter(name -> name.endsWith(".seg")).toList();
    }

    private static List<Long> sequences(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void pagesAreReadInBlocksInOrder() throws IOException {
        open();
        page(1, 1, 100, true);
        assertTrue(segments().size() > 2);
        TestRead first = read(1, 0, 60);
        assertEquals(sequences(1, 60), first.sequences());
        TestRead second = read(1, first.after(), 60);
        assertEquals(sequences(61, 100), second.sequences());
        assertArrayEquals(Bytes.of(100, 100).octets(), second.contents.get(100L));
        assertEquals(sequences(31, 33), read(1, 30, 3).sequences());
        assertEquals(List.of(), read(2, 0, 10).sequences());
    }

    @Test
    void aSegmentIsUnlinkedAsSoonAsAllOfItIsAcknowledged() throws IOException {
        open();
        page(1, 1, 100, true);
        int before = segments().size();
        acknowledge(1, 2, 40);
        assertEquals(before, segments().size());
        acknowledge(1, 1, 1);
        assertEquals(before - 1, segments().size());
        acknowledge(1, 1, 100);
        assertEquals(List.of(), segments());
    }

    @Test
    void aTransientMessageIsGivenUpByBeingRead() throws IOException {
        open();
        page(1, 1, 100, false);
        assertEquals(sequences(1, 100), read(1, 0, 1000).sequences());
        assertEquals(List.of(), segments());
    }

    @Test
    void transientMessagesAndTheirFilesAreGoneAfterARestart() throws IOException {
        open();
        page(1, 1, 10, false);
        page(2, 1, 10, false);
        page(2, 11, 12, true);
        writer.closeCleanly(Map.of());
        Recovered recovered = new Recovered();
        writer = Logs.open(files, CONFIG, recovered);
        assertEquals(List.of(11L, 12L), recovered.sequences(2));
        assertEquals(1, segments().size());
    }

    @Test
    void theFilesOfADeletedQueueAreUnlinkedAtOnceAndOrphansAtTheStart() throws IOException {
        open();
        page(1, 1, 50, true);
        page(2, 1, 50, true);
        page(3, 1, 50, false);
        AppendBatch batch = new AppendBatch();
        batch.deleteQueue(1);
        write(batch);
        writer.segments().delete(3);
        step();
        assertTrue(
                segments().stream().allMatch(name -> name.startsWith("0000000002-")),
                () -> segments().toString());
        Recovered recovered = new Recovered(2);
        writer = Logs.open(files, CONFIG, recovered);
        assertEquals(0, recovered.count());
        assertEquals(List.of(), segments());
    }

    @Test
    void recoveryReadsNothingOfASegmentThatTheCheckpointKnows() throws IOException {
        open();
        page(1, 1, 100, true);
        writer.abandon();
        open();
        acknowledge(1, 1, 50);
        // Every record is damaged, and nobody notices before the messages are read.
        for (String name : segments()) {
            for (int at = HEADER_BYTES; at < files.content(name).length; at += 8) {
                files.flipBit(name, at, 0);
            }
        }
        writer.abandon();
        open();
        assertEquals(0, writer.statistics().corruptions());
        TestRead read = read(1, 0, 1000);
        assertEquals(List.of(), read.sequences());
        assertEquals(50, read.lost());
        assertTrue(writer.statistics().corruptions() > 0);
    }

    @Test
    void damageIsSteppedOverCountedAndKeptAside() throws IOException {
        open();
        page(1, 1, 20, true);
        page(2, 1, 20, true);
        String damaged = segments().get(0);
        files.flipBit(damaged, 1000, 1);
        TestRead read = read(1, 0, 1000);
        assertEquals(1, read.lost());
        assertEquals(19, read.sequences().size());
        assertEquals(20, read.after());
        assertEquals(sequences(1, 20), read(2, 0, 1000).sequences());
        assertEquals(1, writer.statistics().corruptions());
        acknowledge(1, 1, 20);
        assertFalse(files.list().contains(damaged));
        assertTrue(files.list().contains(damaged + ".corrupt"));
    }

    @Test
    void aBitFlippedAnywhereInASegmentNeverChangesAMessage() throws IOException {
        open();
        page(1, 1, 3, true);
        String name = segments().get(0);
        FaultyFiles good = files;
        int length = good.content(name).length;
        for (int octet = 0; octet < length; octet++) {
            files = good.copy();
            files.flipBit(name, octet, octet & 7);
            writer = LogWriter.open(files, CONFIG, Runnable::run, new Recovered());
            TestRead read = read(1, 0, 10);
            // It was not synced, so all of it is in the log still.
            assertEquals(3, read.sequences().size() + read.lost());
            read.contents.forEach((sequence, content) ->
                    assertArrayEquals(Bytes.of(sequence, 100).octets(), content));
        }
    }

    @Test
    void aDamagedCheckpointLosesNoMessage() throws IOException {
        open();
        page(1, 1, 40, true);
        writer.abandon();
        open();
        acknowledge(1, 1, 5);
        writer.abandon();
        FaultyFiles good = files;
        int length = good.content(Checkpoint.NAME).length;
        for (int octet = 12; octet < length; octet++) {
            files = good.copy();
            files.flipBit(Checkpoint.NAME, octet, octet & 7);
            Recovered recovered = new Recovered();
            writer = Logs.open(files, CONFIG, recovered);
            List<Long> sequences = recovered.sequences(1);
            assertEquals(sequences(6, 40), sequences.subList(sequences.size() - 35, sequences.size()));
        }
    }

    @Test
    void aCheckpointOfAnotherVersionIsRefusedWithBothVersionsInTheMessage() throws IOException {
        open();
        page(1, 1, 40, true);
        writer.abandon();
        open();
        writer.abandon();
        byte[] octets = files.content(Checkpoint.NAME);
        octets[VERSION_AT] = 1;
        files.content(Checkpoint.NAME, octets);
        IOException e = assertThrows(IOException.class, this::open);
        assertTrue(e.getMessage().contains("format version 1 (expected: 2)"), e.getMessage());
    }

    @Test
    void aFullDiskHoldsPagesBackUntilThereIsRoom() throws IOException {
        open();
        page(1, 1, 5, true);
        TestPage page = new TestPage(1, 6).add(Bytes.of(6, 100), false);
        writer.segments().page(page);
        files.limitSpace(50);
        assertThrows(IOException.class, () -> writer.segments().step());
        assertEquals(0, page.written);
        files.limitSpace(Long.MAX_VALUE);
        step();
        assertEquals(1, page.written);
        assertEquals(sequences(1, 6), read(1, 0, 10).sequences());
    }

    @Test
    void theLogWaitsWhenItsOldestFileCannotBeCopiedAndLosesNothing() throws IOException {
        open();
        files.limitSpace(20_000);
        long[] written = new long[1];
        assertThrows(IOException.class, () -> {
            for (long sequence = 1; sequence < 1000; sequence++) {
                AppendBatch batch = new AppendBatch();
                batch.publish(1, sequence, Bytes.of(sequence, 100));
                write(batch);
                written[0] = sequence;
            }
        });
        assertTrue(written[0] > 50, () -> "" + written[0]);
        FaultyFiles left = files.crash(Survival.NOTHING, new Random(1));
        Recovered recovered = new Recovered();
        Logs.open(left, CONFIG, recovered);
        List<Long> sequences = recovered.sequences(1);
        assertEquals(sequences(1, written[0]), sequences.subList(0, (int) written[0]));
    }

    private static final int SHARERS = 20;

    /** Two messages in each of many queues, in no write-ahead file any more. */
    private void share() throws IOException {
        open();
        for (int message = 1; message <= 2; message++) {
            for (int queueId = 1; queueId <= SHARERS; queueId++) {
                AppendBatch batch = new AppendBatch();
                batch.publish(queueId, message, Bytes.of(queueId * 10L + message, 30));
                write(batch);
            }
        }
        for (long sequence = 1; sequence <= 400; sequence++) {
            AppendBatch batch = new AppendBatch();
            batch.publish(SHARERS + 1, sequence, Bytes.of(sequence, 100));
            batch.acknowledge(SHARERS + 1, sequence, sequence);
            write(batch);
            step();
        }
    }

    private void checkSharers(Recovered recovered) {
        for (int queueId = 1; queueId <= SHARERS; queueId++) {
            assertEquals(List.of(1L, 2L), recovered.sequences(queueId), "queue " + queueId);
            assertArrayEquals(
                    Bytes.of(queueId * 10L + 2, 30).octets(),
                    recovered.messages.get(queueId).get(1).content());
        }
    }

    @Test
    void queuesWithFewMessagesShareFiles() throws IOException {
        share();
        assertTrue(segments().size() <= 2, () -> segments().toString());
        assertTrue(segments().stream().allMatch(name -> name.startsWith("0000000000-")));
        Recovered recovered = new Recovered();
        files = files.crash(Survival.NOTHING, new Random(1));
        writer = Logs.open(files, CONFIG, recovered);
        checkSharers(recovered);
        for (int queueId = 1; queueId < SHARERS; queueId++) {
            acknowledge(queueId, 1, 2);
        }
        assertTrue(segments().size() >= 1);
        AppendBatch batch = new AppendBatch();
        batch.deleteQueue(SHARERS);
        write(batch);
        step();
        assertEquals(List.of(), segments());
    }

    @Test
    void aSharedFileWithoutItsCheckpointIsReadThrough() throws IOException {
        share();
        writer.abandon();
        files.flipBit(Checkpoint.NAME, 50, 0);
        Recovered recovered = new Recovered(3);
        writer = Logs.open(files, CONFIG, recovered);
        assertEquals(List.of(), recovered.sequences(3));
        assertEquals(2 * SHARERS - 2, recovered.count());
    }

    @Test
    void aBitFlippedAnywhereInASharedFileCostsOneMessageAtMost() throws IOException {
        share();
        writer.abandon();
        String name = segments().get(0);
        FaultyFiles good = files;
        int length = good.content(name).length;
        for (int octet = HEADER_BYTES; octet < length; octet += 3) {
            files = good.copy();
            files.flipBit(name, octet, octet & 7);
            Recovered recovered = new Recovered();
            writer = Logs.open(files, CONFIG, recovered);
            assertTrue(recovered.count() >= 2 * SHARERS - 1, "lost by a bit of octet " + octet);
            for (int queueId = 1; queueId <= SHARERS; queueId++) {
                acknowledge(queueId, 1, 2);
            }
            boolean damaged = recovered.count() < 2 * SHARERS;
            assertEquals(damaged, files.list().contains(name + ".corrupt"));
        }
    }

    @Test
    void aSharedFileThatNoCheckpointNamesIsRubbish() throws IOException {
        share();
        writer.abandon();
        byte[] shared = files.content(segments().get(0));
        String newer = SegmentShelf.name(SegmentShelf.SHARED, 1000);
        files.content(newer, shared);
        Recovered recovered = new Recovered();
        writer = Logs.open(files, CONFIG, recovered);
        checkSharers(recovered);
        assertFalse(segments().contains(newer));
    }
}
