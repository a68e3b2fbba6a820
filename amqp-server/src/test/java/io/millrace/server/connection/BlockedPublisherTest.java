package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.ConfirmMethod;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.method.TxMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.alarm.Resource;
import io.millrace.server.queue.Queue;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While an alarm is on, publishes wait in the order of their channel, and everything else goes on. */
class BlockedPublisherTest {
    private static final String LARGE = "x".repeat(TestBroker.MESSAGE_SIZE_MAX);

    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.open("client");

    @BeforeEach
    void declare() {
        client.call(1, Asks.declare("q"));
        client.call(1, Asks.declare("other"));
    }

    @AfterEach
    void end() {
        broker.end();
    }

    private Queue queue(String name) {
        return broker.virtualHost().requireQueue(ShortString.of(name));
    }

    private void alarm(Resource resource, boolean on) {
        broker.alarms.hold(resource, "test", on);
        broker.settle();
    }

    private List<String> settled() {
        broker.settle();
        return client.take();
    }

    private String reason() {
        return ((ConnectionMethod.Blocked) client.last()).reason().toString();
    }

    private void consumeOne() {
        client.addPublish(1, "", "q", "consumed").flush();
        client.send(1, Asks.consume("q", "tag"));
        assertEquals(List.of("1 basic.consume-ok", "1 deliver tag 1", "1 body consumed"), settled());
    }

    @Test
    void whoPublishesDuringAnAlarmIsToldOnceAndNobodyElse() {
        TestClient other = broker.open("other");
        client.addPublish(1, "", "q", "before").flush();
        other.addPublish(1, "", "q", "before").flush();
        broker.settle();
        alarm(Resource.DISK, true);
        assertEquals(List.of(), client.take());
        client.addPublish(1, "", "q", "x").addPublish(1, "", "q", "y").flush();
        assertEquals(List.of("0 connection.blocked"), settled());
        assertEquals("low on disk", reason());
        alarm(Resource.DISK, false);
        assertEquals(List.of("0 connection.unblocked"), client.take());
        assertEquals(List.of(), other.take());
        alarm(Resource.DISK, true);
        assertEquals(List.of(), client.take(), "it has not published in this alarm");
    }

    /** What the disk has no room for is not confirmed, and its publisher may wait for that and publish nothing more. */
    @Test
    void whoWaitsForAConfirmIsToldAtOnce() {
        client.call(1, Asks.declareDurable("durable"));
        client.call(1, new ConfirmMethod.Select(false));
        client.addPublish(1, "", "durable", "x", false, true).flush();
        assertEquals(List.of(), settled());
        alarm(Resource.DISK, true);
        assertEquals(List.of("0 connection.blocked"), client.take());
        broker.makeDurable();
        assertEquals(List.of("1 ack 1"), client.take());
        alarm(Resource.DISK, false);
        assertEquals(List.of("0 connection.unblocked"), client.take());
    }

    @Test
    void whoWaitsForACommitIsToldAtOnce() {
        client.call(1, Asks.declareDurable("durable"));
        client.call(1, new TxMethod.Select());
        client.addPublish(1, "", "durable", "x", false, true)
                .add(1, new TxMethod.Commit())
                .flush();
        assertEquals(List.of(), settled());
        alarm(Resource.DISK, true);
        assertEquals(List.of("0 connection.blocked"), client.take());
        broker.makeDurable();
        assertEquals(List.of("1 tx.commit-ok"), client.take());
    }

    @Test
    void whoseMessagesNoQueueHasTakenYetIsToldAtOnce() {
        TestClient far = broker.open("far");
        far.call(1, Asks.declare("far"));
        client.addPublish(1, "", "far", "x").flush();
        broker.alarms.hold(Resource.DISK, "test", true);
        client.runSocketTasks();
        assertEquals(List.of("0 connection.blocked"), client.take());
    }

