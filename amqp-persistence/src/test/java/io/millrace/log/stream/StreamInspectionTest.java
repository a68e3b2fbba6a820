package io.millrace.log.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.LogInspection;
import io.millrace.log.files.FaultyFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream of several small segments, with a chunk for each message. */
final class StreamInspectionTest implements LogInspection.Listener {
    private static final int MESSAGES = 30;
    private static final StreamLimits SMALL = new StreamLimits(700, StreamLimits.NONE, StreamLimits.NONE, 16);

    private final FaultyFiles files = new FaultyFiles();
    private final List<String> records = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files, SMALL, 1);
        for (int i = 0; i < MESSAGES; i++) {
            streams.appendEach("message " + i);
        }
        streams.logs.close();
        streams.run();
    }

    @Override
    public void record(String file, long offset, String type, int queueId, long first, long last, long octets) {
        records.add(type + " " + queueId + " " + first + "-" + last);
    }

    @Override
    public void damage(String file, long offset, String what) {
        damages.add(file + " at " + offset + ": " + what);
    }

    private StreamInspection.Summary inspect() throws IOException {
        records.clear();
        damages.clear();
        return StreamInspection.inspect(files, id -> id == HandDrivenStreams.ID, this);
    }

    private List<String> segments() {
        return files.list().stream()
                .filter(name -> name.endsWith(".stream"))
                .sorted()
                .toList();
    }

    @Test
    void everyChunkIsReadAndEveryMessageCounted() throws IOException {
        StreamInspection.Summary summary = inspect();
        assertEquals(List.of(), damages);
        assertTrue(summary.segments() > 2);
        assertEquals(segments().size(), summary.segments());
        assertEquals(MESSAGES, summary.chunks());
        assertEquals(Map.of(HandDrivenStreams.ID, (long) MESSAGES), summary.messages());
        assertEquals("chunk 7 0-0", records.get(0));
        assertEquals("chunk 7 29-29", records.get(MESSAGES - 1));
    }

    @Test
    void aFlippedBitAnywhereInAClosedSegmentIsFound() throws IOException {
        String name = segments().get(1);
        byte[] sound = files.content(name);
        for (int at = 0; at < sound.length - SegmentFormat.FOOTER_TAIL_BYTES; at += 3) {
            byte[] flipped = sound.clone();
            flipped[at] ^= 4;
            replace(name, flipped);
            try {
                inspect();
            } catch (IOException e) {
                // In the version.
                damages.add(e.getMessage());
            }
            if (!isUnchecked(sound, at)) {
                assertTrue(!damages.isEmpty(), "at " + at);
            }
        }
    }

    /** The end of the header and what fills chunks up are nothing that anybody reads. */
    private static boolean isUnchecked(byte[] sound, int at) {
        return at >= SegmentFormat.FILE_HEADER_CRC_AT + 4 && sound[at] == 0;
    }

    private void replace(String name, byte[] octets) {
        files.content(name, octets);
    }

    @Test
    void whatWasNeverSyncedAtTheEndOfTheLastSegmentIsNoDamage() throws IOException {
        List<String> names = segments();
        String last = names.get(names.size() - 1);
        byte[] octets = files.content(last);
        replace(last, Arrays.copyOf(octets, octets.length - 5));
        StreamInspection.Summary summary = inspect();
        assertEquals(List.of(), damages);
        assertEquals(MESSAGES - 1, summary.chunks());
    }

    @Test
    void aSegmentThatIsMissingIsNamedByItsMessages() throws IOException {
        List<String> names = segments();
        files.delete(names.get(1));
        inspect();
        assertEquals(1, damages.size(), damages.toString());
        assertTrue(damages.get(0).startsWith(names.get(2) + " at 0: messages "), damages.toString());
    }

    @Test
    void theStreamsOfQueuesThatAreGoneAreCheckedAndNotCounted() throws IOException {
        StreamInspection.Summary summary = StreamInspection.inspect(files, id -> false, this);
        assertEquals(Map.of(), summary.messages());
        assertEquals(MESSAGES, summary.chunks());
    }
}
