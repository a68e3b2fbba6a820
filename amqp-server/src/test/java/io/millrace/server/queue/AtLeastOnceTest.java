package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.SettleBatch.Outcome;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A queue that keeps its dead letters until they have arrived. */
class AtLeastOnceTest {
    private static final long PAUSE = 5_000;
    private static final QueueRules RULES = QueueRules.PLAIN.withDeadLettering(to("dlx"));
    private static final QueueRules ONE_MESSAGE =
            QueueRules.PLAIN.withLengthLimit(new LengthLimit(1, LengthLimit.NONE, LengthLimit.Overflow.REJECT_PUBLISH));

    private final QueueFixture fixture = new QueueFixture(QueueRules.PLAIN);
    private final List<Queue> targets = new ArrayList<>();
    private final Queue source = fixture.queue(2, new Exchange(), RULES);

    /** Sends everything to all the targets. */
    private final class Exchange implements QueueLifecycle {
        @Override
        public void servedItsPurpose(Queue queue) {}

        @Override
        public Route deadLetterRoute(
                ShortString exchange,
                ShortString routingKey,
                List<ShortString> furtherKeys,
                Supplier<FieldTable> headers) {
            return targets.isEmpty() ? Route.EMPTY : Route.of(targets.toArray(Queue[]::new));
        }
    }

    private static DeadLettering to(String exchange) {
        return new DeadLettering(ShortString.of(exchange), null, true);
    }

    private Queue target(int id, QueueRules rules) {
        Queue queue = fixture.queue(id, new Exchange(), rules);
        targets.add(queue);
        return queue;
    }

    private void publish(Queue queue) {
        PublishBatch batch = new PublishBatch(queue, fixture.origin);
        batch.add(Messages.persistentOf(1));
        fixture.client.on(batch::handOver);
        settleDown();
    }

    private GetRequest get(Queue queue) {
        GetRequest request = new GetRequest(queue, false, fixture.client, answered -> {});
        fixture.client.on(request::send);
        settleDown();
        return request;
    }

    private void settle(GetRequest got, Outcome outcome) {
        SettleBatch batch = new SettleBatch(got.queue().getter(), outcome);
        batch.add(got.message(), got.sequence());
        fixture.client.on(batch::handOver);
        settleDown();
    }

    private void settleDown() {
        do {
            fixture.settleDown();
            fixture.client.on(() -> {});
            fixture.home.on(fixture.journal::makeDurable);
        } while (fixture.home.waiting() > 0);
    }

    private void elapse() {
        fixture.home.elapse(PAUSE);
        settleDown();
    }

    private void rejectOne() {
        publish(source);
        settle(get(source), Outcome.REJECT);
    }

    private boolean isForgotten() {
        return fixture.journal.takeRecords().contains("ack 2:1-1");
    }

    @Test
    void whatFindsNoQueueIsKeptUntilThereIsOne() {
        rejectOne();
        elapse();
        assertEquals(false, isForgotten());
        Queue grave = target(3, QueueRules.PLAIN);
        elapse();
        assertEquals(1, grave.readyCount());
        assertTrue(isForgotten());
        elapse();
        assertEquals(1, grave.readyCount());
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void whatOneOfItsQueuesRefusesIsSentToThatOneAgain() {
        Queue full = target(3, ONE_MESSAGE);
        Queue other = target(4, QueueRules.PLAIN);
        publish(full);
        rejectOne();
        elapse();
        assertEquals(List.of(1, 1), List.of(full.readyCount(), other.readyCount()));
        assertEquals(false, isForgotten());
        settle(get(full), Outcome.ACKNOWLEDGE);
        elapse();
        assertEquals(List.of(1, 1), List.of(full.readyCount(), other.readyCount()));
        assertTrue(isForgotten());
    }

    @Test
    void whatComesTooLateForADeletedQueueIsSentAgain() {
        Queue gone = target(3, QueueRules.PLAIN);
        fixture.home.on(() -> {
            int unused = gone.delete();
        });
        rejectOne();
        targets.clear();
        Queue grave = target(4, QueueRules.PLAIN);
        assertEquals(false, isForgotten());
        elapse();
        assertEquals(1, grave.readyCount());
        assertTrue(isForgotten());
    }

    @Test
    void aNewExchangeGetsWhatTheOldOneDidNotTake() {
        rejectOne();
        Queue grave = target(3, QueueRules.PLAIN);
        fixture.home.on(() -> source.apply(QueueRules.PLAIN.withDeadLettering(to("other"))));
        elapse();
        assertEquals(ShortString.of("other"), get(grave).message().exchange());
        assertTrue(isForgotten());
    }

    @Test
    void withoutAnExchangeNothingIsKeptAnyMore() {
        rejectOne();
        fixture.home.on(() -> source.apply(QueueRules.PLAIN));
        settleDown();
        assertTrue(isForgotten());
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void purgeAndDeleteGiveUpWhatDidNotArrive() {
        rejectOne();
        publish(source);
        fixture.home.on(() -> assertEquals(2, source.purge()));
        assertEquals(0, fixture.memory);
        rejectOne();
        fixture.home.on(() -> assertEquals(0, source.delete()));
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.home.timersSet());
    }

    @Test
    void aQueueWithTooManyStuckLettersDeliversNothingUntilTheyHaveGone() {
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = QueueFixture.consume(source, sink, false, false, 0, new PrefetchWindow());
        int max = 8192;
        for (int i = 0; i < max; i++) {
            publish(source);
        }
        fixture.settle(consumer, Outcome.REJECT, sink.deliveries());
        settleDown();
        publish(source);
        assertEquals(max, sink.deliveries().size());
        assertEquals(1, source.readyCount());
        Queue grave = target(3, QueueRules.PLAIN);
        elapse();
        assertEquals(max, grave.readyCount());
        assertEquals(max + 1, sink.deliveries().size());
        assertNull(get(source).message());
    }
}
