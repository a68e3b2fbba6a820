package io.millrace.log.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every octet of a stream's files that can be wrong, wrong once; and every sync that can fail. */
final class StreamDamageTest {
    private static final StreamStart FIRST = new StreamStart.First();
    private static final List<String> TEXTS = List.of("a", "bb", "ccc", "dddd", "eeeee");
    /** Two chunks fill a segment. */
    private static final StreamLimits SHORT_SEGMENTS = new StreamLimits(100, StreamLimits.NONE, StreamLimits.NONE, 16);

    private static final int VERSION_AT = 8;
    private static final int VERSION_END = 12;

    private final FaultyFiles files = new FaultyFiles();

    private static HandDrivenStreams open(FaultyFiles disk) throws IOException {
        return new HandDrivenStreams(disk, SHORT_SEGMENTS, 1);
    }

    private void write() throws IOException {
        open(files).appendEach(TEXTS.toArray(String[]::new));
        assertTrue(files.list().size() > 2);
    }

    /** What is found is some of what was appended, in order, and what is appended then is found behind it. */
    private static List<String> survivors(FaultyFiles disk) throws IOException {
        HandDrivenStreams streams = open(disk);
        List<String> texts = streams.texts(FIRST);
        List<String> expected = new ArrayList<>(TEXTS);
        expected.retainAll(texts);
        assertEquals(expected, texts);
        streams.appendEach("later");
        expected.add("later");
        assertEquals(expected, streams.texts(FIRST));
        assertEquals(List.of(), streams.fatal);
        assertEquals(expected, open(disk.crash(Survival.NOTHING, new Random(1))).texts(FIRST));
        return texts;
    }

    @Test
    void aBitFlippedAnywhereCostsOneChunkAtMostAndNeverChangesAMessage() throws IOException {
        write();
        for (String name : files.list()) {
            int length = files.content(name).length;
            for (int octet = 0; octet < length; octet++) {
                if (octet < VERSION_AT || octet >= VERSION_END) {
                    FaultyFiles disk = files.copy();
                    disk.flipBit(name, octet, octet & 7);
                    int found = survivors(disk).size();
                    int least = octet < SegmentFormat.FILE_HEADER_BYTES ? TEXTS.size() - 2 : TEXTS.size() - 1;
                    assertTrue(found >= least, found + " left after octet " + octet + " of " + name);
                }
            }
        }
    }

    @Test
    void aFileCutAnywhereCostsNoneOfTheOthers() throws IOException {
        write();
        for (String name : files.list()) {
            byte[] whole = files.content(name);
            for (int length = 0; length < whole.length; length++) {
                FaultyFiles disk = files.copy();
                disk.content(name, Arrays.copyOf(whole, length));
                assertTrue(survivors(disk).size() >= TEXTS.size() - 2, name + " cut at " + length);
            }
        }
    }

    @Test
    void whatTheDiskCannotReadCostsNoneOfTheOtherFiles() throws IOException {
        write();
        for (String name : files.list()) {
            FaultyFiles bad = files.copy();
            bad.breakPage(name, 0);
            assertTrue(survivors(bad).size() >= TEXTS.size() - 2, name);
            FaultyFiles closed = files.copy();
            closed.failOpen(name);
            open(closed);
            assertTrue(survivors(closed.crash(Survival.NOTHING, new Random(1))).size() >= TEXTS.size() - 2, name);
            assertTrue(closed.list().contains(name + ".corrupt"));
        }
    }

