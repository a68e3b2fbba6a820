package io.millrace.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever a peer sends: no exception but an {@link AmqpException}, no buffer left (which closing the harness checks),
 * and an end. The harness decodes methods, properties and tables as well.
 */
class FrameDecoderProperties {
    @Property(tries = 300)
    void validSessionsAreReadTheSameHoweverTheyAreCut(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] session = Session.random(random);
        try (DecoderHarness whole = new DecoderHarness();
                DecoderHarness pieces = new DecoderHarness()) {
            whole.goesOnAfterErrors = true;
            pieces.goesOnAfterErrors = true;
            read(whole, session, session.length);
            read(pieces, session, 1 + random.nextInt(random.nextBoolean() ? 20 : 5_000));
            assertEquals(whole.frames(), pieces.frames());
        }
    }

    @Property(tries = 1_000)
    void mutatedSessionsCauseNothingButAmqpErrors(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] session = mutated(random.nextBoolean() ? Session.typical() : Session.random(random), random);
        try (DecoderHarness harness = new DecoderHarness()) {
            harness.goesOnAfterErrors = random.nextBoolean();
            read(harness, session, 1 + random.nextInt(3_000));
            assertTrue(harness.frames().size() <= session.length, "every frame takes octets");
        }
    }

    @Property(tries = 1_000)
    void randomOctetsInFramesCauseNothingButAmqpErrors(@ForAll long seed) {
        Random random = new Random(seed);
        Session session = new Session().protocolHeader();
        for (int i = 0; i < 20; i++) {
            byte[] payload = new byte[random.nextInt(60)];
            random.nextBytes(payload);
            if (payload.length > 4 && random.nextBoolean()) {
                payload[0] = 0;
                payload[1] = new byte[] {10, 20, 30, 40, 50, 60, 85, 90}[random.nextInt(8)];
                payload[2] = 0;
                payload[3] = (byte) (10 * random.nextInt(13) + random.nextInt(2));
            }
            session.raw(Session.frame(1 + random.nextInt(3), random.nextInt(3), payload));
        }
        try (DecoderHarness harness = new DecoderHarness()) {
            harness.goesOnAfterErrors = true;
            read(harness, session.octets(), 500);
            assertTrue(harness.frames().size() >= 21, "one line a frame");
        }
    }

    @Property(tries = 500)
    void randomOctetsCauseNothingButAmqpErrors(@ForAll byte[] octets, @ForAll long seed) {
        try (DecoderHarness harness = new DecoderHarness()) {
            byte[] session = new Session().protocolHeader().raw(octets).octets();
            read(harness, session, 1 + new Random(seed).nextInt(100));
        }
    }

    /** Pauses at random and checks that nothing is lost or doubled. */
    @Property(tries = 300)
    void pausesDoNotChangeWhatIsHeard(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] session = Session.random(random);
        try (DecoderHarness straight = new DecoderHarness();
                DecoderHarness pausing = new DecoderHarness()) {
            straight.goesOnAfterErrors = true;
            pausing.goesOnAfterErrors = true;
            read(straight, session, session.length);
            pausing.onMethod = () -> pausing.paused = random.nextBoolean();
            for (int from = 0; from < session.length; ) {
                int to = Math.min(session.length, from + 1 + random.nextInt(1_000));
                resume(pausing, random.nextBoolean());
                byte[] piece = Arrays.copyOfRange(session, from, to);
                read(pausing, piece, piece.length);
                from = to;
            }
            for (int i = 0; i < 20; i++) {
                resume(pausing, true);
            }
            assertEquals(straight.frames(), pausing.frames());
        }
    }

    private static void resume(DecoderHarness harness, boolean resume) {
        if (resume) {
            harness.paused = false;
            harness.decoder.resume();
        }
    }

    private static void read(DecoderHarness harness, byte[] octets, int pieces) {
        harness.readInPieces(octets, pieces);
    }

    private static byte[] mutated(byte[] session, Random random) {
        ByteBuf out = Unpooled.buffer().writeBytes(session);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = 8 + random.nextInt(out.readableBytes() - 8);
            switch (random.nextInt(5)) {
                case 0 -> out.setByte(at, random.nextInt());
                case 1 -> out.setByte(at, out.getByte(at) + (random.nextBoolean() ? 1 : -1));
                case 2 -> out.setByte(at, random.nextBoolean() ? 0xFF : 0x7F);
                case 3 -> out.writerIndex(at);
                default -> {
                    ByteBuf rest = out.copy(at, out.writerIndex() - at);
                    out.writerIndex(at).writeByte(random.nextInt()).writeBytes(rest);
                }
            }
            if (out.readableBytes() <= 8) {
                break;
            }
        }
        return ByteBufUtil.getBytes(out);
    }
}