    @Test
    void measuredMemoryBlocksAsWell() {
        broker.memoryAlarm.add(TestBroker.MEMORY_LIMIT + 1);
        assertEquals(List.of(), settled());
        client.addPublish(1, "", "q", "x").flush();
        assertEquals(List.of("0 connection.blocked"), settled());
        assertEquals("low on memory", reason());
        broker.memoryAlarm.add(-TestBroker.MEMORY_LIMIT);
        assertEquals(List.of("0 connection.unblocked"), settled());
    }

    @Test
    void theFirstPublishDuringAnAlarmWaitsAndTellsTheClientAllReasons() {
        alarm(Resource.MEMORY, true);
        alarm(Resource.DISK, true);
        assertEquals(List.of(), client.take());
        client.addPublish(1, "", "q", "x").flush();
        assertEquals(List.of("0 connection.blocked"), settled());
        assertEquals("low on disk & memory", reason());
        assertEquals(0, queue("q").readyCount());
        alarm(Resource.MEMORY, false);
        assertEquals(List.of(), client.take());
        assertEquals(0, queue("q").readyCount());
        alarm(Resource.DISK, false);
        assertEquals(List.of("0 connection.unblocked"), client.take());
        assertEquals(1, queue("q").readyCount());
    }

    @Test
    void aConnectionThatComesDuringAnAlarmIsHeldBackToo() {
        alarm(Resource.DISK, true);
        TestClient late = broker.open("late");
        late.addPublish(1, "", "q", "x").flush();
        broker.settle();
        assertEquals(List.of("0 connection.blocked"), late.take());
        assertEquals(0, queue("q").readyCount());
    }

    @Test
    void aClientThatDoesNotKnowTheMessageIsHeldBackAndNotTold() {
        TestClient simple = broker.connect(broker.loop("simple")).open(FieldTable.EMPTY);
        alarm(Resource.DISK, true);
        simple.addPublish(1, "", "q", "x").flush();
        broker.settle();
        assertEquals(0, queue("q").readyCount());
        alarm(Resource.DISK, false);
        assertEquals(List.of(), simple.take());
        assertEquals(1, queue("q").readyCount());
    }