    @Test
    void aBadPageCostsTheChunksInIt() throws IOException {
        HandDrivenStreams streams = new HandDrivenStreams(files);
        String padding = "-".repeat(1500);
        for (int i = 0; i < 12; i++) {
            streams.appendEach(i + padding);
        }
        String name = files.list().stream()
                .filter(file -> file.endsWith(".stream"))
                .findFirst()
                .orElseThrow();
        for (int page = 4096; page < files.content(name).length; page += 4096) {
            FaultyFiles disk = files.copy();
            disk.breakPage(name, page);
            HandDrivenStreams after = new HandDrivenStreams(disk);
            after.appendEach("later");
            List<String> texts = after.texts(FIRST);
            assertTrue(texts.size() >= 12 + 1 - 4, texts.size() + " left with a bad page at " + page);
            assertEquals("later", texts.get(texts.size() - 1));
            assertEquals(texts, new HandDrivenStreams(disk.copy()).texts(FIRST));
        }
    }

    @Test
    void aReadThatFailsOnceCostsNothing() throws IOException {
        write();
        FaultyFiles measured = files.copy();
        open(measured);
        int reads = measured.reads();
        assertTrue(reads > 5);
        for (int n = 1; n <= reads; n++) {
            FaultyFiles disk = files.copy();
            disk.failRead(n);
            assertEquals(TEXTS, survivors(disk), "read " + n);
        }
    }

    @Test
    void aWriteTornAtAnyOctetLosesNothingThatWasDurable() throws IOException {
        write();
        for (int write = 1; write <= 3; write++) {
            for (int octets = 0; octets <= 60; octets++) {
                FaultyFiles disk = files.copy();
                HandDrivenStreams torn = open(disk);
                disk.failWrite(write, octets);
                torn.append(TestMessage.of("torn"));
                torn.run();
                torn.append(TestMessage.of("torn again"));
                torn.run();
                List<String> left =
                        open(disk.crash(Survival.EVERYTHING, new Random(1))).texts(FIRST);
                assertEquals(TEXTS, left.subList(0, TEXTS.size()), "write " + write + " torn at " + octets);
            }
        }
    }

    /** Nothing is reported after it, and what was reported before is there. */
    @Test
    void everySyncThatFailsIsFatalAndDropsNothingThatWasReported() throws IOException {
        int failures = 0;
        for (int n = 1; n <= 10; n++) {
            for (boolean names : List.of(false, true)) {
                FaultyFiles disk = new FaultyFiles();
                HandDrivenStreams streams = open(disk);
                List<String> reported = new ArrayList<>();
                streams.onCommit(message -> reported.add(TestMessage.text(message.octets())));
                if (names) {
                    disk.failDirectoryForce(n);
                } else {
                    disk.failForce(n);
                }
                TEXTS.stream().takeWhile(text -> streams.fatal.isEmpty()).forEach(streams::appendEach);
                failures += streams.fatal.size();
                assertEquals(TEXTS.subList(0, reported.size()), reported);
                for (Survival survival : Survival.values()) {
                    List<String> left =
                            open(disk.crash(survival, new Random(n))).texts(FIRST);
                    assertTrue(left.size() >= reported.size(), n + ": " + reported + " were reported, left: " + left);
                    assertEquals(TEXTS.subList(0, left.size()), left);
                }
            }
        }
        assertTrue(failures > 5, failures + " failed");
    }

    @Test
    void nothingOfADeletedStreamIsInTheNextOneOfItsKind() throws IOException {
        write();
        for (Survival survival : Survival.values()) {
            for (int seed = 0; seed < 20; seed++) {
                FaultyFiles disk = files.copy();
                HandDrivenStreams streams = open(disk);
                streams.log.delete();
                streams.run();
                StreamLog next = streams.logs.open(HandDrivenStreams.ID + 1, SHORT_SEGMENTS);
                next.append(new TestAppend(List.of(TestMessage.of("new"))));
                streams.run();
                FaultyFiles after = disk.crash(survival, new Random(seed));
                // Only the new one is known to the definitions.
                HandDrivenStreams again = new HandDrivenStreams(after, HandDrivenStreams.ID + 1);
                assertEquals(List.of("new"), again.texts(FIRST));
                assertTrue(after.list().stream().noneMatch(name -> name.startsWith("7-")), after.list()::toString);
            }
        }
    }
}
