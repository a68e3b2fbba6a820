package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.server.queue.SettleBatch.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTtlTest {
    private static QueueFixture withTtl(long millis) {
        return new QueueFixture(QueueRules.PLAIN.withMessageTtl(millis));
    }

    private static void publish(QueueFixture fixture, Message... messages) {
        fixture.publish(messages);
        fixture.settleDown();
    }

    private static void elapse(QueueFixture fixture, long millis) {
        fixture.home.elapse(millis);
        fixture.settleDown();
    }

    private static Message expiring(QueueFixture fixture, long millis) {
        return Messages.expiringIn(millis, fixture.home);
    }

    @Test
    void messagesThatWaitTooLongAreGone() {
        QueueFixture fixture = withTtl(100);
        publish(fixture, Messages.persistentOf(1));
        elapse(fixture, 60);
        publish(fixture, Messages.transientOf(1));
        elapse(fixture, 39);
        assertEquals(2, fixture.queue.readyCount());
        elapse(fixture, 1);
        assertEquals(1, fixture.queue.readyCount());
        assertEquals(List.of("publish 7:1", "ack 7:1-1"), fixture.journal.takeRecords());
        elapse(fixture, 60);
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void theShorterOfBothTimesCounts() {
        QueueFixture fixture = withTtl(100);
        publish(fixture, expiring(fixture, 1_000), expiring(fixture, 30));
        elapse(fixture, 30);
        assertEquals(1, fixture.queue.readyCount());
        elapse(fixture, 70);
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void aMessageIsDueWhereverItStands() {
        QueueFixture fixture = QueueFixture.ofTransient();
        publish(
                fixture,
                Messages.transientOf(1),
                expiring(fixture, 50),
                Messages.transientOf(1),
                expiring(fixture, 20),
                expiring(fixture, 60));
        elapse(fixture, 55);
        assertEquals(3, fixture.queue.readyCount());
        assertEquals(1, fixture.get(true).sequence());
        assertEquals(3, fixture.get(true).sequence());
        assertEquals(5, fixture.get(true).sequence());
        assertNull(fixture.get(true).message());
    }

    @Test
    void aMessageWithNoTimeToLiveReachesAConsumerThatWaits() {
        QueueFixture fixture = withTtl(0);
        publish(fixture, Messages.transientOf(1));
        assertEquals(0, fixture.queue.readyCount());
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 2);
        publish(fixture, Messages.transientOf(1), expiring(fixture, 0), Messages.transientOf(1));
        assertEquals(List.of(2L, 3L), sink.takeSequences());
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void consumersGetAllOfALargeBatchWithNoTimeToLive() {
        QueueFixture fixture = withTtl(0);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, true, false, 0, new PrefetchWindow());
        fixture.publishTransient(5_000);
        fixture.settleDown();
        assertEquals(5_000, sink.deliveries().size());
    }

    @Test
    void whatExpiresAtOnceIsConfirmed() {
        QueueFixture fixture = QueueFixture.ofTransient();
        PublishBatch batch = fixture.publishAwaited(expiring(fixture, 0));
        fixture.settleDown();
        assertEquals(List.of(batch), fixture.origin.settled());
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void deliveredMessagesDoNotExpireButDoWhenTheyComeBackLate() {
        QueueFixture fixture = withTtl(50);
        publish(fixture, Messages.transientOf(1), Messages.transientOf(1));
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 2);
        fixture.settleDown();
        elapse(fixture, 60);
        assertEquals(2, fixture.queue.unackedCount());
        fixture.client.on(() -> fixture.queue.home().execute(() -> fixture.queue.removeConsumer(consumer)));
        fixture.settle(consumer, Outcome.REQUEUE, sink.deliveries());
        fixture.settleDown();
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.queue.unackedCount());
    }

    @Test
    void whatComesBackInTimeKeepsItsTime() {
        QueueFixture fixture = QueueFixture.ofTransient();
        publish(fixture, expiring(fixture, 50), Messages.transientOf(1));
        GetRequest got = fixture.get(false);
        elapse(fixture, 20);
        fixture.client.on(got::giveBack);
        fixture.settleDown();
        elapse(fixture, 29);
        assertEquals(2, fixture.queue.readyCount());
        elapse(fixture, 1);
        assertEquals(1, fixture.queue.readyCount());
        assertEquals(2, fixture.get(true).sequence());
    }

    @Test
    void aQueueInWhichNothingExpiresHasNoTimer() {
        QueueFixture fixture = QueueFixture.ofTransient();
        fixture.publishTransient(3);
        fixture.settleDown();
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void aDeletedQueueHasNoTimer() {
        QueueFixture fixture = withTtl(50);
        fixture.publishTransient(3);
        fixture.settleDown();
        assertEquals(1, fixture.home.timersSet());
        fixture.home.on(fixture.queue::delete);
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void forOlderMessagesTheTimeBeginsWithTheRule() {
        QueueFixture fixture = new QueueFixture(QueueRules.PLAIN);
        fixture.publishTransient(2);
        fixture.settleDown();
        elapse(fixture, 1_000);
        fixture.home.on(() -> fixture.queue.apply(QueueRules.PLAIN.withMessageTtl(100)));
        elapse(fixture, 99);
        assertEquals(2, fixture.queue.readyCount());
        elapse(fixture, 1);
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void withoutTheRuleMessagesStay() {
        QueueFixture fixture = withTtl(100);
        fixture.publishTransient(2);
        fixture.settleDown();
        fixture.home.on(() -> fixture.queue.apply(QueueRules.PLAIN));
        elapse(fixture, 200);
        assertEquals(2, fixture.queue.readyCount());
    }

    @Test
    void theTimeGoesOnWhileTheBrokerIsDown() {
        QueueFixture fixture = withTtl(100);
        long now = fixture.home.currentTimeMillis();
        fixture.store.has(1, Messages.persistentOf(1).arrivingAt(now - 100));
        fixture.store.has(2, Messages.persistentOf(1).arrivingAt(now - 40));
        fixture.queue.recover(QueueFixture.ID, 2, 2, 0);
        fixture.home.on(fixture.queue::started);
        fixture.settleDown();
        assertEquals(1, fixture.queue.readyCount());
        elapse(fixture, 60);
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void whatAnEarlierVersionStoredBeginsAnew() {
        QueueFixture fixture = withTtl(1_000);
        Message old = expiring(fixture, 50);
        fixture.store.has(1, old.with(Envelope.EMPTY.withTtl(50)));
        fixture.queue.recover(QueueFixture.ID, 1, 1, 0);
        elapse(fixture, 500);
        fixture.home.on(fixture.queue::started);
        fixture.settleDown();
        assertEquals(1, fixture.queue.readyCount());
        elapse(fixture, 50);
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void messagesOnTheDiskExpireWithoutAnybodyAsking() {
        QueueFixture fixture = new QueueFixture(QueueRules.PLAIN.withMessageTtl(100), QueueKind.PLAIN, 10);
        for (int i = 0; i < 30; i++) {
            publish(fixture, Messages.persistentOf(1), Messages.transientOf(1));
        }
        assertEquals(60, fixture.queue.readyCount());
        elapse(fixture, 100);
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
    }

    @Test
    void aLongQueueExpiresInRuns() {
        QueueFixture fixture = withTtl(100);
        fixture.publishTransient(10_000);
        fixture.settleDown();
        GetRequest waiting = new GetRequest(fixture.queue, true, fixture.client, answered -> {});
        fixture.home.on(() -> {
            // The time is up, and the get comes before the timer does.
            fixture.home.later(100);
            fixture.queue.get(waiting);
        });
        assertEquals(10_000 - 1_024, fixture.queue.readyCount());
        assertNull(waiting.message());
        fixture.settleDown();
        assertEquals(0, fixture.queue.readyCount());
        publish(fixture, Messages.transientOf(1));
        assertNotNull(fixture.get(true).message());
    }

    @Test
    void consumersGetNothingThatIsDue() {
        QueueFixture fixture = withTtl(100);
        fixture.publishTransient(3_000);
        fixture.settleDown();
        fixture.home.on(() -> fixture.home.later(100));
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.settleDown();
        assertEquals(List.of(), sink.takeSequences());
    }
}
