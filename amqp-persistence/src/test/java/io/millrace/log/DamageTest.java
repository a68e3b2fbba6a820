package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every single octet that can be wrong, wrong once. */
final class DamageTest {
    private static final LogConfig CONFIG = new LogConfig(4096, SyncMode.FSYNC, 4096, 2);
    private static final String FIRST = "00000000000000000001.wal";
    private static final int VERSION_AT = 8;

    private final FaultyFiles files = new FaultyFiles();
    private LogWriter writer;
    private int published;

    @BeforeEach
    void openLog() throws IOException {
        writer = Logs.open(files, CONFIG, new Recovered());
    }

    @Test
    void aWriteTornAtAnyOctetLosesNothingThatWasDurable() throws IOException {
        publish(1, 40);
        publish(1, 0);
        int length = 12 + 8 + 57 + 4 + 7 & -8;
        for (int octets = 0; octets <= length; octets++) {
            FaultyFiles disk = files.copy();
            LogWriter torn = Logs.open(disk, CONFIG, new Recovered());
            disk.failWrite(1, octets);
            AppendBatch batch = new AppendBatch();
            batch.publish(1, 3, content(3, 57));
            if (octets < length) {
                assertThrows(IOException.class, () -> torn.write(List.of(batch)));
            }
            Recovered recovered = new Recovered();
            LogWriter next = Logs.open(disk.crash(Survival.EVERYTHING, new Random(1)), CONFIG, recovered);
            // The checksum may have made it while the padding behind it did not.
            boolean whole = recovered.sequences(1).size() == 3;
            assertEquals(whole ? List.of(1L, 2L, 3L) : List.of(1L, 2L), recovered.sequences(1));
            assertTrue(!whole || octets >= 12 + 8 + 57 + 4, "torn at " + octets);
            assertEquals(0, next.statistics().corruptions());
            checkContents(recovered);
        }
    }

    @Test
    void aMoveTornAtAnyOctetLeavesTheMessageInOneOfTheQueues() throws IOException {
        publish(1, 40);
        publish(2, 0);
        publish(1, 57);
        tearMoves(false);
    }

    /** The segments give it up when the move is as safe as it will be, and keep what was moved only then. */
    @Test
    void soDoesOneOfWhatIsInSegments() throws IOException {
        publishIntoSegment();
        tearMoves(false);
    }

    @Test
    void soDoesOneThatIsAcknowledgedWhereItWasBesides() throws IOException {
        publishIntoSegment();
        tearMoves(true);
    }

    private void publishIntoSegment() throws IOException {
        publish(1, 40);
        publish(2, 0);
        writer.segments().page(new TestPage(1, 3).add(content(3, 57), true));
        publish(1, 57);
        // Until nothing but the segments has it.
        while (files.list().contains(FIRST)) {
            publish(9, 500);
            writer.afterGroup();
            while (writer.segments().step()) {}
        }
    }

    private void tearMoves(boolean acknowledged) throws IOException {
        int length = RecordFormat.RECORD_HEAD_BYTES + RecordFormat.MOVED_BYTES + 57 + RecordFormat.RECORD_CRC_BYTES;
        int moved = 0;
        for (int octets = 0; octets <= length; octets++) {
            for (Survival survival : Survival.values()) {
                FaultyFiles disk = files.copy();
                LogWriter torn = Logs.open(disk, CONFIG, new Recovered());
                disk.failWrite(1, octets);
                AppendBatch batch = new AppendBatch();
                batch.move(2, 3, content(3, 57), 1, 3);
                if (acknowledged) {
                    batch.acknowledge(1, 3, 3);
                }
                assertThrows(IOException.class, () -> torn.write(List.of(batch)));
                torn.segments().page(new TestPage(2, 3).add(content(3, 57), true));
                assertTrue(torn.segments().step());
                Recovered recovered = new Recovered();
                Logs.open(disk.crash(survival, new Random(octets)), CONFIG, recovered);
                boolean there = recovered.sequences(2).contains(3L);
                assertEquals(there ? List.of(1L) : List.of(1L, 3L), recovered.sequences(1), "torn at " + octets);
                checkContents(recovered);
                moved += there ? 1 : 0;
            }
        }
        assertTrue(moved > 0);
    }

    @Test
    void whatIsTornIsZeroedBeforeTheFileIsContinued() throws IOException {
        publish(1, 40);
        files.failWrite(1, 500);
        assertThrows(IOException.class, () -> publish(1, 1000));
        int torn = lastUsed(files.content(FIRST));
        Recovered recovered = new Recovered();
        Logs.open(files, CONFIG, recovered);
        assertEquals(List.of(1L), recovered.sequences(1));
        assertTrue(lastUsed(files.content(FIRST)) < torn - 300);
    }

    @Test
    void aFileHeaderTornAnywhereIsNoReasonNotToStart() throws IOException {
        for (int octets = 0; octets <= 32; octets++) {
            FaultyFiles disk = new FaultyFiles();
            // The first write fills the file with zeros.
            disk.failWrite(2, octets);
            assertThrows(IOException.class, () -> Logs.open(disk, CONFIG, new Recovered()));
            LogWriter next = Logs.open(disk.copy(), CONFIG, new Recovered());
            assertEquals(0, next.statistics().corruptions());
        }
    }

