package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.ConfirmMethod;
import io.millrace.codec.method.ExchangeMethod;
import io.millrace.codec.method.TxMethod;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Confirms, returns, transactions and the brake on publishers. */
class PublishTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.open("client");

    @AfterEach
    void end() {
        broker.end();
    }

    private Queue queue(String name) {
        return broker.virtualHost().requireQueue(ShortString.of(name));
    }

    private void confirms(int channel) {
        assertEquals(List.of(channel + " confirm.select-ok"), client.call(channel, new ConfirmMethod.Select(false)));
    }

    private List<String> settled() {
        broker.settle();
        return client.take();
    }

    @Test
    void whatSettlesTogetherIsOneAck() {
        client.call(1, Asks.declare("q"));
        confirms(1);
        client.addPublish(1, "", "q", "a")
                .addPublish(1, "", "q", "b")
                .addPublish(1, "", "q", "c")
                .flush();
        assertEquals(List.of("1 ack 3 multiple"), settled());
        client.addPublish(1, "", "q", "d").flush();
        assertEquals(List.of("1 ack 4"), settled());
    }

    @Test
    void confirmsWaitForTheDiskAndKeepTheirOrder() {
        client.call(1, Asks.declareDurable("q"));
        confirms(1);
        client.addPublish(1, "", "q", "a", false, true).flush();
        client.addPublish(1, "", "q", "b", false, false).flush();
        assertEquals(List.of(), settled());
        broker.makeDurable();
        assertEquals(List.of("1 ack 2 multiple"), client.take());
    }

    @Test
    void eachFlushOfOneReadIsConfirmedWhenItIsSafe() {
        client.call(1, Asks.declareDurable("q"));
        confirms(1);
        client.addPublish(1, "", "q", "a", false, true)
                .add(1, Asks.declarePassive("q"))
                .addPublish(1, "", "q", "b", false, true)
                .flush();
        assertEquals(List.of("1 declare-ok q 1 0"), settled());
        assertEquals(2, client.loop().journal().undurable());
        broker.makeDurable();
        assertEquals(List.of("1 ack 1", "1 ack 2"), client.take());
    }

    @Test
    void aMessageForManyQueuesIsConfirmedOnceAllHaveIt() {
        TestClient other = broker.open("other");
        other.call(1, Asks.declareDurable("far"));
        client.call(1, Asks.declareDurable("near"));
        client.call(1, Asks.bind("far", "amq.fanout", ""));
        client.call(1, Asks.bind("near", "amq.fanout", ""));
        confirms(1);
        client.addPublish(1, "amq.fanout", "", "a", false, true).flush();
        assertEquals(List.of(), settled());
        client.loop().on(() -> client.loop().journal().makeDurable());
        assertEquals(List.of(), settled());
        other.loop().on(() -> other.loop().journal().makeDurable());
        assertEquals(List.of("1 ack 1"), settled());
    }

    @Test
    void unroutableMessagesAreReturnedFirstAndConfirmed() {
        confirms(1);
        client.addPublish(1, "", "nowhere", "a", true, false)
                .addPublish(1, "", "nowhere", "b", false, false)
                .flush();
        assertEquals(List.of("1 return 312 NO_ROUTE", "1 body a", "1 ack 2 multiple"), settled());
    }

    @Test
    void whatWasPublishedBeforeConfirmSelectIsNotConfirmed() {
        client.call(1, Asks.declareDurable("q"));
        client.addPublish(1, "", "q", "a", false, true)
                .add(1, new ConfirmMethod.Select(false))
                .addPublish(1, "", "q", "b")
                .flush();
        assertEquals(List.of("1 confirm.select-ok", "1 ack 1"), settled());
        broker.makeDurable();
        assertEquals(List.of(), client.take());
    }

    @Test
    void channelsAreConfirmedApart() {
        client.call(2, new ChannelMethod.Open(ShortString.EMPTY));
        client.call(1, Asks.declare("q"));
        confirms(1);
        confirms(2);
        client.addPublish(1, "", "q", "a")
                .addPublish(2, "", "q", "b")
                .addPublish(1, "", "q", "c")
                .flush();
        assertEquals(List.of("1 ack 2 multiple", "2 ack 1"), settled());
    }

    @Test
    void aClosedChannelIsNotConfirmed() {
        client.call(1, Asks.declareDurable("q"));
        confirms(1);
        client.addPublish(1, "", "q", "a", false, true).flush();
        client.call(1, new ChannelMethod.Close(200, ShortString.EMPTY, 0, 0));
        client.call(1, new ChannelMethod.Open(ShortString.EMPTY));
        broker.makeDurable();
        assertEquals(List.of(), client.take());
    }

    @Test
    void aDeletedQueueConfirmsWhatItWillNotKeep() {
        TestClient other = broker.open("other");
        other.call(1, Asks.declareDurable("q"));
        confirms(1);
        client.addPublish(1, "", "q", "a", false, true).flush();
        Queue queue = queue("q");
        other.loop().on(queue::delete);
        assertEquals(List.of("1 ack 1"), settled());
    }

    @Test
    void theSocketIsNotReadWhileTooMuchIsOnItsWay() {
        TestClient other = broker.open("other");
        other.call(1, Asks.declare("q"));
        String body = "x".repeat(100_000);
        for (int i = 0; i < 90; i++) {
            client.addPublish(1, "", "q", body);
        }
        client.flush();
        assertFalse(client.isRead());
        other.loop().runAll();
        client.loop().runAll();
        assertTrue(client.isRead());
        assertEquals(90, queue("q").readyCount());
    }

    @Test
    void aQueueOnTheSameLoopTakesAnythingAtOnce() {
        client.call(1, Asks.declare("q"));
        String body = "x".repeat(100_000);
        for (int i = 0; i < 90; i++) {
            client.addPublish(1, "", "q", body);
        }
        client.flush();
        client.loop().runAll();
        assertTrue(client.isRead());
    }

    @Test
    void aTransactionIsNothingUntilItsCommit() {
        client.call(1, Asks.declareDurable("q"));
        client.call(1, new TxMethod.Select());
        client.addPublish(1, "", "q", "a", false, true).flush();
        broker.settle();
        assertEquals(0, queue("q").readyCount());
        assertEquals(List.of(), client.call(1, new TxMethod.Commit()));
        assertEquals(1, queue("q").readyCount());
        broker.makeDurable();
        assertEquals(List.of("1 tx.commit-ok"), client.take());
        client.addPublish(1, "", "q", "b").flush();
        assertEquals(List.of("1 tx.rollback-ok"), client.call(1, new TxMethod.Rollback()));
        assertEquals(List.of("1 tx.commit-ok"), client.call(1, new TxMethod.Commit()));
        assertEquals(1, queue("q").readyCount());
    }

    @Test
    void acksOfATransactionAreTakenBackByARollback() {
        client.call(1, Asks.declare("q"));
        client.addPublish(1, "", "q", "a").addPublish(1, "", "q", "b").flush();
        client.call(1, Asks.consume("q", "t"));
        client.call(1, new TxMethod.Select());
        client.call(1, new BasicMethod.Ack(1, false));
        client.call(1, new TxMethod.Rollback());
        assertEquals(2, queue("q").unackedCount());
        client.call(1, new BasicMethod.Ack(2, true));
        assertEquals(2, queue("q").unackedCount());
        assertEquals(List.of("1 tx.commit-ok"), client.call(1, new TxMethod.Commit()));
        assertEquals(0, queue("q").unackedCount());
        assertEquals(0, queue("q").readyCount());
    }

    @Test
    void aCommitGoesWhereThePublishesWentWhateverWasDeletedMeanwhile() {
        client.call(1, Asks.declare("q"));
        client.call(1, Asks.declareExchange("x", "fanout", false));
        client.call(1, Asks.bind("q", "x", ""));
        client.call(1, new TxMethod.Select());
        client.addPublish(1, "", "q", "a").addPublish(1, "x", "", "b").flush();
        TestClient other = broker.open("other");
        assertEquals(
                List.of("1 exchange.delete-ok"),
                other.call(1, new ExchangeMethod.Delete(ShortString.of("x"), false, false)));
        assertEquals(List.of("1 tx.commit-ok"), client.call(1, new TxMethod.Commit()));
        assertEquals(2, queue("q").readyCount());
    }

    @Test
    void aCommitForAQueueThatIsGoneEndsTheConnection() {
        client.call(1, Asks.declare("q"));
        client.call(1, new TxMethod.Select());
        client.addPublish(1, "", "q", "a").flush();
        broker.open("other").call(1, Asks.delete("q"));
        assertEquals(
                List.of("0 connection.close RESOURCE_ERROR - failed to deliver message: {not_found,\n" + " ".repeat(31)
                        + "{resource,<<\"/\">>,queue,<<\"q\">>}} 90/20"),
                client.call(1, new TxMethod.Commit()));
    }

    @Test
    void confirmsAndTransactionsExcludeEachOther() {
        confirms(1);
        assertEquals(
                List.of("1 channel.close PRECONDITION_FAILED - cannot switch from confirm to tx mode 90/10"),
                client.call(1, new TxMethod.Select()));
        client.call(2, new ChannelMethod.Open(ShortString.EMPTY));
        assertEquals(
                List.of("2 channel.close PRECONDITION_FAILED - channel is not transactional 90/20"),
                client.call(2, new TxMethod.Commit()));
    }
}
