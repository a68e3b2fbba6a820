package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.server.metrics.BrokerCounter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exchanges that drop duplicates. */
class DeduplicationGateTest {
    private static final DeduplicationRules RULES = Keyed.rules(100, QueueRules.FOREVER, false);

    private GateFixture fixture = new GateFixture(RULES);

    @Test
    void whatIsNewGoesToEveryQueueOnceAndInItsOrder() {
        fixture.bind(fixture.near, fixture.far);
        fixture.publish(Keyed.message("a", "a1"), Keyed.withoutKey("n1"), Keyed.message("a", "a2"));
        fixture.publish(Keyed.message("b", "b1"), Keyed.message("a", "a3"), Keyed.withoutKey("n1"));
        fixture.settleDown();

        List<String> expected = List.of("a1", "n1", "b1", "n1");
        assertEquals(expected, fixture.drain(fixture.near));
        assertEquals(expected, fixture.drain(fixture.far));
        assertEquals(2, fixture.counters.sum(BrokerCounter.DUPLICATES_DROPPED));
    }

    @Test
    void theKeysAreWrittenWithTheMessagesOfQueuesOnTheSameLoop() {
        fixture.bind(fixture.near);
        PublishBatch batch = fixture.publish(Keyed.message("a", "a1"), Keyed.ofTransient("t", "t1"));
        fixture.settleDown();
        assertEquals(
                List.of("publish 1:1", "publish " + GateFixture.KEYS_ID + ":1"),
                fixture.home.journal().takeRecords());
        assertFalse(fixture.isSettled(batch));
        fixture.syncHome();
        assertTrue(fixture.isSettled(batch));
    }

    @Test
    void aQueueThatIsNotReadyForTheMessagesHasThemWrittenBeforeTheKeys() {
        fixture = new GateFixture(RULES, QueueRules.PLAIN.withDeduplication(RULES));
        fixture.bind(fixture.near);
        int keysOfNear = QueueKind.keysStoreId(GateFixture.NEAR_ID);
        fixture.store.has(keysOfNear, 1, Messages.persistentOf(1));
        fixture.near.recover(keysOfNear, 1, 1, 0);
        PublishBatch batch = fixture.publish(Keyed.message("a", "a1"));
        fixture.home.runAll();
        assertEquals(List.of(), fixture.home.journal().takeRecords());
        fixture.settleDown();
        assertEquals(
                List.of("publish 1:1", "publish " + keysOfNear + ":2"),
                fixture.home.journal().takeRecords());
        fixture.syncHome();
        assertEquals(
                List.of("publish " + GateFixture.KEYS_ID + ":1"),
                fixture.home.journal().takeRecords());
        fixture.syncHome();
        assertTrue(fixture.isSettled(batch));
    }

    @Test
    void elseTheyAreWrittenWhenTheMessagesAreSafe() {
        fixture.bind(fixture.near, fixture.far);
        PublishBatch batch = fixture.publish(Keyed.message("a", "a1"));
        fixture.settleDown();
        fixture.syncHome();
        assertEquals(List.of("publish 1:1"), fixture.home.journal().takeRecords());
        fixture.syncOther();
        assertEquals(
                List.of("publish " + GateFixture.KEYS_ID + ":1"),
                fixture.home.journal().takeRecords());
        assertFalse(fixture.isSettled(batch));
        fixture.syncHome();
        assertTrue(fixture.isSettled(batch));
    }

    @Test
    void aDuplicateIsAsSafeAsWhatItRepeats() {
        fixture.bind(fixture.far);
        PublishBatch batch = fixture.publish(Keyed.message("a", "a1"));
        PublishBatch repeated = fixture.publish(Keyed.message("a", "a2"));
        fixture.settleDown();
        assertFalse(fixture.isSettled(repeated));
        fixture.syncOther();
        assertFalse(fixture.isSettled(repeated));
        fixture.syncHome();
        assertTrue(fixture.isSettled(batch) && fixture.isSettled(repeated));

        PublishBatch later = fixture.publish(Keyed.message("a", "a3"));
        fixture.settleDown();
        assertTrue(fixture.isSettled(later));
    }

    @Test
    void aDeadLetterLeavesItsQueueWithItsRecordInOneQueueButNotWithThatInTheFirstOfSeveral() {
        Envelope dead = Envelope.EMPTY.movedFrom(new LogPlace(99, 5));
        fixture.bind(fixture.near);
        fixture.publish(Keyed.message("a", "a1").with(dead));
        fixture.settleDown();
        assertEquals("99:5", fixture.home.journal().movedFrom("1:1"));
        fixture.bind(fixture.near, fixture.far);
        fixture.publish(Keyed.message("b", "b1").with(dead));
        fixture.settleDown();
        assertEquals(1, fixture.home.journal().moves());
    }

