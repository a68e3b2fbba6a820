package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Queues that drop duplicates. */
class DeduplicationTest {
    private static final int KEYS_ID = QueueKind.keysStoreId(QueueFixture.ID);
    private static final QueueRules WHILE_HELD = QueueRules.PLAIN.withDeduplication(Keyed.WHILE_HELD);

    private QueueFixture fixture = new QueueFixture(WHILE_HELD);

    private void use(DeduplicationRules rules) {
        fixture = new QueueFixture(QueueRules.PLAIN.withDeduplication(rules));
    }

    private void publish(Message... messages) {
        fixture.publish(messages);
        fixture.settleDown();
    }

    private List<String> drain() {
        List<String> bodies = new ArrayList<>();
        for (GetRequest got = fixture.get(true); got.message() != null; got = fixture.get(true)) {
            bodies.add(Keyed.body(got.message()));
        }
        return bodies;
    }

    private void settle(GetRequest got, SettleBatch.Outcome outcome) {
        SettleBatch batch = new SettleBatch(fixture.queue.getter(), outcome);
        batch.add(got.message(), got.sequence());
        fixture.client.on(batch::handOver);
        fixture.settleDown();
    }

    /** What was written is there again. */
    private void restart(QueueRules rules) {
        QueueFixture before = fixture;
        fixture = new QueueFixture(rules);
        fixture.home.later(before.home.currentTimeMillis() - TestLoop.MIDNIGHT);
        Map<Integer, NavigableMap<Long, Message>> live = before.journal.live();
        live.forEach((storeId, messages) -> {
            messages.forEach((sequence, message) -> fixture.store.has(storeId, sequence, message));
            messages.forEach((sequence, message) -> fixture.journal.publish(storeId, sequence, message));
            long last = before.journal.last(storeId);
            fixture.queue.recover(storeId, messages.size(), last, last);
        });
        fixture.home.on(fixture.queue::started);
    }

    @Test
    void aKeyIsKnownAsLongAsItsMessageIsThere() {
        publish(Keyed.message("a", "a1"), Keyed.message("a", "a2"), Keyed.message("b", "b1"));
        publish(Keyed.withoutKey("n1"), Keyed.withoutKey("n2"), Keyed.message("b", "b2"));
        assertEquals(2, fixture.counters.sum(BrokerCounter.DUPLICATES_DROPPED));
        assertEquals(4, fixture.queue.readyCount());

        GetRequest got = fixture.get(false);
        publish(Keyed.message("a", "a3"));
        settle(got, SettleBatch.Outcome.REQUEUE);
        publish(Keyed.message("a", "a4"));
        settle(fixture.get(false), SettleBatch.Outcome.ACKNOWLEDGE);
        publish(Keyed.message("a", "a5"));

        assertEquals(List.of("b1", "n1", "n2", "a5"), drain());
    }

    @Test
    void aRejectedAPurgedAndAnExpiredMessageTakeTheirKeysAlong() {
        publish(Keyed.message("a", "a1"));
        settle(fixture.get(false), SettleBatch.Outcome.REJECT);
        publish(Keyed.message("a", "a2"));
        fixture.home.on(fixture.queue::purge);
        publish(Keyed.message("a", "a3"));
        assertEquals(List.of("a3"), drain());

        fixture = new QueueFixture(WHILE_HELD.withMessageTtl(100));
        publish(Keyed.message("a", "a1"));
        fixture.home.elapse(99);
        publish(Keyed.message("a", "a2"));
        fixture.home.elapse(1);
        publish(Keyed.message("a", "a3"));
        assertEquals(List.of("a3"), drain());
    }

    @Test
    void aMessageThatComesBackLaterIsThereMeanwhile() {
        fixture = new QueueFixture(WHILE_HELD.withRetry(new RetryRules(true, true, 50, 1000, 1, 0)));
        publish(Keyed.message("a", "a1"));
        settle(fixture.get(false), SettleBatch.Outcome.REQUEUE_FAILED);
        publish(Keyed.message("a", "a2"));
        fixture.home.elapse(50);
        fixture.settleDown();
        assertEquals(List.of("a1"), drain());
        publish(Keyed.message("a", "a3"));
        assertEquals(List.of("a3"), drain());
    }