    @Test
    void acknowledgementsOvertakeHeldPublishes() {
        consumeOne();
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "other", "held")
                .add(1, new BasicMethod.Ack(1, false))
                .flush();
        broker.settle();
        assertEquals(0, queue("q").unackedCount());
        assertEquals(0, queue("other").readyCount());
        alarm(Resource.DISK, false);
        assertEquals(1, queue("other").readyCount());
    }

    @Test
    void deliveriesGoOn() {
        client.addPublish(1, "", "q", "before").flush();
        alarm(Resource.DISK, true);
        client.send(1, Asks.consume("q", "tag"));
        assertEquals(List.of("1 basic.consume-ok", "1 deliver tag 1", "1 body before"), settled());
    }

    @Test
    void whatComesBehindAHeldPublishKeepsItsPlace() {
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "q", "one")
                .add(1, new ConfirmMethod.Select(false))
                .addPublish(1, "", "q", "two")
                .add(1, Asks.get("q"))
                .flush();
        assertEquals(List.of("0 connection.blocked"), settled());
        alarm(Resource.DISK, false);
        assertEquals(
                List.of("0 connection.unblocked", "1 confirm.select-ok", "1 ack 1", "1 get-ok 1, 1 left", "1 body one"),
                client.take());
    }

    @Test
    void anotherChannelDoesNotWait() {
        client.call(2, new ChannelMethod.Open(ShortString.EMPTY));
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "q", "x").add(2, Asks.declare("third")).flush();
        assertEquals(List.of("0 connection.blocked", "2 declare-ok third 0 0"), settled());
    }

    @Test
    void aPublishBehindADeclarationIsHeldWhenThatIsDone() {
        alarm(Resource.DISK, true);
        client.add(1, Asks.declare("third"))
                .addPublish(1, "", "third", "x")
                .add(1, Asks.declare("fourth"))
                .flush();
        assertEquals(List.of("1 declare-ok third 0 0", "0 connection.blocked"), settled());
        assertEquals(0, queue("third").readyCount());
        alarm(Resource.DISK, false);
        assertEquals(1, queue("third").readyCount());
    }

    @Test
    void theOtherHalfOfAMessageThatWasBegunPasses() {
        client.send(1, new BasicMethod.Publish(ShortString.EMPTY, ShortString.of("q"), false, false));
        alarm(Resource.DISK, true);
        client.addContent(1, "whole").flush();
        broker.settle();
        assertEquals(1, queue("q").readyCount());
    }

    @Test
    void inATransactionAcknowledgementsKeepTheirPlace() {
        consumeOne();
        client.call(1, new TxMethod.Select());
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "other", "x")
                .add(1, new TxMethod.Commit())
                .add(1, new BasicMethod.Ack(1, false))
                .add(1, new TxMethod.Rollback())
                .flush();
        assertEquals(List.of("0 connection.blocked"), settled());
        alarm(Resource.DISK, false);
        assertEquals(List.of("0 connection.unblocked", "1 tx.commit-ok", "1 tx.rollback-ok"), client.take());
        assertEquals(1, queue("q").unackedCount());
        assertEquals(1, queue("other").readyCount());
    }

    @Test
    void theErrorOfAHeldPublishComesWhenItsTurnComes() {
        alarm(Resource.DISK, true);
        client.addPublish(1, "missing", "q", "x")
                .addPublish(1, "", "q", "never")
                .flush();
        assertEquals(List.of("0 connection.blocked"), settled());
        alarm(Resource.DISK, false);
        assertEquals(
                List.of(
                        "0 connection.unblocked",
                        "1 channel.close NOT_FOUND - no exchange 'missing' in vhost '/' 60/40"),
                client.take());
        assertEquals(0, queue("q").readyCount());
    }

    @Test
    void theCloseWaitsForHeldPublishes() {
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "q", "x").add(0, Asks.closeConnection()).flush();
        assertEquals(List.of("0 connection.blocked"), settled());
        alarm(Resource.DISK, false);
        assertEquals(List.of("0 connection.unblocked", "0 connection.close-ok"), client.take());
        assertEquals(1, queue("q").readyCount());
    }

    @Test
    void aSocketIsNotReadFurtherThanTheBound() {
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "q", "small").flush();
        assertTrue(client.isRead());
        client.addPublish(1, "", "q", LARGE).flush();
        assertFalse(client.isRead());
        alarm(Resource.DISK, false);
        assertTrue(client.isRead());
        assertEquals(2, queue("q").readyCount());
    }

    @Test
    void whoIsNotReadIsNotTakenForDead() {
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "q", LARGE).flush();
        client.pass(TestBroker.HEARTBEAT_SECONDS * 5);
        assertTrue(client.isOpen(), "its heartbeats were not read");
        alarm(Resource.DISK, false);
        client.pass(TestBroker.HEARTBEAT_SECONDS);
        assertTrue(client.isOpen(), "it has two intervals again");
    }

    @Test
    void whoIsNotReadIsReadWhenTheServerClosesIt() {
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "q", LARGE).flush();
        client.take();
        broker.connections.closeAll("shutdown");
        broker.settle();
        assertEquals(List.of("0 connection.close CONNECTION_FORCED - shutdown 0/0"), client.take());
        assertTrue(client.isRead(), "or its close-ok would never be seen");
    }

    @Test
    void whatALostConnectionHadHeldIsForgotten() {
        alarm(Resource.DISK, true);
        client.addPublish(1, "", "q", LARGE).flush();
        assertTrue(broker.connections.deferredBytes() > LARGE.length());
        client.drop();
        broker.settle();
        assertEquals(0, broker.connections.deferredBytes());
        alarm(Resource.DISK, false);
        assertEquals(0, queue("q").readyCount());
    }
}
