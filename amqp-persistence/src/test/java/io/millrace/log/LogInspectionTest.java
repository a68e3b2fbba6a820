package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogInspectionTest implements LogInspection.Listener {
    private static final LogConfig CONFIG = new LogConfig(4096, SyncMode.FSYNC, 4096, 2).withSegmentSize(4096);
    private static final String WAL = FileShelf.walName(1);

    private final FaultyFiles files = new FaultyFiles();
    private final List<String> records = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();
    private final Map<String, Long> lastOffsets = new HashMap<>();

    /** Three messages in the log, of which one is acknowledged, and a page of 40 of another queue. */
    @BeforeEach
    void write() throws IOException {
        LogWriter writer = Logs.open(files, CONFIG, new Recovered());
        AppendBatch batch = new AppendBatch();
        for (long sequence = 1; sequence <= 3; sequence++) {
            batch.publish(1, sequence, Bytes.of(sequence, 40));
        }
        batch.acknowledge(1, 2, 2);
        writer.write(List.of(batch));
        TestPage page = new TestPage(2, 1);
        AppendBatch paged = new AppendBatch();
        for (long sequence = 1; sequence <= 10; sequence++) {
            Bytes content = Bytes.of(sequence, 40);
            page.add(content, true);
            paged.publish(2, sequence, content);
        }
        writer.segments().page(page);
        writer.write(List.of(paged));
        while (writer.segments().step()) {}
        writer.closeCleanly(Map.of());
    }

    @Override
    public void record(String file, long offset, String type, int queueId, long first, long last, long octets) {
        lastOffsets.put(file, offset);
        records.add(type + " " + queueId + ":" + first + "-" + last);
    }

    @Override
    public void damage(String file, long offset, String what) {
        damages.add(file + " at " + offset);
    }

    private LogInspection.Summary inspect(FaultyFiles disk) throws IOException {
        records.clear();
        damages.clear();
        return LogInspection.inspect(disk, queue -> true, this);
    }

    @Test
    void everyRecordIsNamedAndWhatAStartWouldFindIsCounted() throws IOException {
        LogInspection.Summary summary = inspect(files);
        assertEquals(Map.of(1, 2L, 2, 10L), summary.messages());
        assertEquals(List.of(), damages);
        assertEquals(summary.records(), records.size());
        assertTrue(
                records.containsAll(List.of("publish 1:3-3", "acknowledge 1:2-2", "publish 2:10-10", "opened 0:0-0")));
    }

    @Test
    void nothingIsChanged() throws IOException {
        List<String> before = files.list();
        int writes = files.writes();
        LogInspection.Summary unused = inspect(files);
        assertEquals(before, files.list());
        assertEquals(writes, files.writes());
    }

    @Test
    void queuesThatAreGoneHaveNoMessages() throws IOException {
        assertEquals(
                Map.of(2, 10L),
                LogInspection.inspect(files, queue -> queue == 2, this).messages());
    }

    @Test
    void aBitFlippedInAnyFileIsFoundWhereItIs() throws IOException {
        Recovered recovered = new Recovered();
        LogWriter writer = Logs.open(files, CONFIG, recovered);
        writer.closeCleanly(Map.of());
        long sound = inspect(files).records();
        Map<String, Long> torn = Map.copyOf(lastOffsets);
        for (String name : files.list()) {
            // The last record of a write-ahead file may be a torn one, and what is behind it says nothing.
            long used = name.endsWith(".wal") ? torn.get(name) : files.content(name).length;
            for (long octet = 0; octet < used && !name.endsWith(".spare"); octet++) {
                FaultyFiles disk = files.copy();
                disk.flipBit(name, octet, (int) octet & 7);
                if (octet >= 8 && octet < 12 && !name.endsWith(".seg")) {
                    assertThrows(IOException.class, () -> inspect(disk));
                } else if (octet < 28 || octet >= 32) {
                    checkFound(disk, sound, name, octet >= 32 && octet < used - 8);
                }
            }
        }
    }

    /** Padding between records is in no checksum, and means nothing. */
    private void checkFound(FaultyFiles disk, long sound, String name, boolean inRecord) throws IOException {
        LogInspection.Summary summary = inspect(disk);
        if (summary.records() < sound || (inRecord && name.equals(Checkpoint.NAME))) {
            assertTrue(summary.damages() > 0, name);
            assertTrue(damages.get(0).startsWith(name), damages.get(0));
        }
    }

    @Test
    void aDirectoryInUseIsLeftAlone() throws IOException {
        try (Closeable lock = files.lock()) {
            assertThrows(IOException.class, () -> inspect(files));
            assertTrue(files.list().contains(WAL), lock::toString);
        }
    }
}
