package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.TxMethod;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameDecoderTest {
    private static final byte[] CHANNEL_OPEN = {0, 20, 0, 10, 0};

    private final DecoderHarness harness = new DecoderHarness();

    @AfterEach
    void nothingLeaks() {
        harness.close();
    }

    @Test
    void framesAreHeardInOrder() {
        harness.read(Session.typical());
        List<String> frames = harness.frames();
        assertEquals("header 414d515000000901", frames.get(0));
        assertEquals("method 1 Publish[exchange=, routingKey=orders, mandatory=false, immediate=false]", frames.get(6));
        assertTrue(frames.get(7).startsWith("content 1 300 BasicProperties[contentType=null"), frames.get(7));
        assertEquals("body 1 " + "00".repeat(300), frames.get(8));
        assertEquals("heartbeat 0 0", frames.get(frames.size() - 1));
        assertEquals(16, frames.size(), "an empty body has no frame");
        assertEquals("read complete", harness.heard.get(harness.heard.size() - 1));
    }

    @Test
    void itDoesNotMatterWhereReadsAreCut() {
        byte[] session = Session.typical();
        harness.read(session);
        for (int cut = 1; cut < session.length; cut++) {
            try (DecoderHarness other = new DecoderHarness()) {
                other.read(session, 0, cut);
                other.read(session, cut, session.length);
                assertEquals(harness.frames(), other.frames(), "cut at " + cut);
            }
        }
        for (int size : new int[] {1, 2, 3, 7, 8, 9, 15, 100}) {
            try (DecoderHarness other = new DecoderHarness()) {
                other.readInPieces(session, size);
                assertEquals(harness.frames(), other.frames(), "pieces of " + size);
            }
        }
    }

    @Test
    void whatStraddlesReadsNeedsNoMoreThanItsFrame() {
        byte[] frame = Session.frame(Frame.BODY, 1, new byte[8000]);
        harness.read(new Session().protocolHeader().octets());
        harness.read(frame, 0, 100);
        assertTrue(harness.allocatedOctets() <= 8192, harness.allocatedOctets() + " octets");
        harness.readInPieces(Arrays.copyOfRange(frame, 100, frame.length), 50);
        assertEquals(2, harness.frames().size());
        assertEquals(0, harness.allocatedOctets());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 | FRAME_ERROR - type 0, all octets = <<>>: unknown_frame",
                "4 | 3 | FRAME_ERROR - type 4, all octets = <<97,98,0>>: unknown_frame",
                "255 | 16 | FRAME_ERROR - type 255, all octets = "
                        + "<<97,98,0,0,0,0,0,0,0,0,0,0,0,0,0,0>>: unknown_frame",
                "9 | 17 | FRAME_ERROR - type 9, first 16 octets = "
                        + "<<97,98,0,0,0,0,0,0,0,0,0,0,0,0,0,0>>: unknown_frame",
                "1 | 3 | FRAME_ERROR - type 1, all octets = <<97,98,0>>: unknown_frame",
                "2 | 11 | FRAME_ERROR - type 2, all octets = <<97,98,0,0,0,0,0,0,0,0,0>>: unknown_frame",
                "8 | 2 | FRAME_ERROR - type 8, all octets = <<\"ab\">>: unknown_frame",
            })
    void payloadsThatFitNoTypeAreUnknownFrames(int type, int length, String text) {
        byte[] payload = new byte[length];
        System.arraycopy(new byte[] {'a', 'b'}, 0, payload, 0, Math.min(2, length));
        assertEquals(text, errorAfter(Session.frame(type, 1, payload)));
    }

    @Test
    void printableOctetsAreQuoted() {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        assertEquals(
                "FRAME_ERROR - type 4, all octets = <<\"abc\">>: unknown_frame", errorAfter(Session.frame(4, 0, abc)));
    }

    @Test
    void wrongEndOctetIsShown() {
        byte[] frame = Session.frame(Frame.METHOD, 1, CHANNEL_OPEN);
        frame[frame.length - 1] = 0;
        assertEquals(
                "FRAME_ERROR - type 1, all octets = <<0,20,0,10,0>>: {invalid_frame_end_marker,0}", errorAfter(frame));
        assertEquals(ReplyCode.FRAME_ERROR, harness.errors.get(0).replyCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | 1 | 0 | 12 | UNEXPECTED_FRAME - type 2, all octets = <<0,0,0,0,0,0,0,0,0,0,0,0>>",
                "3 | 1 | 0 | 0 | UNEXPECTED_FRAME - type 3, all octets = <<>>",
                "8 | 0 | 1 | 0 | UNEXPECTED_FRAME - type 8, all octets = <<>>",
            })
    void contentOnChannelZeroAndHeartbeatsElsewhereAreUnexpected(
            int type, int rightChannel, int wrongChannel, int length, String text) {
        assertTrue(rightChannel != wrongChannel);
        assertEquals(text, errorAfter(Session.frame(type, wrongChannel, new byte[length])));
    }

    @Test
    void oversizedFramesAreRefusedByTheirHead() {
        harness.read(new Session().protocolHeader().octets());
        harness.read(new byte[] {1, 0, 1, 0, 0, 0x20, 1});
        assertEquals("FRAME_ERROR - type 1, all octets = <<>>: {frame_too_large,8193,8184}", harness.onlyError());
        assertEquals(0, harness.allocatedOctets());
    }

    @Test
    void sizesAreUnsigned() {
        assertEquals(
                "FRAME_ERROR - type 65, all octets = <<>>: {frame_too_large,4294967295,8184}",
                errorAfter(new byte[] {65, 0, 1, -1, -1, -1, -1, 0, 0}));
    }

    @Test
    void oversizedFrameThatStraddlesReadsIsRefused() {
        harness.read(new Session().protocolHeader().octets());
        harness.readInPieces(new byte[] {1, 0, 1, 0, 1, 0, 0, 99, 99}, 1);
        assertEquals("FRAME_ERROR - type 1, all octets = <<>>: {frame_too_large,65536,8184}", harness.onlyError());
    }

    @Test
    void eightOctetsOverTheLimitAreForgiven() {
        harness.read(new Session().protocolHeader().octets());
        harness.read(Session.frame(Frame.BODY, 1, new byte[8192]));
        assertEquals(List.of(), harness.errors);
        assertEquals(2, harness.frames().size());
    }

    @Test
    void limitsMayBeRaisedBetweenFrames() {
        harness.onMethod = () -> harness.limits.frameMax(131_072);
        harness.read(new Session()
                .protocolHeader()
                .method(1, new TxMethod.Commit())
                .raw(Session.frame(Frame.BODY, 1, new byte[131_000]))
                .octets());
        assertEquals(List.of(), harness.errors);
        assertEquals(3, harness.frames().size());
        assertThrows(IllegalArgumentException.class, () -> harness.limits.frameMax(100));
    }

    @Test
    void nothingIsReadAfterAFrameThatIsNone() {
        harness.goesOnAfterErrors = true;
        byte[] broken = Session.frame(Frame.METHOD, 1, CHANNEL_OPEN);
        broken[broken.length - 1] = 1;
        harness.read(new Session().protocolHeader().raw(broken).heartbeat().octets());
        harness.read(new Session().heartbeat().octets());
        assertEquals(2, harness.frames().size(), harness.frames()::toString);
    }

    @Test
    void channelErrorsOfTheListenerDoNotStopTheNextFrame() {
        harness.read(new Session()
                .protocolHeader()
                .method(1, new BasicMethod.RecoverOk())
                .heartbeat()
                .octets());
        assertEquals("PRECONDITION_FAILED - thrown by the listener", harness.onlyError());
        assertEquals("heartbeat 0 0", harness.frames().get(3));
    }

    @Test
    void connectionErrorsOfTheListenerDropTheRest() {
        harness.read(new Session()
                .protocolHeader()
                .method(1, new BasicMethod.QosOk())
                .heartbeat()
                .octets());
        harness.read(new Session().heartbeat().octets());
        assertEquals("NOT_ALLOWED - thrown by the listener", harness.onlyError());
        assertEquals(3, harness.frames().size());
    }

    @Test
    void listenerCanGoOnAfterItsOwnConnectionErrors() {
        harness.goesOnAfterErrors = true;
        harness.read(new Session()
                .protocolHeader()
                .method(1, new BasicMethod.QosOk())
                .heartbeat()
                .octets());
        harness.read(new Session().heartbeat().octets());
        assertEquals(5, harness.frames().size());
    }

    @Test
    void defectsOfTheListenerReachThePipelineAndLeakNothing() {
        harness.onMethod = () -> {
            throw new IllegalStateException("a defect");
        };
        byte[] session = new Session()
                .protocolHeader()
                .method(1, new TxMethod.Select())
                .heartbeat()
                .octets();
        assertThrows(IllegalStateException.class, () -> harness.read(session));
        assertEquals(List.of(), harness.errors);
    }

    @Test
    void pausedDecoderKeepsWhatArrives() {
        byte[] session = Session.typical();
        harness.paused = true;
        harness.readInPieces(session, 17);
        assertEquals(List.of(), harness.frames());
        harness.paused = false;
        harness.heard.clear();
        harness.decoder.resume();
        assertEquals(16, harness.frames().size());
        assertEquals("read complete", harness.heard.get(harness.heard.size() - 1));
        harness.heard.clear();
        harness.decoder.resume();
        assertEquals(List.of(), harness.heard, "nothing to resume");
    }

    @Test
    void pauseBetweenTwoFramesOfOneRead() {
        byte[] session = new Session()
                .protocolHeader()
                .method(1, new TxMethod.Select())
                .method(1, new TxMethod.Commit())
                .method(1, new TxMethod.Rollback())
                .octets();
        harness.onMethod = () -> harness.paused = true;
        harness.read(session, 0, session.length - 3);
        harness.read(session, session.length - 3, session.length);
        for (int frames = 2; frames <= 4; frames++) {
            assertEquals(frames, harness.frames().size());
            harness.paused = false;
            harness.decoder.resume();
        }
        assertEquals("method 1 Rollback[]", harness.frames().get(3));
    }

    @Test
    void discardDropsWhatIsThereAndWhatComes() {
        harness.onMethod = harness.decoder::discard;
        harness.read(new Session()
                .protocolHeader()
                .method(1, new TxMethod.Select())
                .heartbeat()
                .octets());
        harness.read(new Session().heartbeat().octets());
        assertEquals(2, harness.frames().size());
    }

    @Test
    void discardWhilePausedReleasesAtOnce() {
        harness.paused = true;
        harness.read(Session.typical());
        harness.decoder.discard();
        assertEquals(0, harness.allocatedOctets());
    }

    @Test
    void closingInTheMiddleOfAFrameLeaksNothing() {
        byte[] session = Session.typical();
        harness.read(session, 0, session.length - 10);
        assertEquals(List.of(), harness.errors);
    }

    @Test
    void protocolHeaderIsHandedOverWhateverItIs() {
        harness.readInPieces("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII), 3);
        assertEquals("header 474554202f204854", harness.frames().get(0));
    }

    private String errorAfter(byte[] frame) {
        harness.read(new Session().protocolHeader().raw(frame).octets());
        return harness.onlyError();
    }
}
