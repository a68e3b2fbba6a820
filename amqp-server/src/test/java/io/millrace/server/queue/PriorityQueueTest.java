package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A queue with the priorities 0 to 5. */
final class PriorityQueueTest {
    private static final QueueKind KIND = new QueueKind(new Priorities(5, 0), false);

    private final QueueFixture fixture = new QueueFixture(QueueRules.PLAIN, KIND, Integer.MAX_VALUE);

    private Message publish(int priority) {
        Message message = Messages.withPriority(priority);
        fixture.publish(message);
        return message;
    }

    private static List<Message> messages(RecordingSink sink) {
        return sink.deliveries().stream().map(RecordingSink.Delivery::message).toList();
    }

    private Message get() {
        return fixture.get(true).message();
    }

    @Test
    void higherPrioritiesGoFirstAndEqualOnesInTheirOrder() {
        Message low = publish(1);
        Message none = Messages.persistentOf(1);
        fixture.publish(none);
        Message firstHigh = publish(4);
        Message secondHigh = publish(4);
        Message zero = publish(0);
        for (Message expected : List.of(firstHigh, secondHigh, low, none, zero)) {
            assertSame(expected, get());
        }
        assertNull(get());
    }

    @Test
    void whatIsAboveTheMaximumCountsAsTheMaximum() {
        Message max = publish(5);
        Message above = publish(255);
        Message alsoMax = publish(5);
        for (Message expected : List.of(max, above, alsoMax)) {
            assertSame(expected, get());
        }
    }

    @Test
    void whatComesBackStandsAtItsPlaceAndIsMarked() {
        Message high = publish(3);
        Message low = publish(1);
        Message lower = publish(1);
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 2);
        fixture.settleDown();
        assertEquals(List.of(high, low), messages(sink));
        Message higher = publish(4);
        List<RecordingSink.Delivery> back = List.copyOf(sink.deliveries());
        sink.deliveries().clear();
        fixture.settle(consumer, SettleBatch.Outcome.REQUEUE, back);
        fixture.settleDown();
        assertEquals(List.of(higher, high), messages(sink));
        assertEquals(
                List.of(false, true),
                sink.deliveries().stream()
                        .map(RecordingSink.Delivery::redelivered)
                        .toList());
        assertSame(low, get());
        assertSame(lower, get());
    }

    @Test
    void eachPriorityHasAnIdOfItsOwnInTheLog() {
        fixture.publish(Messages.withPriority(2), Messages.withPriority(0), Messages.withPriority(2));
        fixture.settleDown();
        assertEquals(List.of("publish 9:1", "publish 7:1", "publish 9:2"), fixture.journal.takeRecords());
        fixture.consume(fixture.sink(), true, false, 0, new PrefetchWindow());
        fixture.settleDown();
        assertEquals(List.of("ack 9:1-2", "ack 7:1-1"), fixture.journal.takeRecords());
        fixture.home.on(fixture.queue::delete);
        fixture.settleDown();
        assertEquals(List.of("delete 9", "delete 7"), fixture.journal.takeRecords());
    }

    @Test
    void purgeDropsAllPrioritiesThoseInTheStoreToo() {
        QueueFixture small = new QueueFixture(QueueRules.PLAIN, KIND, 1);
        small.publish(Stream.generate(() -> Messages.withPriority(5)).limit(400).toArray(Message[]::new));
        small.publish(Messages.withPriority(1));
        small.settleDown();
        assertEquals(401, small.queue.readyCount());
        int[] purged = new int[1];
        small.home.on(() -> purged[0] = small.queue.purge());
        small.settleDown();
        assertEquals(401, purged[0]);
        assertEquals(0, small.queue.readyCount());
        assertEquals(0, small.store.size());
        assertEquals(0, small.memory);
        assertNull(small.get(true).message());
    }

    @Test
    void aLengthLimitDropsWhatWouldBeDeliveredNext() {
        QueueFixture limited = new QueueFixture(
                QueueRules.PLAIN.withLengthLimit(new LengthLimit(3, LengthLimit.NONE, LengthLimit.Overflow.DROP_HEAD)),
                KIND,
                Integer.MAX_VALUE);
        Message[] low = {Messages.withPriority(1), Messages.withPriority(1)};
        Message[] high = {Messages.withPriority(5), Messages.withPriority(5), Messages.withPriority(5)};
        limited.publish(low);
        limited.publish(high);
        limited.settleDown();
        assertSame(high[2], limited.get(true).message());
        assertSame(low[0], limited.get(true).message());
        assertSame(low[1], limited.get(true).message());
        assertNull(limited.get(true).message());
    }

    @Test
    void aHigherPriorityInTheStoreIsWaitedForThoughALowerOneIsInMemory() {
        fixture.store.has(QueueFixture.ID + 4, 3, Messages.withPriority(4));
        fixture.store.has(QueueFixture.ID + 4, 5, Messages.withPriority(4));
        fixture.queue.recover(QueueFixture.ID + 4, 2, 5, 3);
        publish(1);
        fixture.home.runAll();
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.home.runAll();
        fixture.client.runAll();
        assertEquals(List.of(), sink.deliveries());
        assertEquals(3, fixture.queue.readyCount());
        fixture.settleDown();
        assertEquals(List.of(-3L, 5L, 1L), sink.takeSequences());
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void memoryIsGivenBackOnceAllIsAcknowledged() {
        QueueFixture small = new QueueFixture(QueueRules.PLAIN, KIND, 100);
        for (int i = 0; i < 3000; i++) {
            small.publish(Messages.withPriority(i % 6));
        }
        small.settleDown();
        // Each priority may have some in memory, however full it is.
        assertTrue(small.memory <= 6L * 257 * Messages.withPriority(1).memoryBytes());
        assertTrue(small.store.size() > 0);
        for (int i = 0; i < 3000; i++) {
            assertEquals(5 - i / 500, small.get(true).message().content().priority());
        }
        assertEquals(0, small.memory);
    }
}