    @Test
    void aBitFlippedAnywhereNeverChangesAMessage() throws IOException {
        publish(1, 40);
        publish(2, 0);
        publish(1, 3);
        writer.closeCleanly(Map.of(1, 1L));
        int used = lastUsed(files.content(FIRST)) + 64;
        for (int octet = 0; octet < used; octet++) {
            for (int bit = 0; bit < 8; bit++) {
                FaultyFiles disk = files.copy();
                disk.flipBit(FIRST, octet, bit);
                Recovered recovered = new Recovered();
                if (isVersion(octet) && disk.content(FIRST)[VERSION_AT + 3] != 0) {
                    assertThrows(IOException.class, () -> Logs.open(disk, CONFIG, recovered));
                    continue;
                }
                Logs.open(disk, CONFIG, recovered);
                checkContents(recovered);
                assertTrue(recovered.count() >= 2, "more than one record lost by a bit of octet " + octet);
            }
        }
    }

    @Test
    void damageInTheMiddleIsSteppedOverCountedAndKept() throws IOException {
        publish(1, 40);
        int second = lastUsed(files.content(FIRST)) + 8 & -8;
        publish(1, 40);
        publish(1, 40);
        for (int octet : new int[] {second, second + 5, second + 30}) {
            FaultyFiles disk = files.copy();
            disk.flipBit(FIRST, octet, 3);
            byte[] damaged = disk.content(FIRST);
            Recovered recovered = new Recovered();
            LogWriter next = Logs.open(disk, CONFIG, recovered);
            assertEquals(List.of(1L, 3L), recovered.sequences(1));
            assertEquals(1, next.statistics().corruptions());
            assertArrayEquals(damaged, disk.content(FIRST + ".corrupt"));
            // The log goes on in another file, and comes up as often as needed.
            next.abandon();
            Recovered again = new Recovered();
            LogWriter third = Logs.open(disk, CONFIG, again);
            assertEquals(List.of(1L, 3L), again.sequences(1));
            assertEquals(1, third.statistics().files());
            assertEquals(0, third.statistics().corruptions());
        }
    }

    @Test
    void aMessageThatLooksLikeRecordsIsNotReadAsSuchWhenItIsDamaged() throws IOException {
        publish(1, 40);
        FaultyFiles source = files.copy();
        byte[] log = Arrays.copyOf(source.content(FIRST), 200);
        AppendBatch batch = new AppendBatch();
        batch.publish(1, 2, new Bytes(log));
        writer.write(List.of(batch));
        publish(2, 1);
        int end = lastUsed(files.content(FIRST));
        files.flipBit(FIRST, end - 60, 0);
        Recovered recovered = new Recovered();
        Logs.open(files.copy(), CONFIG, recovered);
        assertEquals(List.of(1L), recovered.sequences(1));
    }

    @Test
    void aReferenceWhoseContentIsLostIsGivenUp() throws IOException {
        int at = lastUsed(files.content(FIRST)) + 8 & -8;
        Bytes content = Bytes.of(77, 100);
        AppendBatch batch = new AppendBatch();
        batch.publish(1, 1, content);
        batch.publish(2, 1, content);
        batch.publish(2, 2, Bytes.of(78, 5));
        writer.write(List.of(batch));
        files.flipBit(FIRST, at + 50, 0);
        Recovered recovered = new Recovered();
        LogWriter next = Logs.open(files, CONFIG, recovered);
        assertEquals(List.of(), recovered.sequences(1));
        assertEquals(List.of(2L), recovered.sequences(2));
        assertEquals(2, next.statistics().corruptions());
    }

    @Test
    void aTruncatedFileDoesNotKeepTheLogDown() throws IOException {
        for (int i = 0; i < 20; i++) {
            publish(1, 700);
        }
        for (int length : new int[] {0, 1, 31, 32, 47, 48, 1000, 4095}) {
            for (String name : List.of(FIRST, lastFile())) {
                FaultyFiles disk = files.copy();
                disk.content(name, Arrays.copyOf(disk.content(name), length));
                Recovered recovered = new Recovered();
                LogWriter next = Logs.open(disk, CONFIG, recovered);
                assertTrue(recovered.count() >= 15, name + " of " + length);
                AppendBatch batch = new AppendBatch();
                batch.publish(1, 100, Bytes.of(1, 10));
                next.write(List.of(batch));
                Recovered again = new Recovered();
                Logs.open(disk.crash(Survival.NOTHING, new Random(1)), CONFIG, again);
                assertEquals(recovered.count() + 1, again.count());
            }
        }
    }

    /** Message n of the log; queues share the numbers. */
    private void publish(int queueId, int length) throws IOException {
        published++;
        AppendBatch batch = new AppendBatch();
        batch.publish(queueId, published, content(published, length));
        writer.write(List.of(batch));
        writer.afterGroup();
    }

    private static boolean isVersion(int octet) {
        return octet >= VERSION_AT && octet < VERSION_AT + 4;
    }

    private static Bytes content(long number, int length) {
        return Bytes.of(number * 1000 + length, length);
    }

    private static void checkContents(Recovered recovered) {
        recovered
                .messages
                .values()
                .forEach(messages -> messages.forEach(message -> assertArrayEquals(
                        content(message.sequence(), message.content().length).octets(), message.content())));
    }

    private String lastFile() {
        return files.list().stream()
                .filter(name -> name.endsWith(".wal"))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static int lastUsed(byte[] octets) {
        int at = octets.length - 1;
        while (octets[at] == 0) {
            at--;
        }
        return at;
    }
}
