package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.queue.LengthLimit.Overflow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue with a length limit that has room for four messages in memory. */
class LimitedBacklogTest {
    private static final int MESSAGES_MAX = 4;
    private static final long ONE = Messages.persistentOf(1).memoryBytes();

    private final List<Long> refused = new ArrayList<>();

    private static QueueFixture limitedTo(long messages, long bytes, Overflow overflow) {
        QueueRules rules = QueueRules.PLAIN.withLengthLimit(new LengthLimit(messages, bytes, overflow));
        return new QueueFixture(rules, QueueKind.PLAIN, MESSAGES_MAX);
    }

    private void publish(QueueFixture fixture, int count, int bodyLength) {
        PublishBatch batch = new PublishBatch(fixture.queue, fixture.origin);
        for (int tag = 1; tag <= count; tag++) {
            batch.add(Messages.persistentOf(bodyLength), refused::add, tag);
        }
        fixture.client.on(batch::handOver);
        fixture.settleDown();
        batch.reportRefused();
    }

    /** Ten messages of ten octets, and a hole. */
    private static void recover(QueueFixture fixture) {
        for (long sequence = 1; sequence <= 11; sequence++) {
            if (sequence != 3) {
                fixture.store.has(sequence, Messages.persistentOf(10));
            }
        }
        fixture.queue.recover(QueueFixture.ID, 10, 11, 0);
        fixture.home.on(fixture.queue::started);
        fixture.settleDown();
    }

    @Test
    void whatHasNoRoomInMemoryWaitsInTheStore() {
        QueueFixture fixture = limitedTo(100, LengthLimit.NONE, Overflow.DROP_HEAD);
        publish(fixture, 10, 1);
        assertEquals(10, fixture.queue.readyCount());
        assertEquals(6, fixture.store.size());
        assertEquals(MESSAGES_MAX * ONE, fixture.memory);
    }

    @Test
    void theLimitCountsWhatIsInTheStore() {
        QueueFixture fixture = limitedTo(8, LengthLimit.NONE, Overflow.REJECT_PUBLISH);
        publish(fixture, 6, 1);
        publish(fixture, 4, 1);
        assertEquals(List.of(3L, 4L), refused);
        assertEquals(8, fixture.queue.readyCount());
        assertEquals(0, fixture.store.reads());
    }

    @Test
    void theLimitCountsTheOctetsOfWhatIsInTheStore() {
        QueueFixture fixture = limitedTo(LengthLimit.NONE, 80, Overflow.REJECT_PUBLISH);
        publish(fixture, 7, 10);
        publish(fixture, 1, 11);
        assertEquals(List.of(1L), refused);
        publish(fixture, 2, 10);
        assertEquals(List.of(1L, 2L), refused);
        assertEquals(8, fixture.queue.readyCount());
    }

    @Test
    void theOldestAreDroppedUnreadWhenOnlyTheirNumberCounts() {
        QueueFixture fixture = limitedTo(6, LengthLimit.NONE, Overflow.DROP_HEAD);
        publish(fixture, 10, 1);
        fixture.journal.takeRecords();
        publish(fixture, 5, 1);
        assertEquals(6, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.store.reads());
        assertEquals(6, fixture.store.size());
        List<String> records = fixture.journal.takeRecords();
        assertEquals("ack 7:5-9", records.get(records.size() - 1));
        assertEquals(10, fixture.get(true).sequence());
    }

    @Test
    void theOldestAreReadWhenTheirOctetsCount() {
        QueueFixture fixture = limitedTo(LengthLimit.NONE, 60, Overflow.DROP_HEAD);
        publish(fixture, 6, 10);
        publish(fixture, 6, 10);
        assertEquals(6, fixture.queue.readyCount());
        assertTrue(fixture.store.reads() > 0);
        publish(fixture, 1, 1);
        // Sixty-one octets were one too many.
        assertEquals(6, fixture.queue.readyCount());
        assertEquals(8, fixture.get(true).sequence());
    }

    @Test
    void aQueueThatRefusesNeedsToReadNothingAfterARestart() {
        QueueFixture fixture = limitedTo(12, LengthLimit.NONE, Overflow.REJECT_PUBLISH);
        recover(fixture);
        publish(fixture, 3, 1);
        assertEquals(List.of(3L), refused);
        assertEquals(0, fixture.store.reads());
        assertEquals(0, fixture.store.measurements());
        assertEquals(0, fixture.memory);
    }

    @Test
    void octetsOfAnEarlierRunAreCountedOnceAndNotKept() {
        QueueFixture fixture = limitedTo(LengthLimit.NONE, 120, Overflow.REJECT_PUBLISH);
        fixture.store.measuresAtOnce(4);
        recover(fixture);
        assertEquals(0, fixture.store.measurements());
        publish(fixture, 3, 10);
        assertEquals(List.of(3L), refused);
        assertEquals(3, fixture.store.measurements());
        publish(fixture, 1, 1);
        assertEquals(List.of(3L, 1L), refused);
        assertEquals(3, fixture.store.measurements());
        assertEquals(0, fixture.store.reads());
        assertEquals(0, fixture.memory);
    }

    @Test
    void whatAnEarlierRunLeftTooMuchGoesAtTheStart() {
        QueueFixture fixture = limitedTo(6, LengthLimit.NONE, Overflow.DROP_HEAD);
        recover(fixture);
        assertEquals(6, fixture.queue.readyCount());
        assertEquals(6, fixture.get(true).sequence());
    }

    @Test
    void batchesKeepTheirOrderWhileAQueueIsMeasured() {
        QueueFixture fixture = limitedTo(LengthLimit.NONE, 1000, Overflow.DROP_HEAD);
        recover(fixture);
        fixture.publish(Messages.persistentOf(1));
        fixture.publish(Messages.persistentOf(2));
        fixture.home.runAll();
        fixture.publish(Messages.persistentOf(3));
        fixture.settleDown();
        for (int i = 0; i < 10; i++) {
            assertEquals(10, fixture.get(true).message().content().bodyLength());
        }
        for (int length = 1; length <= 3; length++) {
            assertEquals(length, fixture.get(true).message().content().bodyLength());
        }
    }

    @Test
    void aPurgeLetsInWhatHadToWait() {
        QueueFixture fixture = limitedTo(LengthLimit.NONE, 10, Overflow.DROP_HEAD);
        recover(fixture);
        fixture.publish(Messages.persistentOf(1));
        fixture.home.runAll();
        fixture.home.on(fixture.queue::purge);
        fixture.settleDown();
        assertEquals(1, fixture.queue.readyCount());
        assertEquals(1, fixture.get(true).message().content().bodyLength());
    }

    @Test
    void whatIsLostMakesTheQueueCountAgain() {
        QueueFixture fixture = limitedTo(LengthLimit.NONE, 100, Overflow.REJECT_PUBLISH);
        publish(fixture, 10, 10);
        fixture.store.loses(2);
        fixture.get(true);
        for (int i = 0; i < MESSAGES_MAX; i++) {
            fixture.get(true);
        }
        assertEquals(3, fixture.queue.readyCount());
        publish(fixture, 8, 10);
        assertEquals(List.of(8L), refused);
    }
}
