package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final ConnectionMethod.StartOk LOGIN = TestClient.startOk(FieldTable.EMPTY, "\0guest\0guest");
    private static final ConnectionMethod.TuneOk TUNE = new ConnectionMethod.TuneOk(10, 131_072, 0);

    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect(broker.loop("a"));

    @AfterEach
    void end() {
        broker.end();
    }

    private static ConnectionMethod.Open open(String virtualHost) {
        return new ConnectionMethod.Open(ShortString.of(virtualHost), ShortString.EMPTY, false);
    }

    private void begin() {
        client.raw(TestClient.header(0, 0, 9, 1)).flush();
        assertEquals(List.of("0 connection.start"), client.take());
    }

    @Test
    void everyStepHasItsAnswer() {
        begin();
        assertEquals(List.of("0 connection.tune"), client.call(0, LOGIN));
        assertEquals(List.of(), client.call(0, TUNE));
        assertEquals(List.of("0 connection.open-ok"), client.call(0, open("/")));
        client.pass(TestBroker.HANDSHAKE_TIMEOUT_MILLIS / 1000 + 1);
        assertTrue(client.isOpen());
    }

    @Test
    void aClientThatStopsHalfwayIsCutOff() {
        begin();
        client.call(0, LOGIN);
        client.pass(TestBroker.HANDSHAKE_TIMEOUT_MILLIS / 1000 - 1);
        assertTrue(client.isOpen());
        client.pass(1);
        assertFalse(client.isOpen());
        assertEquals(0, broker.connections.count());
    }

    /** One that did would keep in memory what comes and goes meanwhile. */
    @Test
    void noTimerOutlivesTheHandshake() {
        begin();
        client.call(0, LOGIN);
        assertTrue(client.socket().runScheduledPendingTasks() > 0);
        client.call(0, new ConnectionMethod.TuneOk(2047, 131_072, 0));
        client.call(0, open("/"));
        assertEquals(-1, client.socket().runScheduledPendingTasks());
    }

    @Test
    void framesOutOfOrderBeforeTheLoginAreMetWithSilence() {
        begin();
        assertEquals(List.of(), client.call(0, open("/")));
        assertEquals(List.of(), client.call(0, LOGIN));
        client.pass(2);
        assertTrue(client.isOpen());
        client.pass(1);
        assertFalse(client.isOpen());
    }

    @Test
    void methodsOutOfOrderAfterTheLoginNameTheState() {
        begin();
        client.call(0, LOGIN);
        assertEquals(
                List.of("0 connection.close CHANNEL_ERROR - unexpected method in connection state tuning 10/40"),
                client.call(0, open("/")));
        TestClient other = broker.connect(broker.loop("b"));
        other.raw(TestClient.header(0, 0, 9, 1)).add(0, LOGIN).add(0, TUNE).flush();
        other.take();
        assertEquals(
                List.of("0 connection.close CHANNEL_ERROR - unexpected method in connection state opening 10/31"),
                other.call(0, TUNE));
    }

    @Test
    void channelsBeforeTheOpenAreRefused() {
        begin();
        client.call(0, LOGIN);
        String answer =
                client.call(1, new ChannelMethod.Open(ShortString.EMPTY)).get(0);
        assertTrue(
                answer.startsWith("0 connection.close UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10,0>>"),
                answer);
    }

    @Test
    void aRefusedLoginIsToldToThoseWhoAsk() {
        begin();
        FieldTable asks = FieldTable.of(java.util.Map.of(
                "capabilities",
                FieldTable.builder().put("authentication_failure_close", true).build()));
        String answer =
                client.call(0, TestClient.startOk(asks, "\0guest\0wrong")).get(0);
        assertTrue(answer.startsWith("0 connection.close ACCESS_REFUSED - Login was refused"), answer);
        TestClient other = broker.connect(broker.loop("b"));
        other.raw(TestClient.header(0, 0, 9, 1)).flush();
        other.take();
        assertEquals(List.of(), other.call(0, TestClient.startOk(FieldTable.EMPTY, "\0guest\0wrong")));
        other.pass(3);
        assertFalse(other.isOpen());
    }

    @Test
    void anUnknownVirtualHostIsRefused() {
        begin();
        client.call(0, LOGIN);
        client.call(0, TUNE);
        assertEquals(
                List.of("0 connection.close NOT_ALLOWED - vhost other not found 10/40"), client.call(0, open("other")));
    }

    @Test
    void whoSetsNoLimitsGetsThoseOfTheServer() {
        begin();
        client.call(0, LOGIN);
        client.call(0, new ConnectionMethod.TuneOk(0, 0, 0));
        assertEquals(List.of("0 connection.open-ok"), client.call(0, open("/")));
        for (int channel = 1; channel <= 2047; channel++) {
            client.call(channel, new ChannelMethod.Open(ShortString.EMPTY));
        }
        assertEquals(
                List.of("0 connection.close NOT_ALLOWED - number of channels opened (2047) has reached the negotiated"
                        + " channel_max (2047) 0/0"),
                client.call(2048, new ChannelMethod.Open(ShortString.EMPTY)));
    }

    @Test
    void limitsBeyondThoseOfTheServerAreRefused() {
        begin();
        client.call(0, LOGIN);
        assertEquals(
                List.of("0 connection.close NOT_ALLOWED - negotiated frame_max = 131073 is higher than the maximum"
                        + " allowed value (131072) 10/30"),
                client.call(0, new ConnectionMethod.TuneOk(0, 131_073, 0)));
    }

    @Test
    void noMoreChannelsThanAgreedOn() {
        begin();
        client.call(0, LOGIN);
        client.call(0, new ConnectionMethod.TuneOk(1, 131_072, 0));
        client.call(0, open("/"));
        client.call(1, new ChannelMethod.Open(ShortString.EMPTY));
        assertTrue(client.call(2, new ChannelMethod.Open(ShortString.EMPTY))
                .get(0)
                .startsWith("0 connection.close NOT_ALLOWED"));
    }
}
