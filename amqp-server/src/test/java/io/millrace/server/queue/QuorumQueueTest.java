package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A quorum queue whose messages may fail twice. */
final class QuorumQueueTest {
    private static final int NOTES_ID = QueueFixture.ID + 32;
    private static final QueueRules RULES = QueueRules.PLAIN.withDeliveryLimit(2);

    private final QueueFixture fixture = fixture(RULES);

    private static QueueFixture fixture(QueueRules rules) {
        return new QueueFixture(rules, QueueKind.QUORUM, Integer.MAX_VALUE);
    }

    private Message publish(Message message) {
        fixture.publish(message);
        fixture.settleDown();
        return message;
    }

    private GetRequest get() {
        return fixture.get(false);
    }

    private void settle(SettleBatch.Outcome outcome, GetRequest... requests) {
        SettleBatch batch = new SettleBatch(fixture.queue.getter(), outcome);
        for (GetRequest request : requests) {
            batch.add(request.message(), request.sequence());
        }
        fixture.client.on(batch::handOver);
        fixture.settleDown();
    }

    private static String headers(GetRequest request) {
        FieldTable headers = request.message().content().properties().headers();
        return headers == null ? "none" : headers.toString();
    }

    private static FieldTable counts(Map<String, Long> counts) {
        return FieldTable.of(counts);
    }

    @Test
    void aMessageWithoutPriorityStandsBetweenThoseOfThreeAndFive() {
        Message three = publish(Messages.withPriority(3));
        Message none = publish(Messages.persistentOf(1));
        Message four = publish(Messages.withPriority(4));
        Message five = publish(Messages.withPriority(5));
        Message most = publish(Messages.withPriority(31));
        Message more = publish(Messages.withPriority(255));
        for (Message expected : List.of(most, more, five, none, four, three)) {
            assertSame(expected, get().message());
        }
    }

    @Test
    void transientMessagesAreWrittenLikePersistentOnes() {
        PublishBatch batch = fixture.publishAwaited(Messages.transientOf(1));
        fixture.settleDown();
        assertEquals(List.of("publish 11:1"), fixture.journal.takeRecords());
        assertEquals(1, fixture.journal.undurable());
        assertEquals(1, batch.count());
        settle(SettleBatch.Outcome.ACKNOWLEDGE, get());
        assertEquals(List.of("ack 11:1-1"), fixture.journal.takeRecords());
    }

    @Test
    void whatComesBackIsServedFirstInTheOrderInWhichItCame() {
        for (int i = 0; i < 4; i++) {
            publish(Messages.withPriority(i == 3 ? 9 : 1));
        }
        GetRequest high = get();
        GetRequest first = get();
        GetRequest second = get();
        settle(SettleBatch.Outcome.REQUEUE, second);
        settle(SettleBatch.Outcome.REQUEUE, high, first);
        publish(Messages.withPriority(31));
        assertEquals(second.sequence(), get().sequence());
        assertEquals(9, get().message().content().priority());
        assertEquals(first.sequence(), get().sequence());
        assertEquals(31, get().message().content().priority());
        assertEquals(1, get().message().content().priority());
    }

    @Test
    void deliveriesAreCountedInHeaders() {
        publish(Messages.persistentOf(1));
        GetRequest fresh = get();
        assertEquals("none", headers(fresh));
        assertFalse(fresh.redelivered());
        settle(SettleBatch.Outcome.REQUEUE, fresh);
        GetRequest second = get();
        assertTrue(second.redelivered());
        assertEquals(counts(Map.of("x-acquired-count", 1L)).toString(), headers(second));
        settle(SettleBatch.Outcome.REQUEUE_FAILED, second);
        GetRequest third = get();
        FieldTable headers = third.message().content().properties().headers();
        assertEquals(2L, headers.get("x-acquired-count").asLong());
        assertEquals(1L, headers.get("x-delivery-count").asLong());
        settle(SettleBatch.Outcome.ACKNOWLEDGE, third);
        assertEquals(0, fixture.memory);
    }

