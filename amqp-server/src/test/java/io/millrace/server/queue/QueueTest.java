package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.queue.SettleBatch.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueTest {
    @Test
    void consumersTakeTurns() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink first = fixture.sink();
        RecordingSink second = fixture.sink();
        fixture.consume(first, 0);
        fixture.consume(second, 0);
        fixture.publishTransient(5);
        fixture.settleDown();
        assertEquals(List.of(1L, 3L, 5L), first.takeSequences());
        assertEquals(List.of(2L, 4L), second.takeSequences());
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(List.of(6L), second.takeSequences());
    }

    @Test
    void theTurnSurvivesAConsumerThatLeaves() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink[] sinks = {fixture.sink(), fixture.sink(), fixture.sink()};
        QueueConsumer first = fixture.consume(sinks[0], 0);
        fixture.consume(sinks[1], 0);
        fixture.consume(sinks[2], 0);
        fixture.publishTransient(2);
        fixture.settleDown();
        fixture.home.on(() -> fixture.queue.removeConsumer(first));
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(List.of(3L), sinks[2].takeSequences());
    }

    @Test
    void aDrainHandsEachConsumerOneBatch() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.publishTransient(500);
        fixture.settleDown();
        assertEquals(List.of(500), sink.batchSizes());
    }

    @Test
    void largeMessagesGoOutBeforeTheDrainEnds() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        Message large = Messages.transientOf(200 << 10);
        fixture.publish(large, large, large);
        fixture.settleDown();
        assertEquals(List.of(2, 1), sink.batchSizes());
    }

    @Test
    void prefetchLimitsWhatIsUnsettled() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 2);
        fixture.publishTransient(5);
        fixture.settleDown();
        assertEquals(2, sink.deliveries().size());
        assertEquals(2, fixture.queue.unackedCount());
        assertEquals(3, fixture.queue.readyCount());
        fixture.settle(consumer, Outcome.ACKNOWLEDGE, List.of(sink.deliveries().get(0)));
        fixture.settleDown();
        assertEquals(List.of(1L, 2L, 3L), sink.takeSequences());
    }

    @Test
    void automaticAcksNeitherCountNorWait() {
        QueueFixture fixture = QueueFixture.durable();
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, true, false, 1, new PrefetchWindow());
        fixture.publish(Messages.persistentOf(1), Messages.persistentOf(1), Messages.transientOf(1));
        fixture.settleDown();
        assertEquals(List.of(1L, 2L, 3L), sink.takeSequences());
        assertEquals(0, fixture.queue.unackedCount());
        assertEquals(List.of("publish 7:1", "publish 7:2", "ack 7:1-2"), fixture.journal.takeRecords());
        assertEquals(0, fixture.memory);
        assertEquals(3, fixture.counters.sum(BrokerCounter.DELIVERED_CONSUME_AUTO_ACK));
    }

    @Test
    void automaticAcksWaitWhileTheWindowIsFullAndTakeNoPlaces() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink sink = fixture.sink();
        PrefetchWindow window = new PrefetchWindow();
        window.limit(1);
        QueueConsumer consumer = fixture.consume(sink, true, false, 0, window);
        assertTrue(window.tryAcquire());
        fixture.publishTransient(2);
        fixture.settleDown();
        assertEquals(List.of(), sink.takeSequences());
        assertTrue(consumer.isParked());
        window.release(1);
        fixture.home.on(() -> fixture.queue.resume(consumer));
        fixture.settleDown();
        assertEquals(List.of(1L, 2L), sink.takeSequences());
        assertTrue(window.tryAcquire());
    }

    @Test
    void requeuedMessagesReturnToTheirPlace() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 3);
        fixture.publishTransient(4);
        fixture.settleDown();
        fixture.home.on(() -> fixture.queue.removeConsumer(consumer));
        List<RecordingSink.Delivery> got = List.copyOf(sink.deliveries());
        fixture.settle(consumer, Outcome.REQUEUE, List.of(got.get(2), got.get(0)));
        fixture.settle(consumer, Outcome.ACKNOWLEDGE, List.of(got.get(1)));
        fixture.settleDown();
        RecordingSink later = fixture.sink();
        fixture.consume(later, 0);
        fixture.settleDown();
        assertEquals(List.of(-1L, -3L, 4L), later.takeSequences());
        assertEquals(2, fixture.counters.sum(BrokerCounter.REDELIVERED));
    }

    @Test
    void memoryIsCountedUntilAMessageIsSettled() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink sink = fixture.sink();
        Message message = Messages.transientOf(100);
        QueueConsumer consumer = fixture.consume(sink, 0);
        fixture.publish(message, message);
        fixture.settleDown();
        assertEquals(2L * message.memoryBytes(), fixture.memory);
        fixture.settle(consumer, Outcome.REQUEUE, List.of(sink.deliveries().get(0)));
        fixture.settleDown();
        assertEquals(2L * message.memoryBytes(), fixture.memory);
        fixture.settle(consumer, Outcome.DISCARD, sink.deliveries().subList(1, 3));
        fixture.settleDown();
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.queue.unackedCount());
    }

    @Test
    void onlyPersistentMessagesInDurableQueuesAreWritten() {
        QueueFixture durable = QueueFixture.durable();
        durable.publish(Messages.transientOf(1), Messages.persistentOf(1));
        durable.settleDown();
        assertEquals(List.of("publish 7:2"), durable.journal.takeRecords());
        QueueFixture passing = QueueFixture.ofTransient();
        passing.publish(Messages.persistentOf(1));
        passing.settleDown();
        passing.home.on(() -> assertEquals(1, passing.queue.purge()));
        passing.home.on(passing.queue::delete);
        assertEquals(List.of(), passing.journal.takeRecords());
    }

    @Test
    void whatMustBeDurableIsSettledWhenItIs() {
        QueueFixture fixture = QueueFixture.durable();
        PublishBatch durable = fixture.publishAwaited(Messages.persistentOf(1));
        PublishBatch passing = fixture.publishAwaited(Messages.transientOf(1));
        fixture.publish(Messages.persistentOf(1));
        fixture.settleDown();
        assertEquals(List.of(passing), fixture.origin.settled());
        fixture.journal.makeDurable();
        fixture.settleDown();
        assertEquals(List.of(passing, durable), fixture.origin.settled());
        assertTrue(fixture.origin.enqueuedBytes() > 0);
    }

    @Test
    void acknowledgedNeighboursAreOneRange() {
        QueueFixture fixture = QueueFixture.durable();
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 0);
        Message message = Messages.persistentOf(1);
        fixture.publish(message, message, message, Messages.transientOf(1), message);
        fixture.settleDown();
        fixture.journal.takeRecords();
        fixture.settle(consumer, Outcome.ACKNOWLEDGE, sink.deliveries());
        fixture.settleDown();
        assertEquals(List.of("ack 7:1-3", "ack 7:5-5"), fixture.journal.takeRecords());
    }

    @Test
    void purgeDropsWhatWaitsAndNothingElse() {
        QueueFixture fixture = QueueFixture.durable();
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 1);
        Message message = Messages.persistentOf(1);
        fixture.publish(message, message, message);
        fixture.settleDown();
        fixture.journal.takeRecords();
        fixture.home.on(() -> assertEquals(2, fixture.queue.purge()));
        assertEquals(List.of("ack 7:2-3"), fixture.journal.takeRecords());
        assertEquals(0, fixture.queue.readyCount());
        fixture.settle(consumer, Outcome.REQUEUE, sink.deliveries());
        fixture.settleDown();
        assertEquals(List.of(1L, -1L), sink.takeSequences());
    }

    @Test
    void aDeletedQueueWritesNothingMoreButSettlesItsPublishers() {
        QueueFixture fixture = QueueFixture.durable();
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 1);
        Message message = Messages.persistentOf(1);
        PublishBatch before = fixture.publishAwaited(message, message);
        fixture.settleDown();
        PublishBatch late = fixture.publishAwaited(message);
        fixture.home.on(() -> assertEquals(1, fixture.queue.delete()));
        fixture.journal.takeRecords();
        fixture.settle(consumer, Outcome.ACKNOWLEDGE, sink.deliveries());
        fixture.settleDown();
        fixture.home.on(() -> assertEquals(0, fixture.queue.delete()));
        assertEquals(List.of(), fixture.journal.takeRecords());
        assertEquals(List.of(late), fixture.origin.settled());
        assertEquals(0, fixture.memory);
        fixture.journal.makeDurable();
        fixture.settleDown();
        assertEquals(List.of(late, before), fixture.origin.settled());
        assertEquals(3L * message.memoryBytes(), fixture.origin.enqueuedBytes());
    }

    @Test
    void deletionCancelsTheConsumersAndDropsWhatTheyRequeue() {
        QueueFixture fixture = QueueFixture.durable();
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 0);
        fixture.publish(Messages.persistentOf(1));
        fixture.settleDown();
        fixture.home.on(fixture.queue::delete);
        fixture.home.on(fixture.queue::cancelConsumers);
        fixture.settleDown();
        assertEquals(List.of(consumer), sink.cancelled());
        fixture.settle(consumer, Outcome.REQUEUE, sink.deliveries());
        fixture.settleDown();
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
        ChannelError error = assertThrows(ChannelError.class, () -> fixture.consume(sink, 0));
        assertEquals("NOT_FOUND - no queue 'q7' in vhost '/'", error.replyText());
    }

    @Test
    void getTakesTheFirstMessageAndCountsTheRest() {
        QueueFixture fixture = QueueFixture.durable();
        assertNull(fixture.get(false).message());
        fixture.publish(Messages.persistentOf(1), Messages.persistentOf(1));
        fixture.settleDown();
        GetRequest first = fixture.get(false);
        assertNotNull(first.message());
        assertEquals(1, first.sequence());
        assertEquals(1, first.remaining());
        assertFalse(first.redelivered());
        SettleBatch back = new SettleBatch(fixture.queue.getter(), Outcome.REQUEUE);
        back.add(first.message(), first.sequence());
        back.handOver();
        fixture.settleDown();
        fixture.journal.takeRecords();
        GetRequest again = fixture.get(true);
        assertTrue(again.redelivered());
        assertEquals(List.of("ack 7:1-1"), fixture.journal.takeRecords());
        assertEquals(0, fixture.queue.unackedCount());
        assertEquals(1, fixture.queue.readyCount());
    }

    @Test
    void anExclusiveConsumerIsAlone() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink sink = fixture.sink();
        QueueConsumer exclusive = fixture.consume(sink, false, true, 0, new PrefetchWindow());
        ChannelError refused = assertThrows(ChannelError.class, () -> fixture.consume(sink, 0));
        assertEquals(ReplyCode.ACCESS_REFUSED, refused.replyCode());
        assertEquals("ACCESS_REFUSED - queue 'q7' in vhost '/' in exclusive use", refused.replyText());
        fixture.home.on(() -> fixture.queue.removeConsumer(exclusive));
        fixture.consume(sink, 0);
        assertThrows(ChannelError.class, () -> fixture.consume(sink, false, true, 0, new PrefetchWindow()));
        assertEquals(1, fixture.queue.consumerCount());
    }

    @Test
    void anAutoDeleteQueueTellsWhenItsLastConsumerIsGone() {
        QueueFixture fixture = new QueueFixture(false, true);
        QueueConsumer first = fixture.consume(fixture.sink(), 0);
        QueueConsumer second = fixture.consume(fixture.sink(), 0);
        fixture.home.on(() -> fixture.queue.removeConsumer(first));
        fixture.home.on(() -> fixture.queue.removeConsumer(first));
        assertEquals(List.of(), fixture.unused);
        fixture.home.on(() -> fixture.queue.removeConsumer(second));
        assertEquals(List.of(fixture.queue), fixture.unused);
    }

    @Test
    void deletionIsRefusedWhileItsConditionsDoNotHold() {
        QueueFixture fixture = QueueFixture.ofTransient();
        fixture.publishTransient(1);
        fixture.settleDown();
        ChannelError filled = assertThrows(
                ChannelError.class, () -> fixture.home.on(() -> fixture.queue.checkDeletable(false, true)));
        assertEquals("PRECONDITION_FAILED - queue 'q7' in vhost '/' not empty", filled.replyText());
        fixture.home.on(() -> fixture.queue.checkDeletable(true, false));
        fixture.consume(fixture.sink(), 0);
        ChannelError used =
                assertThrows(ChannelError.class, () -> fixture.home.on(() -> fixture.queue.checkDeletable(true, true)));
        assertEquals("PRECONDITION_FAILED - queue 'q7' in vhost '/' in use", used.replyText());
    }

    @Test
    void aRecoveredQueueGoesOnBehindWhatTheJournalKnows() {
        QueueFixture fixture = QueueFixture.durable();
        fixture.store.has(4, Messages.persistentOf(1));
        fixture.store.has(9, Messages.persistentOf(1));
        fixture.queue.recover(QueueFixture.ID, 2, 20, 4);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.publish(Messages.persistentOf(1));
        fixture.settleDown();
        assertEquals(List.of(-4L, 9L, 21L), sink.takeSequences());
        fixture.queue.deliveredUpTo(
                (id, sequence) -> assertEquals(List.of(QueueFixture.ID, 21L), List.of(id, sequence)));
    }
}
