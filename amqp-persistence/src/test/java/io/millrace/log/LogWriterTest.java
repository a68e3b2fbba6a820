package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The log, driven step by step on a disk in memory. */
final class LogWriterTest {
    private static final LogConfig SMALL = new LogConfig(4096, SyncMode.FSYNC, 1024, 2);

    private final FaultyFiles files = new FaultyFiles();

    @Test
    void recoversWhatIsNotAcknowledgedInOrder() throws IOException {
        LogWriter writer = open(files, new Recovered());
        write(writer, batch -> {
            batch.publish(1, 1, Bytes.of(1, 10));
            batch.publish(2, 7, Bytes.of(2, 0));
            batch.publish(1, 2, Bytes.of(3, 100));
            batch.publish(1, 5, Bytes.of(4, 33));
        });
        write(writer, batch -> batch.acknowledge(1, 2, 3));
        Recovered recovered = reopen(files);
        assertEquals(List.of(1L, 5L), recovered.sequences(1));
        assertEquals(List.of(7L), recovered.sequences(2));
        assertArrayEquals(
                Bytes.of(4, 33).octets(), recovered.messages.get(1).get(1).content());
        assertEquals(Map.of(1, 5L, 2, 7L), recovered.last);
    }

    @Test
    void syncsOnceAGroupAndNotForAcknowledgements() throws IOException {
        LogWriter writer = open(files, new Recovered());
        long syncs = writer.statistics().syncs();
        AppendBatch publish = new AppendBatch();
        publish.publish(1, 1, Bytes.of(1, 10));
        AppendBatch more = new AppendBatch();
        more.publish(1, 2, Bytes.of(1, 10));
        writer.write(List.of(publish, more));
        assertEquals(syncs + 1, writer.statistics().syncs());
        write(writer, batch -> batch.acknowledge(1, 1, 1));
        assertEquals(syncs + 1, writer.statistics().syncs());
        assertEquals(1, writer.statistics().liveMessages());
    }

    @Test
    void syncsNothingWhenTheOperatingSystemIsTrusted() throws IOException {
        LogWriter writer = Logs.open(files, SMALL.withSync(SyncMode.OS), new Recovered());
        long syncs = writer.statistics().syncs();
        for (int i = 1; i < 100; i++) {
            long sequence = i;
            write(writer, batch -> batch.publish(1, sequence, Bytes.of(1, 500)));
        }
        assertEquals(syncs, writer.statistics().syncs());
        assertEquals(99, reopen(files).count());
    }

    @Test
    void writesTheContentOfAMessageForManyQueuesOnce() throws IOException {
        LogWriter writer = open(files, new Recovered());
        Bytes content = Bytes.of(9, 1000);
        long before = writer.statistics().bytesWritten();
        write(writer, batch -> batch.publish(1, 1, content));
        write(writer, batch -> {
            for (int queue = 2; queue <= 10; queue++) {
                batch.publish(queue, 1, content);
            }
            batch.acknowledge(1, 1, 1);
        });
        assertTrue(writer.statistics().bytesWritten() - before < 1500);
        Recovered recovered = reopen(files);
        assertEquals(List.of(), recovered.sequences(1));
        for (int queue = 2; queue <= 10; queue++) {
            assertArrayEquals(
                    content.octets(), recovered.messages.get(queue).get(0).content());
        }
    }

    @Test
    void writesAContentAgainInTheNextFile() throws IOException {
        LogWriter writer = open(files, new Recovered());
        Bytes content = Bytes.of(9, 1500);
        Bytes other = Bytes.of(10, 1500);
        for (int i = 1; i <= 8; i++) {
            long sequence = i;
            write(writer, batch -> batch.publish(1, sequence, content));
            write(writer, batch -> batch.publish(2, sequence, other));
        }
        write(writer, batch -> batch.acknowledge(1, 1, 7));
        Recovered recovered = reopen(files);
        assertArrayEquals(content.octets(), recovered.messages.get(1).get(0).content());
        assertEquals(8, recovered.sequences(2).size());
    }

    @Test
    void forgetsDeletedQueuesAndThoseThatTheDefinitionsDoNotKnow() throws IOException {
        LogWriter writer = open(files, new Recovered());
        write(writer, batch -> {
            batch.publish(1, 1, Bytes.of(1, 10));
            batch.publish(2, 1, Bytes.of(1, 10));
            batch.publish(3, 1, Bytes.of(1, 10));
        });
        write(writer, batch -> batch.deleteQueue(1));
        Recovered recovered = new Recovered(2);
        open(files.copy(), recovered);
        assertEquals(List.of(), recovered.sequences(1));
        assertEquals(List.of(1L), recovered.sequences(3));
        assertEquals(Map.of(3, 1L), recovered.last);
    }

