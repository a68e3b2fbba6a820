package io.millrace.log.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.SyncMode;
import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class StreamLogTest {
    private static final StreamStart FIRST = new StreamStart.First();

    private final FaultyFiles files = new FaultyFiles();

    private HandDrivenStreams streams(long segmentBytes, long maxBytes, long maxAgeMillis) throws IOException {
        return new HandDrivenStreams(files, new StreamLimits(segmentBytes, maxBytes, maxAgeMillis, 16), 1);
    }

    @Test
    void aMessageIsReportedOnlyWhenItIsSynced() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        List<String> forcedBefore = new ArrayList<>();
        streams.onCommit(message -> forcedBefore.add(files.forces() + " " + TestMessage.text(message.octets())));
        streams.append(TestMessage.of("a"));
        assertEquals(List.of(), forcedBefore);
        assertEquals(0, streams.log.end());
        streams.run();
        // Once for the new segment, once for the message.
        assertEquals(List.of("2 a"), forcedBefore);
        assertEquals(1, streams.log.end());
    }

    @Test
    void whatGathersMeanwhileIsSyncedOnce() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.appendEach("a");
        int forces = files.forces();
        for (int i = 0; i < 100; i++) {
            streams.append(TestMessage.of("m" + i));
        }
        streams.run();
        assertEquals(forces + 1, files.forces());
        assertEquals(101, streams.texts(FIRST).size());
    }

    @Test
    void readsFromAnyStart() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.appendEach("a", "b");
        streams.now += 1000;
        streams.append(TestMessage.of("c"), TestMessage.of("d"));
        streams.run();
        assertEquals(List.of("a", "b", "c", "d"), streams.texts(FIRST));
        assertEquals(List.of("c", "d"), streams.texts(new StreamStart.Last()));
        assertEquals(List.of("b", "c", "d"), streams.texts(new StreamStart.Offset(1)));
        assertEquals(List.of("d"), streams.texts(new StreamStart.Offset(3)));
        assertEquals(List.of(), streams.texts(new StreamStart.Offset(4)));
        assertEquals(List.of("a", "b", "c", "d"), streams.texts(new StreamStart.Offset(-1)));
        assertEquals(List.of("c", "d"), streams.texts(new StreamStart.Timestamp(1_000_001)));
        assertEquals(List.of("a", "b", "c", "d"), streams.texts(new StreamStart.Timestamp(1_000_000)));
        assertEquals(List.of(), streams.texts(new StreamStart.Timestamp(2_000_000)));
        assertEquals(List.of("c", "d"), streams.texts(new StreamStart.Age(999)));
    }

    @Test
    void anEmptyStreamHasNothingToRead() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        assertEquals(List.of(), streams.texts(FIRST));
        assertEquals(List.of(), streams.texts(new StreamStart.Last()));
        assertEquals(List.of(), streams.texts(new StreamStart.Age(5)));
        assertEquals(List.of(), files.list());
    }

    @Test
    void givesOnlyWhatTheFilterAsksFor() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.append(TestMessage.of("1", "north"), TestMessage.of("2", "south"), TestMessage.of("3"));
        streams.run();
        streams.append(TestMessage.of("4"));
        streams.run();
        assertEquals(List.of("1"), streams.texts(FIRST, filter(false, "north")));
        assertEquals(List.of("1", "3", "4"), streams.texts(FIRST, filter(true, "north")));
        assertEquals(List.of("1", "2"), streams.texts(FIRST, filter(false, "north", "south")));
        assertEquals(List.of(), streams.texts(FIRST, filter(false, "west")));
    }

    private static StreamFilter filter(boolean matchUnfiltered, String... values) {
        List<byte[]> octets = new ArrayList<>();
        for (String value : values) {
            octets.add(value.getBytes(StandardCharsets.UTF_8));
        }
        return new StreamFilter(octets, matchUnfiltered);
    }

    @Test
    void goesOnBehindWhatAnEarlierRunLeft() throws IOException {
        new HandDrivenStreams(files).appendEach("a", "b");
        HandDrivenStreams again = new HandDrivenStreams(files.copy());
        assertEquals(2, again.log.end());
        again.appendEach("c");
        assertEquals(List.of("a", "b", "c"), again.texts(FIRST));
    }

    @Test
    void keepsTheOldestSegmentsWithinTheLimitOfOctets() throws IOException {
        HandDrivenStreams streams = streams(1, 400, StreamLimits.NONE);
        for (int i = 0; i < 20; i++) {
            streams.appendEach("message " + i);
        }
        List<String> left = streams.texts(FIRST);
        assertTrue(left.size() > 1 && left.size() < 6, "left: " + left);
        assertEquals("message 19", left.get(left.size() - 1));
        assertEquals(left.size(), files.list().size());
        assertEquals(20 - left.size(), streams.log.firstOffset());
        assertTrue(streams.log.bytes() <= 400 + 200, "octets: " + streams.log.bytes());
    }

    @Test
    void segmentsGoWhenTheirYoungestMessageIsTooOld() throws IOException {
        HandDrivenStreams streams = streams(1, StreamLimits.NONE, 1000);
        streams.appendEach("a");
        streams.now += 800;
        streams.appendEach("b", "c");
        streams.now += 800;
        streams.log.retain();
        streams.run();
        assertEquals(List.of("b", "c"), streams.texts(FIRST));
        streams.now += 800;
        streams.log.retain();
        streams.run();
        // The last segment stays, or nobody would know which offset comes next.
        assertEquals(List.of("c"), streams.texts(FIRST));
    }

    @Test
    void aReaderWhosePlaceIsGoneGoesOnWithTheOldestThatIsLeft() throws IOException {
        HandDrivenStreams streams = streams(1, StreamLimits.NONE, 1000);
        streams.appendEach("a", "b", "c");
        StreamPosition position = new StreamPosition(FIRST);
        TestRead one = new TestRead(position, null, 1);
        streams.log.read(one);
        assertEquals(1, one.messages.size());
        streams.now += 2000;
        streams.appendEach("d");
        TestRead rest = new TestRead(position, null, 1000);
        streams.log.read(rest);
        assertEquals(List.of(3L), List.copyOf(rest.messages.keySet()));
    }

    @Test
    void aFullDiskHoldsUpNothingForGood() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        List<String> committed = new ArrayList<>();
        streams.onCommit(message -> committed.add(TestMessage.text(message.octets())));
        streams.appendEach("a");
        files.limitSpace(10);
        streams.append(TestMessage.of("a message that needs more room than there is"));
        streams.run();
        assertEquals(List.of("a"), committed);
        assertEquals(List.of("a"), streams.texts(FIRST));
        files.limitSpace(1000);
        streams.runLater();
        assertEquals(List.of("a", "a message that needs more room than there is"), committed);
        assertEquals(committed, streams.texts(FIRST));
        assertEquals(List.of(), streams.fatal);
    }

    @Test
    void aSyncThatFailsIsFatal() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        List<TestMessage> committed = new ArrayList<>();
        streams.onCommit(committed::add);
        files.failForce(2);
        streams.append(TestMessage.of("a"));
        streams.run();
        assertEquals(1, streams.fatal.size());
        assertEquals(List.of(), committed);
    }

    @Test
    void damageCostsTheChunkThatHasIt() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.appendEach("a", "b", "c");
        String name = files.list().get(0);
        // In the entries of the second chunk: a chunk takes 36 + 6 + 1 + 4 octets and padding.
        files.flipBit(name, SegmentFormat.FILE_HEADER_BYTES + 48 + 42, 3);
        assertEquals(List.of("a", "c"), streams.texts(FIRST));
        // In its header.
        files.flipBit(name, SegmentFormat.FILE_HEADER_BYTES + 48 + 5, 3);
        assertEquals(List.of("a", "c"), streams.texts(FIRST));
        assertEquals(List.of("a", "c"), new HandDrivenStreams(files.copy()).texts(FIRST));
    }

    @Test
    void aSegmentWithADamagedFooterIsReadInstead() throws IOException {
        HandDrivenStreams streams = streams(100, StreamLimits.NONE, StreamLimits.NONE);
        streams.appendEach("a", "b", "c", "d", "e");
        String name = files.list().get(0);
        files.flipBit(name, files.content(name).length - 1, 0);
        HandDrivenStreams again = new HandDrivenStreams(files.copy());
        assertEquals(List.of("a", "b", "c", "d", "e"), again.texts(FIRST));
    }

    @Test
    void aSegmentOfAnotherVersionIsRefused() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        streams.appendEach("a");
        String name = files.list().get(0);
        byte[] octets = files.content(name);
        octets[11]++;
        CRC32C crc = new CRC32C();
        crc.update(octets, 0, SegmentFormat.FILE_HEADER_CRC_AT);
        ByteBuffer.wrap(octets).putInt(SegmentFormat.FILE_HEADER_CRC_AT, (int) crc.getValue());
        FaultyFiles other = files.copy();
        other.content(name, octets);
        assertThrows(IOException.class, () -> new HandDrivenStreams(other));
    }

    @Test
    void publishedOctetsAreNotTakenForAChunk() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        FaultyFiles source = new FaultyFiles();
        HandDrivenStreams forger = new HandDrivenStreams(source, StreamLimits.DEFAULTS, 99);
        forger.appendEach("forged");
        byte[] segment = source.content(source.list().get(0));
        byte[] body = new byte[2 + segment.length];
        System.arraycopy(segment, SegmentFormat.FILE_HEADER_BYTES, body, 6, segment.length - 46);
        streams.append(new TestMessage(body, null));
        streams.run();
        String name = files.list().get(0);
        files.flipBit(name, SegmentFormat.FILE_HEADER_BYTES + 1, 0);
        assertEquals(List.of(), streams.texts(FIRST));
    }

    @Test
    void aDeletedStreamLeavesNothing() throws IOException {
        HandDrivenStreams streams = streams(1, StreamLimits.NONE, StreamLimits.NONE);
        streams.appendEach("a", "b");
        streams.append(TestMessage.of("c"));
        streams.log.delete();
        streams.run();
        assertEquals(List.of(), files.list());
        TestRead read = new TestRead(new StreamPosition(FIRST), null, 100);
        streams.log.read(read);
        assertTrue(read.done);
        assertTrue(read.messages.isEmpty());
    }

    @Test
    void filesOfStreamsThatAreNotOpenGo() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        StreamLog other = streams.logs.open(8, StreamLimits.DEFAULTS);
        other.append(new TestAppend(List.of(TestMessage.of("a"))));
        streams.run();
        assertEquals(1, files.list().size());
        FaultyFiles left = files.copy();
        HandDrivenStreams again = new HandDrivenStreams(left);
        assertEquals(List.of(), left.list());
        assertEquals(0, again.log.end());
    }

    @Test
    void closingWritesWhatWasAppended() throws IOException {
        StreamLogs logs =
                StreamLogs.open(files, StreamThreads.start(), SyncMode.FSYNC, () -> 1, new Random(1), cause -> {
                    throw new AssertionError(cause);
                });
        StreamLog log = logs.open(HandDrivenStreams.ID, new StreamLimits(1, StreamLimits.NONE, StreamLimits.NONE, 16));
        for (int i = 0; i < 50; i++) {
            log.append(new TestAppend(List.of(TestMessage.of("m" + i))));
        }
        logs.close();
        assertFalse(files.list().isEmpty());
        FaultyFiles after = files.crash(Survival.NOTHING, new Random(1));
        assertEquals(50, new HandDrivenStreams(after).texts(FIRST).size());
    }
}
