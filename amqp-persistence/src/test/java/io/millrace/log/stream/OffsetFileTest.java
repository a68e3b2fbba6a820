package io.millrace.log.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** How far readers have come is there after a kill; after a power failure it is what it was a while before. */
final class OffsetFileTest {
    private static final String NAME = HandDrivenStreams.ID + ".offsets";

    private final FaultyFiles files = new FaultyFiles();

    private Map<String, Long> reopened() throws IOException {
        return new HandDrivenStreams(files).log.storedOffsets();
    }

    private void stored(String reader, long offset) throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.log.storeOffset(reader, offset);
        streams.run();
        streams.logs.close();
    }

    @Test
    void theLastPlaceOfEachReaderIsThereAfterARestart() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.log.storeOffset("a", 1);
        streams.log.storeOffset("b", 2);
        streams.run();
        streams.log.storeOffset("a", 5);
        streams.run();
        streams.logs.close();
        assertEquals(Map.of("a", 5L, "b", 2L), reopened());
    }

    @Test
    void aForgottenReaderStaysForgotten() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.log.storeOffset("a", 1);
        streams.log.storeOffset("b", 2);
        streams.log.forgetOffset("a");
        streams.run();
        streams.logs.close();
        assertEquals(Map.of("b", 2L), reopened());
    }

    @Test
    void placesAreSyncedASecondLater() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.log.storeOffset("a", 1);
        streams.run();
        streams.runLater();
        FaultyFiles afterwards = files.crash(Survival.NOTHING, new Random(1));
        assertEquals(Map.of("a", 1L), new HandDrivenStreams(afterwards).log.storedOffsets());
    }

    @Test
    void aFileOfChangesThatDoNotCountAnyMoreIsWrittenAnew() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        for (int i = 0; i < 20_000; i++) {
            streams.log.storeOffset("reader", i);
            streams.run();
        }
        streams.logs.close();
        try (LogFile file = files.open(NAME)) {
            assertTrue(file.size() < 70_000, "size: " + file.size());
        }
        assertEquals(Map.of("reader", 19_999L), reopened());
    }

    @Test
    void whatIsDamagedIsCutOff() throws IOException {
        stored("a", 1);
        stored("b", 2);
        try (LogFile file = files.open(NAME)) {
            file.write(ByteBuffer.allocateDirect(1), file.size() - 1);
        }
        assertEquals(Map.of("a", 1L), reopened());
    }

    @Test
    void theFileGoesWithItsStream() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.log.storeOffset("a", 1);
        streams.run();
        streams.log.delete();
        streams.run();
        assertFalse(files.list().contains(NAME));
    }

    @Test
    void filesOfStreamsThatAreGoneAreDeleted() throws IOException {
        try (LogFile file = files.create("8.offsets")) {
            file.force();
        }
        new HandDrivenStreams(files).logs.close();
        assertFalse(files.list().contains("8.offsets"));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void aReaderNeverFindsItselfFurtherThanItWas(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        FaultyFiles disk = new FaultyFiles();
        Map<String, Long> told = new HashMap<>();
        for (int run = 0; run < 4; run++) {
            HandDrivenStreams streams = new HandDrivenStreams(disk);
            for (Map.Entry<String, Long> found : streams.log.storedOffsets().entrySet()) {
                assertTrue(found.getValue() <= told.getOrDefault(found.getKey(), -1L), found.toString());
            }
            for (int step = random.nextInt(40); step > 0; step--) {
                String reader = "r" + random.nextInt(5);
                told.merge(reader, 1L + random.nextInt(9), Long::sum);
                streams.log.storeOffset(reader, told.get(reader));
                if (random.nextInt(3) == 0) {
                    streams.run();
                }
                if (random.nextInt(9) == 0) {
                    streams.runLater();
                }
            }
            Survival[] survivals = Survival.values();
            disk = disk.crash(survivals[random.nextInt(survivals.length)], random);
        }
    }
}