    @Test
    void reusesFilesWhoseMessagesAreGoneAndKeepsFewOfThem() throws IOException {
        LogWriter writer = open(files, new Recovered());
        for (int i = 1; i <= 200; i++) {
            long sequence = i;
            write(writer, batch -> {
                batch.publish(1, sequence, Bytes.of(1, 700));
                batch.acknowledge(1, sequence, sequence);
            });
            assertTrue(files.list().size() <= 4, () -> files.list().toString());
        }
        assertEquals(0, reopen(files).count());
        assertTrue(
                files.list().contains("00000000000000000040.wal"),
                () -> files.list().toString());
    }

    @Test
    void copiesWhatIsNeededOfTheOldestFileSoThatNoQueueHoldsUpTheOthers() throws IOException {
        LogWriter writer = open(files, new Recovered());
        write(writer, batch -> batch.publish(7, 1, Bytes.of(1, 10)));
        for (int i = 1; i <= 50; i++) {
            long sequence = i;
            write(writer, batch -> {
                batch.publish(1, sequence, Bytes.of(1, 700));
                batch.acknowledge(1, sequence, sequence);
            });
            assertTrue(writer.statistics().files() <= 4);
        }
        Recovered recovered = reopen(files);
        assertEquals(List.of(1L), recovered.sequences(7));
        assertEquals(1, recovered.count());
        write(writer, batch -> batch.acknowledge(7, 1, 1));
        finish(writer);
        assertEquals(List.of(), segments(files));
        assertEquals(0, reopen(files).count());
    }

    @Test
    void remembersTheLastSequenceWhenAllItsFilesAreGone() throws IOException {
        LogWriter writer = open(files, new Recovered());
        write(writer, batch -> {
            batch.publish(7, 1234, Bytes.of(1, 10));
            batch.acknowledge(7, 1234, 1234);
        });
        for (int i = 1; i <= 50; i++) {
            long sequence = i;
            write(writer, batch -> {
                batch.publish(1, sequence, Bytes.of(1, 700));
                batch.acknowledge(1, sequence, sequence);
            });
        }
        assertFalse(files.list().contains("00000000000000000001.wal"));
        assertEquals(1234L, reopen(files).last.get(7));
    }

    @Test
    void remembersTheLastSequenceWhenAFileWasGivenUpBecauseOfAcknowledgementsThatNobodyWaitedFor() throws IOException {
        LogWriter writer = open(files, new Recovered());
        write(writer, batch -> {
            for (int i = 1; i <= 101; i++) {
                batch.publish(1, i, Bytes.of(1, 1));
            }
        });
        for (int i = 1; i <= 101; i++) {
            long sequence = i;
            write(writer, batch -> batch.acknowledge(1, sequence, sequence));
        }
        assertFalse(files.list().contains("00000000000000000001.wal"));
        Recovered recovered = new Recovered();
        open(files.crash(Survival.NOTHING, new Random(1)), recovered);
        assertEquals(101L, recovered.last.get(1));
        assertEquals(0, recovered.count());
    }

    @Test
    void givesARecordThatFitsNoFileAFileOfItsOwn() throws IOException {
        LogWriter writer = open(files, new Recovered());
        for (int i = 1; i <= 3; i++) {
            long sequence = i * 10L;
            write(writer, batch -> {
                batch.publish(1, sequence, Bytes.of(sequence, 100));
                batch.publish(1, sequence + 1, Bytes.of(sequence + 1, 50_000));
                batch.publish(1, sequence + 2, Bytes.of(sequence + 2, 100));
            });
        }
        Recovered recovered = reopen(files);
        assertEquals(List.of(10L, 11L, 12L, 20L, 21L, 22L, 30L, 31L, 32L), recovered.sequences(1));
        assertArrayEquals(
                Bytes.of(21, 50_000).octets(), recovered.messages.get(1).get(4).content());
        write(writer, batch -> batch.acknowledge(1, 1, 100));
        finish(writer);
        assertEquals(List.of(), segments(files));
        assertEquals(0, reopen(files).count());
    }

    @Test
    void writesALargeMessageForManyQueuesOnce() throws IOException {
        LogWriter writer = open(files, new Recovered());
        Bytes content = Bytes.of(1, 50_000);
        write(writer, batch -> {
            for (int queue = 1; queue <= 8; queue++) {
                batch.publish(queue, 1, content);
            }
        });
        assertTrue(writer.statistics().bytesWritten() < 51_000);
        Recovered recovered = reopen(files);
        assertEquals(8, recovered.count());
        assertArrayEquals(content.octets(), recovered.messages.get(8).get(0).content());
    }

