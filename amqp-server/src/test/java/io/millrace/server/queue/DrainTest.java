package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.queue.SettleBatch.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a queue stops giving messages to a consumer, and that it goes on. */
class DrainTest {
    private final QueueFixture fixture = QueueFixture.ofTransient();

    @Test
    void aDrainStopsAfterItsBudgetAndComesBackOnce() {
        RecordingSink sink = fixture.sink();
        fixture.publishTransient(5000);
        fixture.settleDown();
        fixture.consume(sink, true, false, 0, new PrefetchWindow());
        assertEquals(5000 - 2048, fixture.queue.readyCount());
        assertEquals(1, fixture.home.waiting());
        fixture.publishTransient(1);
        fixture.publishTransient(1);
        fixture.home.runOne();
        assertEquals(2, fixture.home.waiting() - 1, "the publishes, and one task of the queue itself");
        fixture.settleDown();
        assertEquals(5002, sink.deliveries().size());
    }

    @Test
    void batchesThatArriveDuringALongDrainDoNotMultiplyIt() {
        RecordingSink sink = fixture.sink();
        fixture.publishTransient(20_000);
        fixture.settleDown();
        fixture.consume(sink, true, false, 0, new PrefetchWindow());
        for (int i = 0; i < 3; i++) {
            fixture.publishTransient(1);
        }
        for (int i = 0; i < 4; i++) {
            fixture.home.runOne();
        }
        assertEquals(1, fixture.home.waiting());
    }

    @Test
    void aConsumerWhoseSocketIsFullWaitsUntilItIsResumed() {
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 0);
        sink.setWritable(false);
        fixture.publishTransient(1);
        fixture.settleDown();
        assertTrue(consumer.isParked());
        fixture.publishTransient(2);
        fixture.settleDown();
        assertEquals(List.of(1L), sink.takeSequences());
        sink.setWritable(true);
        fixture.home.on(() -> fixture.queue.resume(consumer));
        fixture.settleDown();
        assertEquals(List.of(2L, 3L), sink.takeSequences());
    }

    @Test
    void aSocketThatIsWritableAgainAtTheSecondLookDoesNotPark() {
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 0);
        sink.unwritableForLooks(1);
        fixture.publishTransient(1);
        fixture.settleDown();
        assertFalse(consumer.isParked());
    }

    /** The socket may become writable before the first look, between the two, or after them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aConsumerStoppedByItsWindowHearsOfAFreedPlaceWhateverItsSocketSays(int unwritableLooks) {
        PrefetchWindow window = new PrefetchWindow();
        window.limit(1);
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, false, false, 0, window);
        sink.unwritableForLooks(unwritableLooks);
        fixture.publishTransient(2);
        fixture.settleDown();
        assertEquals(1, sink.deliveries().size());
        window.release(1);
        assertTrue(consumer.isParked(), "the channel asks those to go on that are parked");
        fixture.home.on(() -> fixture.queue.resume(consumer));
        fixture.settleDown();
        assertEquals(2, sink.deliveries().size());
    }

    @Test
    void aWindowIsSharedByTheConsumersOfAChannel() {
        PrefetchWindow window = new PrefetchWindow();
        window.limit(3);
        RecordingSink first = fixture.sink();
        RecordingSink second = fixture.sink();
        fixture.consume(first, false, false, 0, window);
        QueueConsumer waiting = fixture.consume(second, false, false, 0, window);
        fixture.publishTransient(10);
        fixture.settleDown();
        assertEquals(3, first.deliveries().size() + second.deliveries().size());
        assertTrue(waiting.isParked());
    }

    @Test
    void whatWasDeliveredBeforeALimitCounts() {
        PrefetchWindow window = new PrefetchWindow();
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, false, false, 0, window);
        fixture.publishTransient(5);
        fixture.settleDown();
        window.limit(3);
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(5, sink.deliveries().size());
        window.release(3);
        fixture.settle(consumer, Outcome.ACKNOWLEDGE, sink.deliveries().subList(0, 3));
        fixture.home.execute(() -> fixture.queue.resume(consumer));
        fixture.settleDown();
        assertEquals(6, sink.deliveries().size());
    }
}
