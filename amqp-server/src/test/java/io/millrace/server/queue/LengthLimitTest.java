package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.queue.LengthLimit.Overflow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LengthLimitTest {
    private final List<Long> refused = new ArrayList<>();

    private static QueueFixture limitedTo(long messages, long bytes, Overflow overflow) {
        return new QueueFixture(QueueRules.PLAIN.withLengthLimit(new LengthLimit(messages, bytes, overflow)));
    }

    /** Publishes messages with tags from 1 on, and hears what became of them. */
    private PublishBatch publish(QueueFixture fixture, int count, int bodyLength) {
        PublishBatch batch = new PublishBatch(fixture.queue, fixture.origin);
        batch.awaitedBy(this);
        for (int tag = 1; tag <= count; tag++) {
            batch.add(Messages.persistentOf(bodyLength), refused::add, tag);
        }
        fixture.client.on(batch::handOver);
        fixture.settleDown();
        return batch;
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        QueueFixture fixture = limitedTo(2, LengthLimit.NONE, Overflow.DROP_HEAD);
        publish(fixture, 5, 1);
        assertEquals(2, fixture.queue.readyCount());
        assertEquals(4, fixture.get(true).sequence());
        assertEquals(5, fixture.get(true).sequence());
    }

    @Test
    void theOldestGoWhenTheyAreTooLarge() {
        QueueFixture fixture = limitedTo(LengthLimit.NONE, 10, Overflow.DROP_HEAD);
        publish(fixture, 4, 4);
        assertEquals(2, fixture.queue.readyCount());
        publish(fixture, 1, 11);
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void whatIsDroppedLeavesTheJournalAndTheMemory() {
        QueueFixture fixture = limitedTo(1, LengthLimit.NONE, Overflow.DROP_HEAD);
        publish(fixture, 3, 1);
        assertEquals(List.of("publish 7:1", "publish 7:2", "publish 7:3", "ack 7:1-2"), fixture.journal.takeRecords());
        assertEquals(Messages.persistentOf(1).memoryBytes(), fixture.memory);
    }

    @Test
    void theNewOnesAreRefusedByNameWhenTheQueueRejects() {
        QueueFixture fixture = limitedTo(2, LengthLimit.NONE, Overflow.REJECT_PUBLISH);
        PublishBatch batch = publish(fixture, 5, 1);
        assertTrue(refused.isEmpty(), "told only when the batch is settled");
        batch.reportRefused();
        assertEquals(List.of(3L, 4L, 5L), refused);
        assertEquals(List.of("publish 7:1", "publish 7:2"), fixture.journal.takeRecords());
        assertEquals(2L * Messages.persistentOf(1).memoryBytes(), fixture.memory);
        assertEquals(1, fixture.get(true).sequence());
    }

    @Test
    void thereIsRoomAgainWhenMessagesAreGone() {
        QueueFixture fixture = limitedTo(1, LengthLimit.NONE, Overflow.REJECT_PUBLISH);
        publish(fixture, 1, 1);
        assertEquals(1, fixture.get(true).sequence());
        publish(fixture, 1, 1).reportRefused();
        assertEquals(List.of(), refused);
    }

    @Test
    void manyRefusalsInOneBatchAreAllReported() {
        QueueFixture fixture = limitedTo(0, LengthLimit.NONE, Overflow.REJECT_PUBLISH);
        publish(fixture, 100, 1).reportRefused();
        assertEquals(100, refused.size());
        assertEquals(100L, refused.get(99));
    }

    @Test
    void aRefusalThatNobodyWaitsForIsSilent() {
        QueueFixture fixture = limitedTo(0, LengthLimit.NONE, Overflow.REJECT_PUBLISH);
        PublishBatch batch = new PublishBatch(fixture.queue, fixture.origin);
        batch.add(Messages.transientOf(1), null, 0);
        fixture.client.on(batch::handOver);
        fixture.settleDown();
        batch.reportRefused();
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
    }

    @Test
    void whatConsumersTakeAtOnceIsNotInTheWay() {
        QueueFixture fixture = limitedTo(1, LengthLimit.NONE, Overflow.REJECT_PUBLISH);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        publish(fixture, 10, 1).reportRefused();
        assertEquals(List.of(), refused);
        assertEquals(10, sink.deliveries().size());
    }

    @Test
    void aConsumerGetsEvenWhatAQueueOfNoLengthCannotHold() {
        QueueFixture fixture = limitedTo(0, LengthLimit.NONE, Overflow.DROP_HEAD);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 2);
        publish(fixture, 3, 1);
        assertEquals(List.of(1L, 2L), sink.takeSequences());
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void whatComesBackPushesTheOldestOut() {
        QueueFixture fixture = limitedTo(1, LengthLimit.NONE, Overflow.DROP_HEAD);
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 1);
        publish(fixture, 2, 1);
        sink.setWritable(false);
        fixture.settle(consumer, SettleBatch.Outcome.REQUEUE, List.copyOf(sink.deliveries()));
        fixture.settleDown();
        // The first one came back to its place, the head, and went; the second is delivered in its stead.
        sink.takeSequences();
        assertEquals(0, fixture.queue.readyCount());
        assertTrue(fixture.journal.takeRecords().contains("ack 7:1-1"));
    }
}
