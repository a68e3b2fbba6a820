package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.channel.Outbound;
import io.millrace.server.metrics.BrokerCounters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final int SECONDS = 20;
    private static final int FRAME_BYTES = 8;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final Outbound outbound = new Outbound(socket, new BrokerCounters().forThread(), 8192);
    private boolean reading = true;
    private boolean peerSilent;
    private int deaths;
    private final Heartbeats heartbeats = new Heartbeats(socket.eventLoop(), outbound, () -> reading, () -> deaths++);

    @BeforeEach
    void begin() {
        socket.freezeTime();
        heartbeats.start(SECONDS);
    }

    @AfterEach
    void end() {
        heartbeats.stop();
        socket.close();
    }

    private int heartbeatsDuring(int seconds) {
        int octets = 0;
        for (int i = 0; i < seconds; i++) {
            if (!peerSilent) {
                heartbeats.received();
            }
            socket.advanceTimeBy(1, TimeUnit.SECONDS);
            socket.runScheduledPendingTasks();
            for (ByteBuf sent = socket.readOutbound(); sent != null; sent = socket.readOutbound()) {
                octets += sent.readableBytes();
                sent.release();
            }
        }
        return octets / FRAME_BYTES;
    }

    private void sendSomething() {
        outbound.heartbeat();
        outbound.flush();
    }

    @Test
    void aSilentConnectionGetsOneEveryHalfInterval() {
        assertEquals(10, heartbeatsDuring(5 * SECONDS));
    }

    @Test
    void oneIsSentAtThreeQuartersOfTheIntervalAfterTheLastThingAtTheLatest() {
        for (int second = 0; second < SECONDS; second++) {
            sendSomething();
            assertEquals(2, heartbeatsDuring(SECONDS * 3 / 4), "beginning at second " + second);
            heartbeatsDuring(6);
        }
    }

    @Test
    void noneIsSentWhileOtherThingsAre() {
        for (int i = 0; i < 30; i++) {
            sendSomething();
            assertEquals(1, heartbeatsDuring(SECONDS / 4));
        }
    }

    @Test
    void aPeerThatIsSilentForTwoIntervalsIsDead() {
        heartbeatsDuring(SECONDS);
        peerSilent = true;
        heartbeatsDuring(2 * SECONDS - 1);
        assertEquals(0, deaths);
        heartbeatsDuring(1);
        assertEquals(1, deaths);
        assertEquals(0, heartbeatsDuring(5 * SECONDS));
    }

    @Test
    void aPeerThatIsNotReadIsNotSilent() {
        reading = false;
        peerSilent = true;
        heartbeatsDuring(5 * SECONDS);
        assertEquals(0, deaths);
    }
}
