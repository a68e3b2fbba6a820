package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.Permission;
import io.millrace.server.queue.Queue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Open connections: alarms, heartbeats and the end. */
class ConnectionTest {
    private final TestBroker broker = new TestBroker();

    @AfterEach
    void end() {
        broker.end();
    }

    private Queue queue(String name) {
        return broker.virtualHost().requireQueue(ShortString.of(name));
    }

    @Test
    void theCloseWaitsForBusyChannels() {
        TestClient client = broker.open("a");
        client.add(1, Asks.declare("q"))
                .addPublish(1, "", "q", "one")
                .addPublish(1, "", "q", "two")
                .add(0, Asks.closeConnection())
                .flush();
        assertEquals(List.of(), client.take());
        broker.settle();
        assertEquals(List.of("1 declare-ok q 0 0", "0 connection.close-ok"), client.take());
        assertEquals(2, queue("q").readyCount());
        assertEquals(0, broker.connections.channelCount());
    }

    @Test
    void aChannelThatFailsWhileTheConnectionClosesIsClosedAlone() {
        TestClient client = broker.open("a");
        client.add(1, Asks.bind("missing", "amq.direct", "k"))
                .add(0, Asks.closeConnection())
                .flush();
        broker.settle();
        assertEquals(
                List.of("1 channel.close NOT_FOUND - no queue 'missing' in vhost '/' 50/20", "0 connection.close-ok"),
                client.take());
    }

    @Test
    void exclusiveQueuesAreGoneBeforeTheCloseIsAnswered() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declareExclusive("mine"));
        client.send(0, Asks.closeConnection());
        assertEquals(List.of(), client.take());
        broker.settle();
        assertEquals(List.of("0 connection.close-ok"), client.take());
        assertTrue(broker.virtualHost().queues().isEmpty());
    }

    @Test
    void exclusiveQueuesEndWithALostConnection() {
        TestClient client = broker.open("a");
        client.send(1, Asks.declareExclusive("mine"));
        client.drop();
        broker.settle();
        assertTrue(broker.virtualHost().queues().isEmpty());
        assertEquals(0, broker.connections.count());
    }

    @Test
    void anErrorOfTheConnectionEndsAllItsChannels() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declare("q"));
        client.addPublish(1, "", "q", "one").flush();
        client.call(1, Asks.get("q"));
        assertEquals(
                List.of("0 connection.close CHANNEL_ERROR - second 'channel.open' seen 20/10"),
                client.call(1, new ChannelMethod.Open(ShortString.EMPTY)));
        assertEquals(1, queue("q").readyCount());
        assertEquals(List.of(), client.call(1, Asks.declare("other")));
        assertEquals(List.of("0 connection.close-ok"), client.call(0, Asks.closeConnection()));
        client.send(0, new ConnectionMethod.CloseOk());
        assertFalse(client.isOpen());
    }

    @Test
    void aClientThatDoesNotAnswerTheCloseIsCutOff() {
        TestClient client = broker.open("a");
        client.call(1, new ChannelMethod.Open(ShortString.EMPTY));
        client.pass(29);
        assertTrue(client.isOpen());
        client.pass(1);
        assertFalse(client.isOpen());
    }

    @Test
    void aClientThatTakesNothingIsCutOff() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declare("q"));
        client.addPublish(1, "", "q", "one").flush();
        client.call(1, Asks.get("q"));
        ByteBuf moreThanFits = Unpooled.wrappedBuffer(new byte[100_000]);
        client.loop().on(() -> client.socket().write(moreThanFits));
        broker.settle();
        client.pass(TestBroker.SEND_TIMEOUT_MILLIS / 1000 - 1);
        assertTrue(client.isOpen());
        client.pass(1);
        assertFalse(client.isOpen());
        broker.settle();
        assertEquals(1, queue("q").readyCount());
    }

    @Test
    void aBrokerThatWasStoppedForAWhileTakesNobodyForDead() {
        TestClient client = broker.open("a");
        client.socket().advanceTimeBy(10L * TestBroker.HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        client.pass(1);
        assertTrue(client.isOpen(), "what it sent meanwhile is not read yet");
        client.heartbeat();
        client.pass(TestBroker.HEARTBEAT_SECONDS);
        assertTrue(client.isOpen());
    }

    @Test
    void silenceOfTwoIntervalsEndsAConnection() {
        TestClient client = broker.open("a");
        client.pass(TestBroker.HEARTBEAT_SECONDS);
        client.heartbeat();
        client.pass(TestBroker.HEARTBEAT_SECONDS * 2 - 1);
        assertTrue(client.isOpen());
        client.pass(TestBroker.HEARTBEAT_SECONDS + 1);
        assertFalse(client.isOpen());
    }

    @Test
    void heartbeatsAreSentWhenNothingElseIs() {
        TestClient client = broker.open("a");
        client.pass(TestBroker.HEARTBEAT_SECONDS);
        assertEquals(List.of("heartbeat"), client.take());
    }

    @Test
    void theDeletionOfAQueueCancelsItsConsumers() {
        TestClient owner = broker.open("owner");
        owner.call(1, Asks.declare("q"));
        TestClient consumer = broker.open("consumer");
        consumer.call(1, Asks.consume("q", "t"));
        consumer.take();
        assertEquals(List.of("1 delete-ok 0"), owner.call(1, Asks.delete("q")));
        assertEquals(List.of("1 basic.cancel"), consumer.take());
        assertEquals(
                List.of("1 basic.cancel-ok"), consumer.call(1, new BasicMethod.Cancel(ShortString.of("t"), false)));
    }

    @Test
    void aSecretMayBeUpdated() {
        TestClient client = broker.open("a");
        assertEquals(
                List.of("0 connection.update-secret-ok"),
                client.call(0, new ConnectionMethod.UpdateSecret(LongString.of("new"), ShortString.EMPTY)));
        assertEquals(
                List.of("0 connection.close CHANNEL_ERROR - unexpected method in connection state running 10/40"),
                client.call(0, new ConnectionMethod.Open(ShortString.of("/"), ShortString.EMPTY, false)));
        assertNull(broker.control.virtualHosts().get("other"));
    }

    @Test
    void whoseRightsChangedLosesTheConsumersOfWhatItMayNoLongerReadWithTheNextSecret() {
        TestClient client = broker.open("a");
        for (String name : List.of("free", "secret")) {
            client.call(1, Asks.declare(name));
            client.call(1, Asks.consume(name, name));
        }
        broker.context.admission().access().put(new Permission("guest", "/", ".*", ".*", "free"));
        assertEquals(
                List.of("1 basic.cancel", "0 connection.update-secret-ok"),
                client.call(0, new ConnectionMethod.UpdateSecret(LongString.of("new"), ShortString.EMPTY)));
        assertEquals(1, queue("free").consumerCount());
        assertEquals(0, queue("secret").consumerCount());
    }

    @Test
    void aTooLargeMessageOnAChannelThatWasNeverOpenedClosesTheConnection() {
        TestClient client = broker.open("a");
        client.addPublish(9, "", "q", "x".repeat(TestBroker.MESSAGE_SIZE_MAX + 1))
                .flush();
        broker.settle();
        assertEquals(List.of("0 connection.close CHANNEL_ERROR - expected 'channel.open' 60/40"), client.take());
        assertEquals(0, broker.connections.channelCount());
    }
}
