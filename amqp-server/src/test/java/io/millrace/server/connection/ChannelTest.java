package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels: what waits, what goes on, and what becomes of what they hold when they end. */
class ChannelTest {
    private static final int EXPIRES_MILLIS = 300;

    private final TestBroker broker = new TestBroker();

    @AfterEach
    void end() {
        broker.end();
    }

    private Queue queue(String name) {
        return broker.virtualHost().requireQueue(ShortString.of(name));
    }

    @Test
    void publishedMessagesComeOutInOrder() {
        TestClient client = broker.open("a");
        assertEquals(List.of("1 declare-ok q 0 0"), client.call(1, Asks.declare("q")));
        client.addPublish(1, "", "q", "one").addPublish(1, "", "q", "two").flush();
        assertEquals(
                List.of("1 basic.consume-ok", "1 deliver t 1", "1 body one", "1 deliver t 2", "1 body two"),
                client.call(1, Asks.consume("q", "t")));
        assertEquals(List.of(), client.call(1, new BasicMethod.Ack(2, true)));
        assertEquals(0, queue("q").unackedCount());
    }

    @Test
    void aDeclarePutsOffTheEndOfAClassicQueueAndNotOfAQuorumQueue() {
        TestClient client = broker.open("a");
        List<QueueMethod.Declare> declares = List.of(expiring("classic"), expiring("quorum"));
        declares.forEach(declare -> client.call(1, declare));
        elapse(client, EXPIRES_MILLIS - 1);
        declares.forEach(declare -> client.call(1, declare));
        client.call(1, Asks.declarePassive("quorum"));
        elapse(client, 1);
        assertEquals(List.of("1 declare-ok classic 0 0"), client.call(1, Asks.declarePassive("classic")));
        assertEquals(
                List.of("1 channel.close NOT_FOUND - no queue 'quorum' in vhost '/' 50/10"),
                client.call(1, Asks.declarePassive("quorum")));
    }

    /** A durable queue of the type that its name says. */
    private static QueueMethod.Declare expiring(String type) {
        FieldTable arguments = FieldTable.builder()
                .put("x-queue-type", type)
                .put("x-expires", EXPIRES_MILLIS)
                .build();
        return new QueueMethod.Declare(ShortString.of(type), false, true, false, false, false, arguments);
    }

    private void elapse(TestClient client, long millis) {
        client.loop().elapse(millis);
        broker.settle();
    }

    @Test
    void aBusyChannelKeepsWhatFollowsWhileOthersGoOn() {
        TestClient client = broker.open("a");
        client.call(2, new ChannelMethod.Open(ShortString.EMPTY));
        client.add(1, Asks.declare("q"))
                .addPublish(1, "", "q", "one")
                .add(1, Asks.get("q"))
                .add(2, new BasicMethod.Qos(0, 5, false))
                .flush();
        assertEquals(List.of("2 basic.qos-ok"), client.take());
        broker.settle();
        assertEquals(List.of("1 declare-ok q 0 0", "1 get-ok 1, 0 left", "1 body one"), client.take());
    }

    @Test
    void anErrorOfWhatWasKeptClosesTheChannelAndDropsTheRest() {
        TestClient client = broker.open("a");
        client.add(1, Asks.declare("q"))
                .add(1, Asks.get("missing"))
                .addPublish(1, "", "q", "never")
                .flush();
        broker.settle();
        assertEquals(
                List.of("1 declare-ok q 0 0", "1 channel.close NOT_FOUND - no queue 'missing' in vhost '/' 60/70"),
                client.take());
        assertEquals(0, queue("q").readyCount());
        client.send(1, new ChannelMethod.CloseOk());
        assertEquals(List.of("1 channel.open-ok"), client.call(1, new ChannelMethod.Open(ShortString.EMPTY)));
    }

    @Test
    void framesThatWereKeptAreForgottenWhenTheyFail() {
        TestClient client = broker.open("a");
        String body = "x".repeat(100_000);
        for (int i = 0; i < 20; i++) {
            client.add(1, Asks.declare("q")).addPublish(1, "missing", "q", body).flush();
            broker.settle();
            client.add(1, new ChannelMethod.CloseOk()).send(1, new ChannelMethod.Open(ShortString.EMPTY));
        }
        client.take();
        client.add(1, Asks.declare("q")).addPublish(1, "", "q", "small").flush();
        broker.settle();
        assertTrue(client.isRead(), "nothing waits any more");
    }

    @Test
    void aClosingChannelIgnoresAllButTheClose() {
        TestClient client = broker.open("a");
        assertEquals(
                List.of("1 channel.close NOT_FOUND - no queue 'q' in vhost '/' 60/70"), client.call(1, Asks.get("q")));
        client.add(1, Asks.declare("q")).addPublish(1, "", "q", "x").flush();
        assertEquals(List.of(), client.take());
        assertEquals(
                List.of("1 channel.close-ok"), client.call(1, new ChannelMethod.Close(200, ShortString.EMPTY, 0, 0)));
        client.send(1, new ChannelMethod.CloseOk());
        assertEquals(
                List.of("0 connection.close CHANNEL_ERROR - expected 'channel.open' 50/10"),
                client.call(1, Asks.declare("q")));
    }

