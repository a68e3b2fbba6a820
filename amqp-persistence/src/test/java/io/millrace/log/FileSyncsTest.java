package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Syncing many files at a time. */
final class FileSyncsTest {
    private static final int COUNT = 100;

    private final FaultyFiles files = new FaultyFiles();
    private final FileSyncs syncs = new FileSyncs(new SegmentShelf(files));
    private final List<String> names = new ArrayList<>();

    @BeforeEach
    void writeFiles() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            names.add(SegmentShelf.name(1, i));
            try (LogFile file = files.create(names.get(i))) {
                file.write(ByteBuffer.allocateDirect(8).putLong(0, i + 1L), 0);
            }
        }
        files.forceDirectory();
    }

    @AfterEach
    void endThreads() {
        syncs.stop();
    }

    @Test
    void allOfThemOutliveACrash() throws IOException {
        syncs.start();
        syncs.sync(names);
        assertEquals(COUNT, files.forces());
        FaultyFiles after = files.crash(FaultyFiles.Survival.NOTHING, new Random(1));
        for (int i = 0; i < COUNT; i++) {
            assertEquals(i + 1L, ByteBuffer.wrap(after.content(names.get(i))).getLong(0));
        }
    }

    @Test
    void oneThatFailsFailsAll() {
        syncs.start();
        files.failForce(COUNT - 3);
        assertThrows(SyncFailedException.class, () -> syncs.sync(names));
    }

    @Test
    void withoutThreadsTheCallerDoesIt() throws IOException {
        syncs.sync(names);
        assertEquals(COUNT, files.forces());
    }
}