    @Test
    void knowsWhatWasDeliveredAfterACleanStopOnly() throws IOException {
        LogWriter writer = open(files, new Recovered());
        write(writer, batch -> {
            for (int i = 1; i <= 4; i++) {
                batch.publish(1, i, Bytes.of(i, 10));
                batch.publish(2, i, Bytes.of(i, 10));
            }
        });
        writer.closeCleanly(Map.of(1, 2L));
        Recovered afterStop = new Recovered();
        FaultyFiles again = files.copy();
        open(again, afterStop);
        assertEquals(List.of(true, true, false, false), maybeDelivered(afterStop, 1));
        assertEquals(List.of(false, false, false, false), maybeDelivered(afterStop, 2));
        Recovered afterCrash = new Recovered();
        open(again.crash(Survival.NOTHING, new Random(1)), afterCrash);
        assertEquals(List.of(true, true, true, true), maybeDelivered(afterCrash, 2));
    }

    @Test
    void refusesALogOfAnotherVersionWithBothVersionsInTheMessage() throws IOException {
        open(files, new Recovered()).closeCleanly(Map.of());
        files.flipBit("00000000000000000001.wal", 11, 1);
        IOException e = assertThrows(IOException.class, () -> open(files, new Recovered()));
        assertTrue(e.getMessage().contains("format version 3 (expected: 1)"), e.getMessage());
    }

    @Test
    void failsWhenTheDiskIsFullOnlyAfterItCouldNotAllocateAhead() throws IOException {
        LogWriter writer = open(files, new Recovered());
        files.limitSpace(1000);
        List<Long> written = new ArrayList<>();
        IOException e = assertThrows(IOException.class, () -> {
            for (long i = 1; i < 100; i++) {
                long sequence = i;
                write(writer, batch -> batch.publish(1, sequence, Bytes.of(1, 200)));
                written.add(sequence);
            }
        });
        assertTrue(e.getMessage().contains("No space left"), e.getMessage());
        // The file that was there is used up, and the half-made one is gone.
        assertTrue(written.size() >= 4096 / 250, written::toString);
        assertEquals(List.of("00000000000000000001.wal"), files.list());
        files.limitSpace(100_000);
        assertEquals(written, reopen(files).sequences(1));
    }

    @Test
    void refusesSequencesThatDoNotIncrease() throws IOException {
        LogWriter writer = open(files, new Recovered());
        write(writer, batch -> batch.publish(1, 5, Bytes.of(1, 10)));
        assertThrows(IllegalStateException.class, () -> write(writer, batch -> batch.publish(1, 5, Bytes.of(1, 10))));
    }

    @Test
    void refusesAContentThatIsNotAsLongAsItSays() throws IOException {
        LogWriter writer = open(files, new Recovered());
        StoredContent liar = new StoredContent() {
            @Override
            public int size() {
                return 10;
            }

            @Override
            public void writeTo(ContentSink sink) {
                sink.putLong(1);
            }
        };
        assertThrows(IllegalStateException.class, () -> write(writer, batch -> batch.publish(1, 1, liar)));
    }

    @Test
    void doesNotTakeTheRecordsOfASpareFileForNewOnesWhenTheLogWasTakenAway() throws IOException {
        LogWriter writer = open(files, new Recovered());
        for (int i = 1; i <= 10; i++) {
            long sequence = i;
            write(writer, batch -> {
                batch.publish(1, sequence, Bytes.of(1, 700));
                batch.acknowledge(1, sequence, sequence);
            });
        }
        writer.abandon();
        for (String name : files.list()) {
            if (name.endsWith(".wal")) {
                files.delete(name);
            }
        }
        assertEquals(0, reopen(files).count());
    }

    private static void finish(LogWriter writer) throws IOException {
        while (writer.segments().step()) {}
    }

    private static List<String> segments(FaultyFiles files) {
        return files.list().stream().filter(name -> name.endsWith(".seg")).toList();
    }

    private static List<Boolean> maybeDelivered(Recovered recovered, int queueId) {
        return recovered.messages.get(queueId).stream()
                .map(Recovered.Message::maybeDelivered)
                .toList();
    }

    private static LogWriter open(LogFiles files, Recovered recovered) throws IOException {
        return Logs.open(files, SMALL, recovered);
    }

    private static void write(LogWriter writer, Consumer<AppendBatch> effects) throws IOException {
        AppendBatch batch = new AppendBatch();
        effects.accept(batch);
        writer.write(List.of(batch));
        writer.afterGroup();
    }

    /** What a copy of the directory holds. */
    private static Recovered reopen(FaultyFiles files) throws IOException {
        Recovered recovered = new Recovered();
        open(files.copy(), recovered);
        return recovered;
    }
}