    @Test
    void aTagThatIsTakenIsFoundBeforeAQueueThatIsMissing() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declare("q"));
        client.call(1, Asks.consume("q", "t"));
        assertEquals(
                List.of("0 connection.close NOT_ALLOWED - attempt to reuse consumer tag 't' 60/20"),
                client.call(1, Asks.consume("missing", "t")));
    }

    @Test
    void queuesTakeTurnsInAWindowThatTheyShare() {
        TestClient client = broker.open("a");
        List<String> queues = List.of("q0", "q1", "q2");
        for (String queue : queues) {
            client.call(1, Asks.declare(queue));
            for (int i = 0; i < 9; i++) {
                client.addPublish(1, "", queue, "m").flush();
            }
        }
        client.call(1, new BasicMethod.Qos(0, 1, true));
        queues.forEach(queue -> client.call(1, Asks.consume(queue, "of " + queue)));
        for (int tag = 1; tag <= 9; tag++) {
            client.call(1, new BasicMethod.Ack(tag, false));
        }
        queues.forEach(queue -> assertTrue(queue(queue).readyCount() < 9, queue));
    }

    @Test
    void whatAWiderWindowLetsThroughComesBehindItsAnswer() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declare("q"));
        client.addPublish(1, "", "q", "one").addPublish(1, "", "q", "two").flush();
        client.call(1, new BasicMethod.Qos(0, 1, true));
        client.call(1, Asks.consume("q", "t"));
        assertEquals(
                List.of("1 basic.qos-ok", "1 deliver t 2", "1 body two"),
                client.call(1, new BasicMethod.Qos(0, 2, true)));
    }

    @Test
    void noServerEverAskedForAFlowOk() {
        assertEquals(
                List.of("0 connection.close COMMAND_INVALID - unimplemented method 20/21"),
                broker.open("a").call(1, new ChannelMethod.FlowOk(true)));
    }

    @Test
    void unsettledDeliveriesGoBackBeforeTheClientIsTold() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declare("q"));
        client.addPublish(1, "", "q", "one").flush();
        client.call(1, Asks.consume("q", "t"));
        client.send(1, new BasicMethod.Ack(7, false));
        assertEquals(1, queue("q").readyCount());
        assertEquals(0, queue("q").consumerCount());
        assertEquals(List.of("1 channel.close PRECONDITION_FAILED - unknown delivery tag 7 60/80"), client.take());
    }

    @Test
    void deliveriesThatArriveAfterTheCloseGoBack() {
        TestClient owner = broker.open("owner");
        owner.call(1, Asks.declare("q"));
        TestClient client = broker.open("client");
        client.call(1, Asks.consume("q", "t"));
        owner.addPublish(1, "", "q", "one").flush();
        owner.loop().runAll();
        assertEquals(1, queue("q").unackedCount());
        client.send(1, new ChannelMethod.Close(200, ShortString.EMPTY, 0, 0));
        broker.settle();
        assertEquals(List.of("1 channel.close-ok"), client.take());
        assertEquals(1, queue("q").readyCount());
        assertEquals(0, queue("q").unackedCount());
    }

    @Test
    void aConsumerWhoseConnectionIsLostBeforeItWasAddedIsRemoved() {
        TestClient owner = broker.open("owner");
        owner.call(1, Asks.declare("q"));
        TestClient client = broker.open("client");
        client.send(1, Asks.consume("q", "t"));
        client.drop();
        broker.settle();
        assertEquals(0, queue("q").consumerCount());
        owner.addPublish(1, "", "q", "one").flush();
        assertEquals(1, queue("q").readyCount());
    }

    @Test
    void aMessageThatWasFetchedForALostConnectionGoesBack() {
        TestClient owner = broker.open("owner");
        owner.call(1, Asks.declare("q"));
        owner.addPublish(1, "", "q", "one").flush();
        TestClient client = broker.open("client");
        client.send(1, Asks.get("q"));
        client.drop();
        broker.settle();
        assertEquals(1, queue("q").readyCount());
        assertEquals(0, queue("q").unackedCount());
    }

    @Test
    void acksOutOfOrderAndANackOfAllInOneReadLoseNothing() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declare("q"));
        client.call(1, new BasicMethod.Qos(0, 16, false));
        for (int i = 0; i < 40; i++) {
            client.addPublish(1, "", "q", "m" + i);
        }
        client.flush();
        client.call(1, Asks.consume("q", "t"));
        for (int tag = 2; tag <= 9; tag++) {
            client.add(1, new BasicMethod.Ack(tag, false));
        }
        client.add(1, new BasicMethod.Nack(0, true, true)).flush();
        broker.settle();
        client.take();
        assertEquals(16, queue("q").unackedCount());
        assertEquals(16, queue("q").readyCount());
        for (int tag = 17; tag <= 32; tag++) {
            client.add(1, new BasicMethod.Ack(tag, false));
        }
        client.flush();
        broker.settle();
        assertEquals(
                List.of(),
                client.take().stream().filter(it -> it.contains("close")).toList());
    }

    @Test
    void recoverPutsEverythingBack() {
        TestClient client = broker.open("a");
        client.call(1, Asks.declare("q"));
        client.addPublish(1, "", "q", "one").flush();
        client.call(1, Asks.get("q"));
        assertEquals(List.of("1 basic.recover-ok"), client.call(1, new BasicMethod.Recover(true)));
        assertEquals(List.of("1 get-ok 2 again, 0 left", "1 body one"), client.call(1, Asks.get("q")));
        assertEquals(
                List.of("0 connection.close NOT_IMPLEMENTED - requeue=false 60/110"),
                client.call(1, new BasicMethod.Recover(false)));
    }
}