    @Test
    void aCacheKnowsTheLatestKeysWhateverBecameOfTheMessages() {
        use(Keyed.rules(2, QueueRules.FOREVER, false));
        publish(Keyed.message("a", "a1"), Keyed.message("b", "b1"));
        assertEquals(List.of("a1", "b1"), drain());
        publish(Keyed.message("a", "a2"), Keyed.message("c", "c1"), Keyed.message("b", "b2"));
        publish(Keyed.message("a", "a3"));
        assertEquals(List.of("c1", "a3"), drain());
    }

    @Test
    void aKeyIsKnownForItsTime() {
        use(Keyed.rules(1000, 100, false));
        publish(Keyed.message("a", "a1"), Keyed.forMillis("b", "b1", 10), Keyed.forMillis("c", "c1", 1000));
        fixture.home.elapse(10);
        publish(Keyed.message("a", "a2"), Keyed.forMillis("b", "b2", 0), Keyed.message("c", "c2"));
        publish(Keyed.message("b", "b3"));
        fixture.home.elapse(90);
        publish(Keyed.message("a", "a3"), Keyed.message("b", "b4"), Keyed.message("c", "c3"));
        assertEquals(List.of("a1", "b1", "c1", "b2", "b3", "a3"), drain());
    }

    @Test
    void aKeyIsWrittenBehindItsMessageAndGivenUpBeforeIt() {
        publish(Keyed.message("a", "a1"), Keyed.message("a", "a2"), Keyed.ofTransient("b", "b1"));
        assertEquals(List.of("publish 7:1", "publish " + KEYS_ID + ":1"), fixture.journal.takeRecords());
        drain();
        assertEquals(List.of("ack " + KEYS_ID + ":1-1", "ack 7:1-1"), fixture.journal.takeRecords());
    }

    @Test
    void keysThatAreToEndWithTheProcessAreNotWritten() {
        use(new DeduplicationRules(DeduplicationRules.HEADER_DEFAULT, 10, QueueRules.FOREVER, false, false));
        publish(Keyed.message("a", "a1"), Keyed.message("a", "a2"));
        assertEquals(List.of("publish 7:1"), fixture.journal.takeRecords());
    }

    @Test
    void aDuplicateIsAsSafeAsWhatItRepeats() {
        fixture.publishAwaited(Keyed.message("a", "a1"));
        PublishBatch repeated = fixture.publishAwaited(Keyed.message("a", "a2"));
        fixture.settleDown();
        assertEquals(List.of(), fixture.origin.settled());
        fixture.journal.makeDurable();
        fixture.settleDown();
        assertTrue(fixture.origin.settled().contains(repeated));
        assertEquals(2L * Keyed.message("a", "a1").memoryBytes(), fixture.origin.enqueuedBytes());
    }

    @Test
    void whatWasKnownIsKnownAfterARestart() {
        for (boolean whileHeld : new boolean[] {true, false}) {
            use(Keyed.rules(1000, 100, whileHeld));
            publish(Keyed.message("a", "a1"), Keyed.message("b", "b1"), Keyed.ofTransient("t", "t1"));
            fixture.home.elapse(60);
            publish(Keyed.message("c", "c1"));
            restart(QueueRules.PLAIN.withDeduplication(Keyed.rules(1000, 100, whileHeld)));
            // Comes before the keys were read.
            publish(Keyed.message("a", "a2"), Keyed.message("d", "d1"), Keyed.message("t", "t2"));
            fixture.home.elapse(40);
            publish(Keyed.message("a", "a3"), Keyed.message("c", "c2"));
            assertEquals(List.of("a1", "b1", "c1", "d1", "t2", "a3"), drain());
        }
    }

    @Test
    void keysThatNobodyWantsAnyMoreAreGivenUp() {
        publish(Keyed.message("a", "a1"), Keyed.message("b", "b1"));
        fixture.home.on(() -> fixture.queue.apply(QueueRules.PLAIN));
        publish(Keyed.message("a", "a2"));
        fixture.home.on(() -> fixture.queue.apply(WHILE_HELD));
        publish(Keyed.message("c", "c1"), Keyed.message("c", "c2"));
        restart(QueueRules.PLAIN);
        fixture.settleDown();
        assertTrue(fixture.journal.live().get(KEYS_ID).isEmpty(), "keys are left in the log");
        assertEquals(List.of("a1", "b1", "a2", "c1"), drain());
    }

