package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.LengthLimit.Overflow;
import io.millrace.server.queue.SettleBatch.Outcome;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private static final ShortString DLX = ShortString.of("dlx");

    private final QueueFixture fixture = new QueueFixture(QueueRules.PLAIN);
    private final Map<ShortString, Queue> byKey = new HashMap<>();
    private boolean publishersAreBelieved;
    private Supplier<FieldTable> headersAsked;
    private final List<List<ShortString>> keysAsked = new ArrayList<>();
    private final QueueLifecycle lifecycle = new Exchanges();
    private final Queue grave = queue(1, QueueRules.PLAIN);

    /** The exchange "dlx" sends a message to the queue of its key, the default exchange as well. */
    private final class Exchanges implements QueueLifecycle {
        @Override
        public void servedItsPurpose(Queue queue) {}

        @Override
        public boolean believesPublishersDeaths() {
            return publishersAreBelieved;
        }

        @Override
        public Route deadLetterRoute(
                ShortString exchange,
                ShortString routingKey,
                List<ShortString> furtherKeys,
                Supplier<FieldTable> headers) {
            keysAsked.add(furtherKeys);
            headersAsked = headers;
            Queue queue = byKey.get(routingKey);
            return queue == null ? Route.EMPTY : Route.of(queue);
        }
    }

    private Queue queue(int id, QueueRules rules) {
        Queue queue = fixture.queue(id, lifecycle, rules);
        byKey.put(queue.name(), queue);
        return queue;
    }

    private static QueueRules deadLettersTo(ShortString key) {
        return QueueRules.PLAIN.withDeadLettering(new DeadLettering(DLX, key, false));
    }

    private static Message message(BasicProperties properties, Object body) {
        return new Message(
                ShortString.of("x"),
                ShortString.of("k"),
                Messages.content(properties, body.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                false);
    }

    private static Message persistent(Object body) {
        return message(BasicProperties.builder().deliveryMode(2).build(), body);
    }

    private void publish(Queue queue, Message... messages) {
        PublishBatch batch = new PublishBatch(queue, fixture.origin);
        for (Message message : messages) {
            batch.add(message);
        }
        fixture.client.on(batch::handOver);
        fixture.settleDown();
    }

    private GetRequest get(Queue queue) {
        GetRequest request = new GetRequest(queue, false, fixture.client, answered -> {});
        fixture.client.on(request::send);
        fixture.settleDown();
        return request;
    }

    private void settle(GetRequest got, Outcome outcome) {
        SettleBatch batch = new SettleBatch(got.queue().getter(), outcome);
        batch.add(got.message(), got.sequence());
        fixture.client.on(batch::handOver);
        fixture.settleDown();
    }

    @Test
    void aSingleQueueGetsThemInOneRecordWithTheirEnd() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, persistent("a"), persistent("b"));
        GetRequest first = get(queue);
        GetRequest second = get(queue);
        settle(second, Outcome.REJECT);
        settle(first, Outcome.REJECT);
        assertEquals("2:2", fixture.journal.movedFrom("1:1"));
        assertEquals("2:1", fixture.journal.movedFrom("1:2"));
    }

    @Test
    void aQueueOnAnotherLoopGetsThemBehindWhatTheJournalOfThisOneHandsOver() {
        TestLoop far = new TestLoop(fixture.stage, "far", fixture.counters);
        Queue target = fixture.queue(3, far, true, false);
        byKey.put(target.name(), target);
        LengthLimit one = new LengthLimit(1, LengthLimit.NONE, Overflow.DROP_HEAD);
        Queue queue = queue(2, deadLettersTo(target.name()).withLengthLimit(one));
        PublishBatch batch = new PublishBatch(queue, fixture.origin);
        batch.add(persistent("a"));
        batch.add(persistent("b"));
        fixture.client.on(batch::handOver);
        assertTrue(fixture.home.runOne());
        assertEquals(List.of("publish 2:1", "publish 2:2"), fixture.journal.takeRecords());
        assertEquals(0, far.waiting());
        fixture.settleDown();
        assertEquals(1, far.waiting());
        far.runAll();
        assertEquals("2:1", far.journal().movedFrom("3:1"));
    }

    private static String body(Message message) {
        return new String(message.content().body(), java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static FieldTable headers(Message message) {
        return message.content().properties().headers();
    }

    /** The entries of x-death in their order, as text. */
    private static List<String> deaths(Message message) {
        List<String> deaths = new ArrayList<>();
        for (FieldValue death : ((FieldValue.Array) headers(message).get("x-death")).values()) {
            FieldTable table = ((FieldValue.Table) death).value();
            deaths.add(table.get("queue") + " " + table.get("reason") + " "
                    + table.get("count").asLong());
        }
        return deaths;
    }

    @Test
    void aRejectedMessageSaysWhatBecameOfIt() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REJECT);
        GetRequest dead = get(grave);
        assertEquals("m", body(dead.message()));
        assertEquals(DLX, dead.message().exchange());
        assertEquals(grave.name(), dead.message().routingKey());
        assertTrue(dead.redelivered());
        assertTrue(dead.message().isPersistent());
        Map<String, FieldValue> headers = headers(dead.message()).asMap();
        assertEquals(
                List.of(
                        "x-death",
                        "x-first-death-reason",
                        "x-first-death-queue",
                        "x-first-death-exchange",
                        "x-last-death-reason",
                        "x-last-death-queue",
                        "x-last-death-exchange"),
                List.copyOf(headers.keySet()));
        FieldTable death = ((FieldValue.Table)
                        ((FieldValue.Array) headers.get("x-death")).values().get(0))
                .value();
        assertEquals(
                List.of("count", "reason", "queue", "time", "exchange", "routing-keys"),
                List.copyOf(death.asMap().keySet()));
        assertEquals(new FieldValue.Int64(1), death.get("count"));
        assertEquals(new FieldValue.Timestamp(TestLoop.MIDNIGHT / 1000), death.get("time"));
        assertEquals("x", death.get("exchange").toString());
        assertEquals(FieldTable.of(Map.of("a", List.of("k"))).get("a"), death.get("routing-keys"));
        assertEquals("q2", headers.get("x-last-death-queue").toString());
    }

    private static BasicProperties diedBefore(Object... deaths) {
        Map<String, Object> headers = new TreeMap<>();
        headers.put("x-death", List.of(deaths));
        headers.put("x-first-death-queue", "q7");
        return BasicProperties.builder().headers(FieldTable.of(headers)).build();
    }

    @Test
    void whatAPublisherTellsOfDeathsCountsForNothing() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, message(diedBefore(Map.of("queue", "q2", "reason", "rejected", "count", 4L)), "m"));
        settle(get(queue), Outcome.REJECT);
        Message dead = get(grave).message();
        assertEquals(List.of("q2 rejected 1"), deaths(dead));
        assertEquals("q2", headers(dead).get("x-first-death-queue").toString());
    }

    @Test
    void whereItIsBelievedItsCountsGoOn() {
        publishersAreBelieved = true;
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(
                queue,
                message(
                        diedBefore(
                                Map.of("queue", "q7", "reason", "expired"),
                                Map.of("queue", "q2", "reason", "rejected", "count", 4L),
                                "no table",
                                Map.of("queue", "q7", "reason", "expired", "count", "many"),
                                Map.of("queue", "q7", "reason", "expired", "count", 5L)),
                        "m"));
        settle(get(queue), Outcome.REJECT);
        Message dead = get(grave).message();
        assertEquals(List.of("q2 rejected 5", "q7 expired 7"), deaths(dead));
        assertEquals("q7", headers(dead).get("x-first-death-queue").toString());
    }

    @Test
    void aDeathThatSaysNothingDoesNoHarmWhereItIsBelieved() {
        publishersAreBelieved = true;
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, message(diedBefore(Map.of(), Map.of("count", true), Map.of()), "m"));
        settle(get(queue), Outcome.REJECT);
        assertEquals(
                "q2", headers(get(grave).message()).get("x-last-death-queue").toString());
    }

    @Test
    void aDeadLetterIsRoutedByItsHistoryAsWell() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REJECT);
        assertEquals(headers(get(grave).message()), headersAsked.get());
    }

    @Test
    void whatWasRejectedOnceCountsAsRedeliveredWhereverItGoes() {
        Queue next = queue(3, deadLettersTo(grave.name()));
        Queue queue = queue(2, deadLettersTo(next.name()));
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REJECT);
        settle(get(next), Outcome.DISCARD);
        assertTrue(get(grave).redelivered());
    }

    @Test
    void nackedMessagesCountAsNewUnlessTheyFailedBefore() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.DISCARD);
        assertFalse(get(grave).redelivered());
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REQUEUE_FAILED);
        settle(get(queue), Outcome.DISCARD);
        assertTrue(get(grave).redelivered());
    }

    @Test
    void theQueueKeepsAMessageUntilItIsSafeElsewhere() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, persistent("m"));
        fixture.journal.takeRecords();
        settle(get(queue), Outcome.REJECT);
        assertEquals(List.of("publish 1:1"), fixture.journal.takeRecords());
        fixture.home.on(fixture.journal::makeDurable);
        fixture.settleDown();
        assertEquals(List.of("ack 2:1-1"), fixture.journal.takeRecords());
    }

    @Test
    void withNobodyToTakeItAMessageIsGone() {
        Queue queue = queue(2, deadLettersTo(ShortString.of("nobody")));
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REJECT);
        assertEquals(List.of("publish 2:1", "ack 2:1-1"), fixture.journal.takeRecords());
        assertEquals(0, fixture.memory);
    }

    @Test
    void expiredMessagesWaitForEverElsewhere() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, Messages.expiringIn(40, fixture.home));
        fixture.home.elapse(40);
        fixture.settleDown();
        Message dead = get(grave).message();
        assertNull(dead.content().properties().expiration());
        FieldTable death = ((FieldValue.Table) ((FieldValue.Array) headers(dead).get("x-death"))
                        .values()
                        .get(0))
                .value();
        assertEquals(
                List.of("original-expiration", "count", "reason", "queue", "time", "exchange", "routing-keys"),
                List.copyOf(death.asMap().keySet()));
        assertEquals("40", death.get("original-expiration").toString());
        fixture.home.elapse(1_000);
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void expiredMessagesComeInTheOrderInWhichTheyWereDue() {
        Queue queue = queue(2, deadLettersTo(grave.name()).withMessageTtl(50));
        publish(queue, persistent("late"), message(BasicProperties.NONE, "too"));
        publish(queue, Messages.expiringIn(20, fixture.home));
        fixture.home.on(() -> fixture.home.later(60));
        fixture.home.on(queue::goOn);
        fixture.settleDown();
        assertEquals("\0", body(get(grave).message()));
        assertEquals("late", body(get(grave).message()));
        assertEquals("too", body(get(grave).message()));
    }

    @Test
    void whatDoesNotFitIsDeadLetteredFromTheHead() {
        Queue queue = queue(
                2,
                deadLettersTo(grave.name()).withLengthLimit(new LengthLimit(1, LengthLimit.NONE, Overflow.DROP_HEAD)));
        publish(queue, persistent(1), persistent(2), persistent(3));
        assertEquals(List.of("q2 maxlen 1"), deaths(get(grave).message()));
        assertEquals("2", body(get(grave).message()));
        assertEquals("3", body(get(queue).message()));
    }

    @Test
    void refusedMessagesAreDeadLetteredWhenTheRuleSaysSo() {
        for (Overflow overflow : List.of(Overflow.REJECT_PUBLISH, Overflow.REJECT_PUBLISH_DLX)) {
            Queue queue = queue(
                    2, deadLettersTo(grave.name()).withLengthLimit(new LengthLimit(1, LengthLimit.NONE, overflow)));
            publish(queue, persistent(1), persistent(2));
            Message dead = get(grave).message();
            if (overflow == Overflow.REJECT_PUBLISH) {
                assertNull(dead);
            } else {
                assertEquals("2", body(dead));
                assertEquals(List.of("q2 maxlen 1"), deaths(dead));
            }
        }
    }

    @Test
    void deathsAreCountedByQueueAndReasonTheLatestFirst() {
        Queue queue = queue(2, deadLettersTo(ShortString.of("q3")));
        Queue other = queue(3, deadLettersTo(queue.name()).withMessageTtl(10));
        publish(queue, persistent("m"));
        for (int round = 0; round < 3; round++) {
            settle(get(queue), Outcome.DISCARD);
            fixture.home.elapse(10);
            fixture.settleDown();
        }
        Message message = get(queue).message();
        assertEquals(List.of("q3 expired 3", "q2 rejected 3"), deaths(message));
        assertEquals("rejected", headers(message).get("x-first-death-reason").toString());
        assertEquals("expired", headers(message).get("x-last-death-reason").toString());
        assertEquals(0, other.readyCount());
    }

    @Test
    void whatGoesInCirclesByItselfIsDropped() {
        Queue queue = queue(2, deadLettersTo(ShortString.of("q3")).withMessageTtl(10));
        queue(3, deadLettersTo(queue.name()).withMessageTtl(10));
        publish(queue, persistent("m"));
        fixture.home.elapse(100);
        fixture.settleDown();
        fixture.home.on(fixture.journal::makeDurable);
        fixture.settleDown();
        fixture.home.elapse(100);
        fixture.settleDown();
        assertNull(get(queue).message());
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void aQueueMayBeItsOwnDeadLetterQueue() {
        Queue queue = queue(2, deadLettersTo(ShortString.of("q2")));
        publish(queue, persistent(1), persistent(2));
        settle(get(queue), Outcome.REJECT);
        assertEquals("2", body(get(queue).message()));
        GetRequest again = get(queue);
        assertEquals("1", body(again.message()));
        assertEquals(List.of("q2 rejected 1"), deaths(again.message()));
    }

    @Test
    void aPublishersHistoryCountsForNothing() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REJECT);
        Message dead = get(grave).message();
        // Published again by a client, headers and all.
        publish(queue, new Message(ShortString.of("x"), ShortString.of("k"), dead.content(), false));
        settle(get(queue), Outcome.REJECT);
        assertEquals(List.of("q2 rejected 1"), deaths(get(grave).message()));
    }

    @Test
    void theKeysOfTheMessageAreKeptAndTheHiddenOnesStayHidden() {
        Queue queue = queue(2, deadLettersTo(null));
        byKey.put(ShortString.of("k"), grave);
        BasicProperties properties = BasicProperties.builder()
                .headers(FieldTable.of(Map.of("CC", List.of("cc"))))
                .build();
        Envelope envelope = Envelope.EMPTY.withHiddenKeys(List.of(ShortString.of("bcc")));
        publish(queue, message(properties, "m").with(envelope));
        settle(get(queue), Outcome.REJECT);
        assertEquals(List.of(List.of(ShortString.of("cc"), ShortString.of("bcc"))), keysAsked);
        Message dead = get(grave).message();
        assertEquals(ShortString.of("k"), dead.routingKey());
        FieldTable death = ((FieldValue.Table) ((FieldValue.Array) headers(dead).get("x-death"))
                        .values()
                        .get(0))
                .value();
        assertEquals(FieldTable.of(Map.of("a", List.of("k", "cc"))).get("a"), death.get("routing-keys"));
        assertEquals(envelope.hiddenKeys(), dead.envelope().hiddenKeys());
    }

    @Test
    void aKeyOfTheQueueReplacesAllOthers() {
        Queue second = queue(3, deadLettersTo(null));
        Queue queue = queue(2, deadLettersTo(second.name()));
        BasicProperties properties = BasicProperties.builder()
                .headers(FieldTable.of(new TreeMap<>(Map.of("CC", List.of("cc")))))
                .build();
        publish(queue, message(properties, "m"));
        settle(get(queue), Outcome.REJECT);
        settle(get(second), Outcome.REJECT);
        assertEquals(2, keysAsked.size());
        assertNull(keysAsked.get(0));
        assertNull(keysAsked.get(1));
    }

    @Test
    void aLongQueueThatExpiresAtOnceWaitsForItsDeadLetters() {
        Queue queue = queue(2, deadLettersTo(grave.name()).withMessageTtl(10));
        Message[] messages = new Message[20_000];
        java.util.Arrays.setAll(messages, i -> persistent(i));
        publish(queue, messages);
        fixture.home.elapse(10);
        fixture.settleDown();
        assertEquals(8_192, grave.readyCount());
        assertEquals(20_000 - 8_192, queue.readyCount());
        assertNull(get(queue).message());
        for (int i = 0; i < 3; i++) {
            fixture.home.on(fixture.journal::makeDurable);
            fixture.settleDown();
        }
        assertEquals(20_000, grave.readyCount());
        assertEquals(0, queue.readyCount());
    }

    @Test
    void aLimitThatComesLaterDeadLettersInRuns() {
        Queue queue = queue(2, QueueRules.PLAIN);
        Message[] messages = new Message[20_000];
        java.util.Arrays.setAll(messages, i -> persistent(i));
        publish(queue, messages);
        LengthLimit limit = new LengthLimit(10, LengthLimit.NONE, Overflow.DROP_HEAD);
        fixture.home.on(() -> queue.apply(deadLettersTo(grave.name()).withLengthLimit(limit)));
        fixture.settleDown();
        assertTrue(grave.readyCount() < 10_000);
        publish(queue, persistent("new"));
        for (int i = 0; i < 3; i++) {
            fixture.home.on(fixture.journal::makeDurable);
            fixture.settleDown();
        }
        assertEquals(10, queue.readyCount());
        assertEquals(19_991, grave.readyCount());
    }

    @Test
    void aQueueThatIsDeletedMeanwhileForgetsItsDeadLetters() {
        Queue queue = queue(2, deadLettersTo(grave.name()));
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REJECT);
        fixture.home.on(queue::delete);
        fixture.journal.takeRecords();
        fixture.home.on(fixture.journal::makeDurable);
        fixture.settleDown();
        assertEquals(List.of(), fixture.journal.takeRecords());
        assertEquals(1, grave.readyCount());
    }

    @Test
    void withoutADeadLetterExchangeRejectedMessagesAreGone() {
        Queue queue = queue(2, QueueRules.PLAIN);
        publish(queue, persistent("m"));
        settle(get(queue), Outcome.REJECT);
        assertEquals(0, fixture.memory);
        assertEquals(List.of("publish 2:1", "ack 2:1-1"), fixture.journal.takeRecords());
    }
}
