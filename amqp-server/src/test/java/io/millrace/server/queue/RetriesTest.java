package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A queue whose messages wait for a second after the first failure, and a second longer after each further one. */
final class RetriesTest {
    private static final RetryRules LINEAR = new RetryRules(true, true, 1000, 3000, RetryRules.LINEAR, 0);
    private static final QueueRules RULES =
            QueueRules.PLAIN.withDeliveryLimit(3).withRetry(LINEAR);
    private static final int RETRY_ID = QueueKind.retryStoreId(QueueFixture.ID);

    private QueueFixture fixture = fixture(RULES, Integer.MAX_VALUE);

    private static QueueFixture fixture(QueueRules rules, int messagesMax) {
        return new QueueFixture(rules, QueueKind.PLAIN, messagesMax);
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            fixture.publish(Messages.persistentOf(1));
        }
        fixture.settleDown();
    }

    private void settle(SettleBatch.Outcome outcome, GetRequest... requests) {
        SettleBatch batch = new SettleBatch(fixture.queue.getter(), outcome);
        for (GetRequest request : requests) {
            batch.add(request.message(), request.sequence());
        }
        fixture.client.on(batch::handOver);
        fixture.settleDown();
    }

    private void reject(GetRequest... requests) {
        settle(SettleBatch.Outcome.REQUEUE_FAILED, requests);
    }

    private void elapse(long millis) {
        fixture.home.elapse(millis);
        fixture.settleDown();
    }

    private GetRequest get() {
        return fixture.get(false);
    }

    private GetRequest take() {
        GetRequest request = get();
        assertTrue(request.message() != null, "there is no message");
        return request;
    }

    private static String counts(GetRequest request) {
        FieldTable headers = request.message().content().properties().headers();
        return headers == null
                ? "none"
                : headers.get("x-acquired-count").asLong() + "/"
                        + (headers.get("x-delivery-count") == null
                                ? 0
                                : headers.get("x-delivery-count").asLong());
    }

    @Test
    void whatComesBackWaitsLongerAfterEachFailureAndHoldsUpNothing() {
        publish(2);
        GetRequest first = take();
        reject(first);
        assertEquals(1, fixture.queue.readyCount());
        GetRequest second = take();
        assertEquals("none", counts(second));
        settle(SettleBatch.Outcome.ACKNOWLEDGE, second);
        elapse(999);
        assertNull(get().message());
        elapse(1);
        GetRequest again = take();
        assertTrue(again.redelivered());
        assertEquals("1/1", counts(again));
        reject(again);
        elapse(1999);
        assertNull(get().message());
        elapse(1);
        assertEquals("2/2", counts(take()));
    }

    @Test
    void aConsumerCountsAsWell() {
        publish(2);
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 1);
        fixture.settleDown();
        RecordingSink.Delivery other = null;
        for (int failures = 0; failures <= 3; failures++) {
            List<RecordingSink.Delivery> first = List.of(sink.deliveries().get(0));
            sink.takeSequences();
            fixture.settle(consumer, SettleBatch.Outcome.REQUEUE_FAILED, first);
            fixture.settleDown();
            if (other == null) {
                other = sink.deliveries().get(0);
                sink.takeSequences();
                fixture.settle(consumer, SettleBatch.Outcome.ACKNOWLEDGE, List.of(other));
            }
            elapse(4000);
        }
        assertEquals(List.of(), sink.takeSequences());
        fixture.home.on(() -> assertEquals(1, fixture.queue.purge()));
    }

    @Test
    void whatIsDueStandsBeforeTheOthersInTheOrderOfItsReturn() {
        publish(4);
        GetRequest first = take();
        GetRequest second = take();
        reject(second);
        reject(first);
        elapse(1000);
        assertEquals(List.of("1/1", "1/1"), List.of(counts(take()), counts(take())));
        assertEquals("none", counts(take()));
    }

    @Test
    void aMessageOutOfAttemptsIsParkedUntilItHasAWayToGo() {
        publish(1);
        for (int i = 0; i < 4; i++) {
            reject(take());
            elapse(3000);
        }
        assertNull(get().message());
        elapse(1_000_000);
        assertNull(get().message());
        assertEquals(0, fixture.home.timersSet());
        fixture.home.on(() -> fixture.queue.apply(RULES.withDeliveryLimit(9)));
        fixture.settleDown();
        assertEquals("4/4", counts(take()));
    }

    @Test
    void withADeadLetterExchangeItIsDeadLetteredAsItWasPublished() {
        publish(1);
        Message published = take().message();
        fixture = fixture(
                RULES.withDeliveryLimit(0).withDeadLettering(new DeadLettering(ShortString.of("dlx"), null, false)),
                Integer.MAX_VALUE);
        fixture.publish(published);
        fixture.settleDown();
        reject(take());
        elapse(10_000);
        assertNull(get().message());
        assertEquals(0, fixture.memory);
        assertEquals(
                List.of("publish 7:1", "ack 7:1-1"),
                fixture.journal.takeRecords().stream()
                        .filter(r -> r.contains(" 7:"))
                        .toList());
    }

    @Test
    void whatWaitsIsWrittenInTheSameRecordThatEndsItsOldPlace() {
        publish(1);
        GetRequest got = take();
        fixture.journal.takeRecords();
        reject(got);
        assertEquals(List.of("publish " + RETRY_ID + ":1"), fixture.journal.takeRecords());
        elapse(1000);
        reject(take());
        assertEquals(List.of("publish " + RETRY_ID + ":2"), fixture.journal.takeRecords());
        elapse(2000);
        settle(SettleBatch.Outcome.ACKNOWLEDGE, take());
        assertEquals(List.of("ack " + RETRY_ID + ":2-2"), fixture.journal.takeRecords());
        assertEquals("7:1", fixture.journal.movedFrom(RETRY_ID + ":1"));
        assertEquals(RETRY_ID + ":1", fixture.journal.movedFrom(RETRY_ID + ":2"));
        assertEquals(0, fixture.memory);
    }

    @Test
    void countsAndTimesOutliveTheProcess() {
        publish(1);
        reject(take());
        Message written = fixture.journal.message(RETRY_ID, 1);
        fixture = fixture(RULES, Integer.MAX_VALUE);
        fixture.store.has(RETRY_ID, 1, written);
        fixture.queue.recover(RETRY_ID, 1, 1, 1);
        fixture.home.on(fixture.queue::started);
        fixture.settleDown();
        assertNull(get().message());
        elapse(1000);
        GetRequest again = take();
        assertEquals("1/1", counts(again));
        settle(SettleBatch.Outcome.ACKNOWLEDGE, again);
        assertEquals(List.of("ack " + RETRY_ID + ":1-1"), fixture.journal.takeRecords());
        assertEquals(0, fixture.memory);
    }

    @Test
    void whatHasNoRoomInMemoryWaitsInTheStore() {
        fixture = fixture(RULES, 300);
        publish(250);
        List<GetRequest> requests = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            publish(250);
            for (int i = 0; i < 250; i++) {
                requests.add(take());
            }
        }
        reject(requests.toArray(GetRequest[]::new));
        assertTrue(fixture.memory < 700 * 120L, fixture.memory + " octets in memory");
        assertEquals(700, fixture.store.size(RETRY_ID));
        elapse(1000);
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            GetRequest again = take();
            assertEquals("1/1", counts(again));
            numbers.add(Long.toString(again.sequence() - (Long.MIN_VALUE >> 1)));
            settle(SettleBatch.Outcome.ACKNOWLEDGE, again);
        }
        assertEquals("1", numbers.get(0));
        assertEquals("1000", numbers.get(999));
        assertEquals(250, fixture.queue.readyCount());
    }

    /** As an earlier run left it. */
    private void stored(long number, long millis) {
        Envelope waits = Envelope.EMPTY.withRetry(new RetryState(TestLoop.MIDNIGHT + millis, 1, 1));
        fixture.store.has(RETRY_ID, number, Messages.persistentOf(1).with(waits));
    }

    @Test
    void whatComesToBeDueWhileOthersAreReadIsReadAfterThem() {
        stored(1, 2000);
        stored(2, 1000);
        fixture.queue.recover(RETRY_ID, 2, 2, 2);
        fixture.home.on(fixture.queue::started);
        fixture.settleDown();
        fixture.home.elapse(1000);
        fixture.home.elapse(1000);
        fixture.home.on(fixture.queue::dispatch);
        fixture.settleDown();
        settle(SettleBatch.Outcome.ACKNOWLEDGE, take(), take());
        assertNull(get().message());
        assertEquals(0, fixture.memory);
    }

    @Test
    void whatCameAfterTheStartIsNotTakenForWhatAnEarlierRunLeft() {
        stored(1, 1000);
        fixture.queue.recover(RETRY_ID, 2, 2, 2);
        fixture.home.on(fixture.queue::started);
        fixture.publish(Messages.persistentOf(1));
        GetRequest request = new GetRequest(fixture.queue, false, fixture.client, answered -> {});
        fixture.client.on(request::send);
        while (fixture.home.runOne() || fixture.client.runOne()) {
            // The store has not done anything yet.
        }
        reject(request);
        fixture.home.on(() -> assertEquals(2, fixture.queue.purge()));
    }

    @Test
    void purgeTakesWhatWaitsButNotWhatConsumersHave() {
        publish(3);
        GetRequest first = take();
        GetRequest second = take();
        reject(first);
        elapse(1000);
        GetRequest held = take();
        reject(second);
        fixture.journal.takeRecords();
        fixture.home.on(() -> assertEquals(2, fixture.queue.purge()));
        assertEquals(List.of("ack 7:3-3", "ack " + RETRY_ID + ":2-2"), fixture.journal.takeRecords());
        elapse(5000);
        assertNull(get().message());
        settle(SettleBatch.Outcome.ACKNOWLEDGE, held);
        assertEquals(List.of("ack " + RETRY_ID + ":1-1"), fixture.journal.takeRecords());
        assertEquals(0, fixture.memory);
    }

    @Test
    void aQuorumQueueDelaysWhatItsTypeSaysAndCountsFailuresAlone() {
        RetryRules failed = new RetryRules(true, false, 1000, 3000, RetryRules.LINEAR, 0);
        fixture = new QueueFixture(
                QueueRules.PLAIN.withDeliveryLimit(2).withRetry(failed), QueueKind.QUORUM, Integer.MAX_VALUE);
        publish(1);
        settle(SettleBatch.Outcome.REQUEUE, take());
        GetRequest second = take();
        assertEquals("1/0", counts(second));
        reject(second);
        assertNull(get().message());
        elapse(1000);
        GetRequest third = take();
        assertEquals("2/1", counts(third));
        settle(SettleBatch.Outcome.REQUEUE, third);
        GetRequest fourth = take();
        assertEquals("3/1", counts(fourth));
        reject(fourth);
        elapse(1999);
        assertNull(get().message());
        elapse(1);
        assertEquals("4/2", counts(take()));
    }

    @Test
    void aDeletedQueueLeavesNothing() {
        publish(2);
        reject(take());
        fixture.home.on(() -> assertEquals(2, fixture.queue.delete()));
        assertTrue(fixture.journal.takeRecords().contains("delete " + RETRY_ID));
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void delaysAreFixedLinearOrExponential() {
        assertEquals(Map.of(0, 7L, 1, 7L, 5, 7L), delays(new RetryRules(true, true, 7, 100, 1, 0), 0, 1, 5));
        assertEquals(
                Map.of(0, 7L, 1, 7L, 5, 35L, 15, 100L),
                delays(new RetryRules(true, true, 7, 100, RetryRules.LINEAR, 0), 0, 1, 5, 15));
        assertEquals(
                Map.of(1, 7L, 2, 21L, 3, 63L, 4, 100L, Integer.MAX_VALUE, 100L),
                delays(new RetryRules(true, true, 7, 100, 3, 0), 1, 2, 3, 4, Integer.MAX_VALUE));
        assertEquals(5, new RetryRules(true, true, 7, 5, 1, 0).fullMillis(1));
        assertEquals(600, new RetryRules(true, true, 1000, 1000, 1, 40).millis(1, 1));
        assertEquals(1000, new RetryRules(true, true, 1000, 1000, 1, 40).millis(1, 0));
        assertFalse(new RetryRules(true, false, 1, 1, 1, 0).delays(false));
    }

    private static Map<Integer, Long> delays(RetryRules rules, int... failures) {
        Map<Integer, Long> delays = new HashMap<>();
        for (int failure : failures) {
            delays.put(failure, rules.fullMillis(failure));
        }
        return delays;
    }

    /** An earlier run parked a message after four failures. */
    private void recoverParked(QueueRules rules) {
        fixture = fixture(rules, Integer.MAX_VALUE);
        Envelope parked = Envelope.EMPTY.withRetry(new RetryState(RetryState.PARKED, 4, 5));
        fixture.store.has(RETRY_ID, 1, Messages.persistentOf(1).with(parked));
        fixture.queue.recover(RETRY_ID, 1, 1, 0);
        fixture.home.on(fixture.queue::started);
        elapse(0);
    }

    @Test
    void whatWasParkedStaysSoAfterARestart() {
        recoverParked(RULES);
        assertNull(get().message());
        assertEquals(1, fixture.home.call(fixture.queue::purge));
    }

    @Test
    void whatWasParkedComesAfterARestartWithAHigherLimit() {
        recoverParked(RULES.withDeliveryLimit(4));
        take();
    }

    @Test
    void whatWasParkedGoesAfterARestartWithAWayToGo() {
        recoverParked(RULES.withDeadLettering(new DeadLettering(ShortString.of("nowhere"), null, false)));
        assertNull(get().message());
        assertEquals(0, fixture.home.call(fixture.queue::purge));
    }
}