    @Test
    void publishersAreSlowedDownUntilTheQueuesHaveTakenTheMessages() {
        fixture.bind(fixture.near, fixture.far);
        PublishBatch batch = fixture.publish(Keyed.message("a", "a1"), Keyed.message("a", "a2"));
        fixture.home.runAll();
        assertEquals(0, fixture.origin.enqueuedBytes());
        fixture.settleDown();
        assertEquals(batch.bytes(), fixture.origin.enqueuedBytes());
    }

    @Test
    void aMessageThatAQueueRefusesMayComeAgain() {
        LengthLimit none = new LengthLimit(0, LengthLimit.NONE, LengthLimit.Overflow.REJECT_PUBLISH);
        fixture = new GateFixture(RULES, QueueRules.PLAIN.withLengthLimit(none));
        fixture.bind(fixture.near);
        List<Long> refused = new ArrayList<>();
        PublishBatch batch = new PublishBatch(fixture.gate, fixture.origin);
        batch.add(Keyed.message("a", "a1"), refused::add, 7);
        batch.add(Keyed.message("a", "a2"), refused::add, 8);
        batch.awaitedBy(this);
        fixture.client.on(batch::handOver);
        fixture.settleDown();
        assertTrue(fixture.isSettled(batch));
        batch.reportRefused();
        assertEquals(List.of(7L, 8L), refused);
        assertTrue(fixture.home.journal().takeRecords().isEmpty());

        fixture.home.on(() -> fixture.near.apply(QueueRules.PLAIN));
        fixture.publish(Keyed.message("a", "a3"));
        fixture.settleDown();
        assertEquals(List.of("a3"), fixture.drain(fixture.near));
    }

    @Test
    void aDeadLetterThatComesBackPassesAgainUnlessItGoesInCircles() {
        fixture.bind(fixture.near, fixture.far);
        fixture.publish(Keyed.message("a", "a1"));
        fixture.publish(died("rejected", "other", "x" + GateFixture.ID), died("expired", "x1", "x" + GateFixture.ID));
        fixture.publish(died("expired", "other", "elsewhere"));
        fixture.settleDown();
        assertEquals(List.of("a1", "rejected"), fixture.drain(fixture.near));
        assertEquals(List.of("a1", "rejected", "expired"), fixture.drain(fixture.far));
    }

    /** With the key "a", as its headers say and its envelope confirms. */
    private static Message died(String reason, String queue, String exchange) {
        FieldTable death = FieldTable.builder()
                .put("count", 1L)
                .put("reason", reason)
                .put("queue", queue)
                .put("exchange", exchange)
                .build();
        FieldTable headers = Keyed.headers(new FieldValue.Text(LongString.of("a")))
                .put("x-death", new FieldValue.Array(List.of(new FieldValue.Table(death))))
                .build();
        Message message = Keyed.message(headers, reason, false);
        return message.with(
                new Envelope(Envelope.UNKNOWN, QueueRules.FOREVER, List.of(), true, false, 0, null, null, 0));
    }

    @Test
    void whatIsUnroutableByNowIsDropped() {
        PublishBatch batch = fixture.publish(Keyed.ofTransient("a", "a1"));
        fixture.settleDown();
        assertTrue(fixture.isSettled(batch));
        assertEquals(1, fixture.counters.sum(BrokerCounter.UNROUTABLE_DROPPED));
        assertEquals(batch.bytes(), fixture.origin.enqueuedBytes());
    }

    @Test
    void publishesWaitUntilTheKeysOfAnEarlierRunAreKnown() {
        fixture.bind(fixture.near);
        fixture.publish(Keyed.message("a", "a1"));
        fixture.settleDown();
        fixture.syncHome();
        GateFixture before = fixture;
        fixture = new GateFixture(RULES);
        fixture.bind(fixture.near);
        fixture.recover(before, before.logged(before.home.journal().written(), 0));
        PublishBatch batch = fixture.publish(Keyed.message("a", "a2"), Keyed.message("b", "b1"));
        fixture.settleDown();
        fixture.syncHome();
        assertTrue(fixture.isSettled(batch));
        assertEquals(List.of("a1", "b1"), fixture.drain(fixture.near));
    }

    @Test
    void whoPublishesToADeletedExchangeIsToldSo() {
        fixture.bind(fixture.near);
        fixture.publish(Keyed.message("a", "a0"));
        fixture.settleDown();
        fixture.drain(fixture.near);
        fixture.home.on(fixture.gate::delete);
        PublishBatch batch = fixture.publish(Keyed.message("a", "a1"));
        fixture.settleDown();
        assertTrue(fixture.isSettled(batch));
        assertEquals(List.of(), fixture.drain(fixture.near));
        assertTrue(fixture.home.journal().takeRecords().contains("delete " + GateFixture.KEYS_ID));
        assertEquals(0, fixture.memory);
    }
}