    @Test
    void aMessageThatFailsTooOftenIsGivenUp() {
        publish(Messages.persistentOf(1));
        for (int i = 0; i < 3; i++) {
            settle(SettleBatch.Outcome.REQUEUE, get());
            settle(SettleBatch.Outcome.REQUEUE_FAILED, get());
        }
        assertNull(get().message());
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.queue.unackedCount());
        List<String> records = fixture.journal.takeRecords();
        assertTrue(records.contains("ack 11:1-1"), records::toString);
        // Each note is replaced by the next, and the last one goes with the message.
        assertEquals(
                5,
                records.stream()
                        .filter(r -> r.startsWith("publish " + NOTES_ID))
                        .count());
        assertEquals(
                5, records.stream().filter(r -> r.startsWith("ack " + NOTES_ID)).count());
    }

    @Test
    void withoutALimitAMessageMayFailForEver() {
        fixture.home.on(() -> fixture.queue.apply(QueueRules.PLAIN));
        publish(Messages.persistentOf(1));
        for (int i = 0; i < 50; i++) {
            settle(SettleBatch.Outcome.REQUEUE_FAILED, get());
        }
        assertEquals(
                50L,
                get().message()
                        .content()
                        .properties()
                        .headers()
                        .get("x-delivery-count")
                        .asLong());
    }

    @Test
    void countsOutliveTheProcess() {
        Message message = publish(Messages.persistentOf(1));
        settle(SettleBatch.Outcome.REQUEUE_FAILED, get());
        settle(SettleBatch.Outcome.REQUEUE, get());
        QueueFixture next = fixture(RULES);
        next.store.has(11, 1, message);
        next.store.has(11, 2, Messages.persistentOf(1));
        // The end of the first note was lost, and a note outlived its message.
        next.store.has(NOTES_ID, 1, fixture.journal.message(NOTES_ID, 1));
        next.store.has(NOTES_ID, 2, fixture.journal.message(NOTES_ID, 2));
        next.queue.recover(11, 2, 2, 1);
        next.queue.recover(NOTES_ID, 2, 2, 2);
        assertEquals(2, next.queue.readyCount());
        GetRequest first = next.get(false);
        FieldTable headers = first.message().content().properties().headers();
        assertEquals(2L, headers.get("x-acquired-count").asLong());
        assertEquals(1L, headers.get("x-delivery-count").asLong());
        assertTrue(first.redelivered());
        assertNull(next.get(false).message().content().properties().headers());
        SettleBatch batch = new SettleBatch(next.queue.getter(), SettleBatch.Outcome.ACKNOWLEDGE);
        batch.add(first.message(), first.sequence());
        next.client.on(batch::handOver);
        next.settleDown();
        assertEquals(
                List.of("ack " + NOTES_ID + ":1-1", "ack 11:1-1", "ack " + NOTES_ID + ":2-2"),
                next.journal.takeRecords());
    }

    @Test
    void aNoteThatOutlivedItsMessageIsForgotten() {
        publish(Messages.persistentOf(1));
        settle(SettleBatch.Outcome.REQUEUE, get());
        QueueFixture next = fixture(RULES);
        next.store.has(11, 2, Messages.persistentOf(1));
        next.store.has(NOTES_ID, 1, fixture.journal.message(NOTES_ID, 1));
        next.queue.recover(11, 1, 2, 1);
        next.queue.recover(NOTES_ID, 1, 1, 1);
        assertEquals("none", headers(next.get(true)));
        assertTrue(next.journal.takeRecords().contains("ack " + NOTES_ID + ":1-1"));
    }

    @Test
    void exclusiveConsumersExcludeNobody() {
        fixture.consume(fixture.sink(), false, true, 0, new PrefetchWindow());
        fixture.consume(fixture.sink(), false, true, 0, new PrefetchWindow());
        assertEquals(2, fixture.queue.consumerCount());
    }

    @Test
    void whoHoldsMessagesCountsAsAConsumerToClients() {
        for (int i = 0; i < 3; i++) {
            publish(Messages.persistentOf(1));
        }
        RecordingSink sink = fixture.sink();
        GetRequest first = get();
        GetRequest second = get();
        assertEquals(0, fixture.queue.consumerCount());
        assertEquals(2, fixture.queue.declaredConsumerCount());
        QueueConsumer consumer = fixture.consume(sink, 1);
        assertEquals(3, fixture.queue.declaredConsumerCount());
        fixture.home.on(() -> fixture.queue.removeConsumer(consumer));
        assertEquals(3, fixture.queue.declaredConsumerCount());
        settle(SettleBatch.Outcome.ACKNOWLEDGE, first);
        settle(SettleBatch.Outcome.REQUEUE, second);
        assertEquals(1, fixture.queue.declaredConsumerCount());
        fixture.settle(consumer, SettleBatch.Outcome.REQUEUE_FAILED, sink.deliveries());
        fixture.settleDown();
        assertEquals(0, fixture.queue.declaredConsumerCount());
        GetRequest unused = fixture.get(true);
        assertEquals(0, fixture.queue.declaredConsumerCount());
    }

    @Test
    void aConsumerThatHadToStopIsServedAfterTheOthers() {
        RecordingSink one = fixture.sink();
        RecordingSink other = fixture.sink();
        QueueConsumer consumer = fixture.consume(one, 1);
        publish(Messages.persistentOf(1));
        fixture.consume(other, 1);
        fixture.settle(consumer, SettleBatch.Outcome.REQUEUE, one.deliveries());
        fixture.settleDown();
        assertEquals(
                List.of(1, 1),
                List.of(one.deliveries().size(), other.deliveries().size()));
    }

    @Test
    void aConsumerOfHigherPriorityBecomesActiveOnceNothingIsUnsettled() {
        QueueFixture single = fixture(RULES.withSingleActiveConsumer(true));
        RecordingSink low = single.sink();
        RecordingSink high = single.sink();
        QueueConsumer lowConsumer = single.consume(low, 0);
        single.publish(Messages.persistentOf(1));
        single.settleDown();
        QueueConsumer highConsumer =
                new QueueConsumer(single.queue, high, ShortString.of("high"), false, false, 0, new PrefetchWindow(), 5);
        single.home.on(() -> {
            single.queue.addConsumer(highConsumer);
            single.queue.dispatch();
        });
        single.publish(Messages.persistentOf(1));
        single.settleDown();
        assertEquals(1, low.deliveries().size());
        single.settle(lowConsumer, SettleBatch.Outcome.ACKNOWLEDGE, low.deliveries());
        single.settleDown();
        assertEquals(1, high.deliveries().size());
        ChannelError refused = assertThrows(ChannelError.class, single.queue::checkGet);
        assertEquals(
                "RESOURCE_LOCKED - cannot obtain access to locked queue 'q7' in vhost '/'. basic.get operations are not"
                        + " supported by <<\"quorum\">> queues with single active consumer",
                refused.replyText());
    }

    @Test
    void aQueueThatRefusesTakesOneMessageTooMany() {
        QueueFixture limited = fixture(
                RULES.withLengthLimit(new LengthLimit(2, LengthLimit.NONE, LengthLimit.Overflow.REJECT_PUBLISH)));
        for (int expected : new int[] {1, 2, 3, 3}) {
            limited.publish(Messages.persistentOf(1));
            limited.settleDown();
            assertEquals(expected, limited.queue.readyCount());
        }
        limited.get(true);
        limited.publish(Messages.persistentOf(1));
        limited.settleDown();
        assertEquals(2, limited.queue.readyCount(), "full until there is room");
    }

    @Test
    void aQueueThatWasFullTakesMessagesAgainWhenAFifthIsGone() {
        QueueFixture limited = fixture(
                RULES.withLengthLimit(new LengthLimit(10, LengthLimit.NONE, LengthLimit.Overflow.REJECT_PUBLISH)));
        for (int i = 0; i < 12; i++) {
            limited.publish(Messages.persistentOf(1));
        }
        limited.settleDown();
        assertEquals(11, limited.queue.readyCount());
        for (int expected : new int[] {10, 9, 9}) {
            limited.get(true);
            limited.publish(Messages.persistentOf(1));
            limited.settleDown();
            assertEquals(expected, limited.queue.readyCount());
        }
    }

    @Test
    void propertiesCountTowardsItsLengthInBytes() {
        Message message = Messages.persistentOf(1);
        int bytes = message.countedBytes(true);
        assertEquals(3, bytes - message.bodyLength(), "flags and the delivery mode");
        QueueFixture limited =
                fixture(RULES.withLengthLimit(new LengthLimit(10, bytes * 2L, LengthLimit.Overflow.DROP_HEAD)));
        for (int expected : new int[] {1, 2, 2}) {
            limited.publish(Messages.persistentOf(1));
            limited.settleDown();
            assertEquals(expected, limited.queue.readyCount());
        }
    }

    @Test
    void deletingForgetsTheNotesToo() {
        publish(Messages.persistentOf(1));
        settle(SettleBatch.Outcome.REQUEUE, get());
        fixture.journal.takeRecords();
        fixture.home.on(fixture.queue::delete);
        fixture.settleDown();
        assertEquals(List.of("delete 11", "delete " + NOTES_ID), fixture.journal.takeRecords());
    }
}