    @Test
    void aMessageThatFindsNoRoomIsNoMessageToRepeat() {
        LengthLimit one = new LengthLimit(1, LengthLimit.NONE, LengthLimit.Overflow.REJECT_PUBLISH);
        fixture = new QueueFixture(WHILE_HELD.withLengthLimit(one));
        publish(Keyed.message("a", "a1"));
        List<Long> refused = new ArrayList<>();
        PublishBatch batch = new PublishBatch(fixture.queue, fixture.origin);
        batch.add(Keyed.message("a", "a2"), refused::add, 1);
        batch.add(Keyed.message("b", "b1"), refused::add, 2);
        batch.add(Keyed.message("a", "a3"), refused::add, 3);
        batch.add(Keyed.message("b", "b2"), refused::add, 4);
        batch.awaitedBy(this);
        fixture.client.on(batch::handOver);
        fixture.settleDown();
        batch.reportRefused();
        assertEquals(List.of(2L, 4L), refused);
        assertEquals(List.of("a1"), drain());
        publish(Keyed.message("b", "b3"));
        assertEquals(List.of("b3"), drain());
    }

    @Test
    void whatIsDroppedToMakeRoomIsForgottenEvenUnread() {
        LengthLimit two = new LengthLimit(2, LengthLimit.NONE, LengthLimit.Overflow.DROP_HEAD);
        fixture = new QueueFixture(WHILE_HELD.withLengthLimit(two), QueueKind.PLAIN, 1);
        publish(Keyed.message("a", "a1"), Keyed.message("b", "b1"));
        publish(Keyed.message("c", "c1"), Keyed.message("d", "d1"));
        publish(Keyed.message("a", "a2"), Keyed.message("d", "d2"));
        assertEquals(List.of("d1", "a2"), drain());
    }

    @Test
    void aDeadLetterThatComesBackIsNoDuplicateOfItself() {
        List<Queue> targets = new ArrayList<>();
        QueueLifecycle lifecycle = new QueueLifecycle() {
            @Override
            public void servedItsPurpose(Queue queue) {}

            @Override
            public Route deadLetterRoute(
                    ShortString exchange,
                    ShortString routingKey,
                    List<ShortString> furtherKeys,
                    Supplier<FieldTable> headers) {
                return Route.of(targets.get(0));
            }
        };
        for (boolean whileHeld : new boolean[] {true, false}) {
            QueueRules rules = QueueRules.PLAIN
                    .withDeduplication(Keyed.rules(10, QueueRules.FOREVER, whileHeld))
                    .withDeadLettering(new DeadLettering(ShortString.of("dlx"), null, false));
            Queue queue = fixture.queue(20, lifecycle, rules);
            targets.clear();
            targets.add(queue);
            PublishBatch batch = new PublishBatch(queue, fixture.origin);
            batch.add(Keyed.message("a", "a1"));
            fixture.home.on(batch::handOver);
            GetRequest got = new GetRequest(queue, false, fixture.client, answered -> {});
            fixture.client.on(got::send);
            fixture.settleDown();
            SettleBatch reject = new SettleBatch(queue.getter(), SettleBatch.Outcome.REJECT);
            reject.add(got.message(), got.sequence());
            fixture.client.on(reject::handOver);
            fixture.settleDown();
            fixture.journal.makeDurable();
            fixture.settleDown();
            assertEquals(1, queue.readyCount());
        }
    }

    @Test
    void keysCountAsMemoryAndGoWithTheQueue() {
        use(Keyed.rules(10, QueueRules.FOREVER, false));
        publish(Keyed.message("a", "a1"), Keyed.message("b", "b1"));
        drain();
        assertEquals(2 * KnownKeys.KEY_BYTES, fixture.memory);
        fixture.journal.takeRecords();
        fixture.home.on(fixture.queue::delete);
        assertEquals(0, fixture.memory);
        assertTrue(fixture.journal.takeRecords().contains("delete " + KEYS_ID));
    }
}
