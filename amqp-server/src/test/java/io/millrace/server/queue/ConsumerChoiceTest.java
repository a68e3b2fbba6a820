package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets a message: by priority, or as the single active consumer. */
class ConsumerChoiceTest {
    private static QueueConsumer consume(QueueFixture fixture, RecordingSink sink, int prefetch, long priority) {
        QueueConsumer consumer = new QueueConsumer(
                fixture.queue, sink, ShortString.of("tag"), false, false, prefetch, new PrefetchWindow(), priority);
        fixture.home.on(() -> {
            fixture.queue.addConsumer(consumer);
            fixture.queue.dispatch();
        });
        return consumer;
    }

    @Test
    void theHighestPriorityIsServedWhileItHasCredit() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink low = fixture.sink();
        RecordingSink high = fixture.sink();
        RecordingSink middle = fixture.sink();
        consume(fixture, low, 0, -1);
        consume(fixture, high, 2, 10);
        consume(fixture, middle, 1, 5);
        fixture.publishTransient(5);
        fixture.settleDown();
        assertEquals(List.of(1L, 2L), high.takeSequences());
        assertEquals(List.of(3L), middle.takeSequences());
        assertEquals(List.of(4L, 5L), low.takeSequences());
    }

    @Test
    void equalsTakeTurns() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink one = fixture.sink();
        RecordingSink other = fixture.sink();
        RecordingSink low = fixture.sink();
        consume(fixture, one, 0, 7);
        consume(fixture, low, 0, 0);
        consume(fixture, other, 0, 7);
        fixture.publishTransient(4);
        fixture.settleDown();
        assertEquals(List.of(1L, 3L), one.takeSequences());
        assertEquals(List.of(2L, 4L), other.takeSequences());
        assertEquals(List.of(), low.takeSequences());
    }

    @Test
    void othersAreServedWhenTheHighestLeaves() {
        QueueFixture fixture = QueueFixture.ofTransient();
        RecordingSink high = fixture.sink();
        RecordingSink middle = fixture.sink();
        RecordingSink low = fixture.sink();
        QueueConsumer highest = consume(fixture, high, 0, 2);
        QueueConsumer between = consume(fixture, middle, 0, 1);
        consume(fixture, low, 0, 0);
        fixture.home.on(() -> fixture.queue.removeConsumer(between));
        fixture.home.on(() -> fixture.queue.removeConsumer(highest));
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(List.of(1L), low.takeSequences());
        consume(fixture, high, 0, 2);
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(List.of(2L), high.takeSequences());
    }

    private static QueueFixture singleActive() {
        return new QueueFixture(QueueRules.PLAIN.withSingleActiveConsumer(true));
    }

    @Test
    void theFirstConsumerIsTheActiveOneWhateverThePriorities() {
        QueueFixture fixture = singleActive();
        RecordingSink first = fixture.sink();
        RecordingSink second = fixture.sink();
        consume(fixture, first, 1, 0);
        consume(fixture, second, 0, 10);
        fixture.publishTransient(3);
        fixture.settleDown();
        assertEquals(List.of(1L), first.takeSequences());
        assertEquals(List.of(), second.takeSequences());
        assertEquals(2, fixture.queue.readyCount());
    }

    @Test
    void theNextOneTakesOverWhenTheActiveOneLeaves() {
        QueueFixture fixture = singleActive();
        RecordingSink first = fixture.sink();
        RecordingSink second = fixture.sink();
        RecordingSink third = fixture.sink();
        QueueConsumer active = consume(fixture, first, 1, 0);
        consume(fixture, second, 0, 0);
        consume(fixture, third, 0, 0);
        fixture.publishTransient(3);
        fixture.settleDown();
        List<RecordingSink.Delivery> unsettled = List.copyOf(first.deliveries());
        fixture.home.on(() -> fixture.queue.removeConsumer(active));
        fixture.settle(active, SettleBatch.Outcome.REQUEUE, unsettled);
        fixture.settleDown();
        assertEquals(
                List.of(-1L, 2L, 3L), second.takeSequences().stream().sorted().toList());
        assertEquals(List.of(), third.takeSequences());
    }

    @Test
    void theNextOneBeginsWithWhatTheActiveOneHadHoweverLongThatTakesToComeBack() {
        QueueFixture fixture = singleActive();
        RecordingSink first = fixture.sink();
        RecordingSink second = fixture.sink();
        QueueConsumer active = consume(fixture, first, 2, 0);
        consume(fixture, second, 0, 0);
        fixture.publishTransient(4);
        fixture.settleDown();
        List<RecordingSink.Delivery> unsettled = List.copyOf(first.deliveries());
        fixture.home.on(() -> {
            active.givesBack();
            fixture.queue.removeConsumer(active);
        });
        fixture.settleDown();
        assertEquals(List.of(), second.takeSequences());
        fixture.settle(active, SettleBatch.Outcome.REQUEUE_FAILED, unsettled);
        fixture.settleDown();
        assertEquals(List.of(-1L, -2L, 3L, 4L), second.takeSequences());
    }

    @Test
    void theNextActiveOneIsTheFirstOfTheHighestPriority() {
        QueueFixture fixture = singleActive();
        RecordingSink second = fixture.sink();
        RecordingSink third = fixture.sink();
        QueueConsumer active = consume(fixture, fixture.sink(), 0, 0);
        consume(fixture, second, 0, 0);
        consume(fixture, third, 0, 10);
        fixture.home.on(() -> fixture.queue.removeConsumer(active));
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(List.of(), second.takeSequences());
        assertEquals(List.of(1L), third.takeSequences());
    }

    @Test
    void aWaitingConsumerLeavesWithoutConsequences() {
        QueueFixture fixture = singleActive();
        RecordingSink first = fixture.sink();
        RecordingSink second = fixture.sink();
        consume(fixture, first, 0, 0);
        QueueConsumer waiting = consume(fixture, second, 0, 0);
        fixture.home.on(() -> fixture.queue.removeConsumer(waiting));
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(List.of(1L), first.takeSequences());
    }

    @Test
    void nobodyConsumesExclusivelyWhereOneIsActive() {
        QueueFixture fixture = singleActive();
        QueueConsumer exclusive = new QueueConsumer(
                fixture.queue, fixture.sink(), ShortString.of("tag"), false, true, 0, new PrefetchWindow());
        fixture.home.on(() -> {
            ChannelError error = assertThrows(ChannelError.class, () -> fixture.queue.addConsumer(exclusive));
            assertEquals(ReplyCode.ACCESS_REFUSED, error.replyCode());
            assertEquals("ACCESS_REFUSED - queue 'q7' in vhost '/' in exclusive use", error.replyText());
        });
        assertDoesNotThrow(() -> consume(fixture, fixture.sink(), 0, 0));
    }

    @Test
    void getTakesWhatTheActiveConsumerHasNotGot() {
        QueueFixture fixture = singleActive();
        RecordingSink sink = fixture.sink();
        consume(fixture, sink, 1, 0);
        fixture.publishTransient(2);
        fixture.settleDown();
        assertEquals(2, fixture.get(true).sequence());
    }
}
