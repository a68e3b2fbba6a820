package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A queue that has room for four messages in memory. */
final class BacklogTest {
    private static final int MESSAGES_MAX = 4;

    private final QueueFixture fixture = new QueueFixture(false, false, MESSAGES_MAX);

    /** One batch each. */
    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            fixture.publishTransient(1);
        }
        fixture.settleDown();
    }

    private static List<Long> sequences(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void aQueueWithinItsRoomNeverAsksTheStore() {
        publish(MESSAGES_MAX);
        assertEquals(0, fixture.store.size());
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.settleDown();
        assertEquals(sequences(1, 4), sink.takeSequences());
        assertEquals(0, fixture.store.reads());
    }

    @Test
    void whatHasNoRoomGoesToTheStoreAndIsDeliveredBehindTheRest() {
        publish(10);
        assertEquals(6, fixture.store.size());
        assertEquals(10, fixture.queue.readyCount());
        assertEquals(4L * Messages.transientOf(1).memoryBytes(), fixture.memory);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.settleDown();
        assertEquals(sequences(1, 10), sink.takeSequences());
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void memoryIsFreedAndThePublisherCreditedOnceTheStoreHasWritten() {
        publish(MESSAGES_MAX);
        long bytes = Messages.transientOf(1).memoryBytes();
        fixture.publishTransient(1);
        fixture.home.runAll();
        assertEquals(5 * bytes, fixture.memory);
        assertEquals(4 * bytes, fixture.origin.enqueuedBytes());
        assertTrue(fixture.store.runOne());
        assertEquals(4 * bytes, fixture.memory);
        assertEquals(5 * bytes, fixture.origin.enqueuedBytes());
    }

    @Test
    void whatIsPublishedWhileAnythingIsStoredGoesBehindItThoughThereIsRoomAgain() {
        publish(6);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.home.runAll();
        // Memory is empty now, the block is under way.
        fixture.publishTransient(1);
        fixture.settleDown();
        assertEquals(sequences(1, 7), sink.takeSequences());
        publish(1);
        assertEquals(List.of(8L), sink.takeSequences());
        assertEquals(0, fixture.store.size());
    }

    @Test
    void whatIsRequeuedComesBeforeWhatIsStored() {
        publish(10);
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 2);
        fixture.settleDown();
        List<RecordingSink.Delivery> first = List.copyOf(sink.deliveries());
        sink.takeSequences();
        fixture.settle(consumer, SettleBatch.Outcome.REQUEUE, first);
        fixture.settleDown();
        assertEquals(List.of(-1L, -2L), sink.takeSequences());
        RecordingSink all = fixture.sink();
        fixture.consume(all, 0);
        fixture.settleDown();
        assertEquals(sequences(3, 10), all.takeSequences());
    }

    @Test
    void aGetWaitsForWhatIsStoredWhenMemoryIsEmpty() {
        publish(6);
        for (long sequence = 1; sequence <= 6; sequence++) {
            GetRequest request = fixture.get(true);
            assertEquals(sequence, request.sequence());
            assertEquals(6 - sequence, request.remaining());
            assertNotNull(request.message());
        }
        assertNull(fixture.get(true).message());
        assertEquals(0, fixture.memory);
    }

    @Test
    void aPurgeForgetsWhatIsStoredAndWhatIsBeingRead() {
        publish(10);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 4);
        fixture.home.runAll();
        int purged = fixture.home.call(fixture.queue::purge);
        assertEquals(6, purged);
        fixture.settleDown();
        assertEquals(sequences(1, 4), sink.takeSequences());
        assertEquals(0, fixture.store.size());
        assertEquals(0, fixture.queue.readyCount());
        RecordingSink other = fixture.sink();
        fixture.consume(other, 0);
        publish(1);
        assertEquals(List.of(11L), other.takeSequences());
    }

    @Test
    void aPurgeOfADurableQueueTellsTheJournalInOneRange() {
        QueueFixture durable = new QueueFixture(true, false, MESSAGES_MAX);
        for (int i = 0; i < 10; i++) {
            durable.publish(Messages.persistentOf(1));
        }
        durable.settleDown();
        durable.journal.takeRecords();
        assertEquals(10, (int) durable.home.call(durable.queue::purge));
        assertEquals(List.of("ack 7:5-10", "ack 7:1-4"), durable.journal.takeRecords());
    }

    @Test
    void aDeletedQueueLeavesNothingInTheStore() {
        publish(10);
        assertEquals(10, (int) fixture.home.call(fixture.queue::delete));
        fixture.settleDown();
        assertEquals(0, fixture.store.size());
        assertEquals(0, fixture.memory);
    }

    @Test
    void aGetThatWaitsIsAnsweredWhenTheQueueIsDeleted() {
        publish(5);
        for (int i = 0; i < 4; i++) {
            fixture.get(true);
        }
        int[] answers = new int[1];
        GetRequest request = new GetRequest(fixture.queue, true, fixture.client, answered -> answers[0]++);
        // The block that the fourth one asked for has come: it is taken, and the next get finds nothing.
        fixture.get(true);
        publish(6);
        fixture.home.on(() -> {
            for (int i = 0; i < 4; i++) {
                assertTrue(fixture.queue.get(new GetRequest(fixture.queue, true, fixture.client, answered -> {})));
            }
        });
        fixture.client.on(request::send);
        fixture.home.runAll();
        assertEquals(0, answers[0]);
        int deleted = fixture.home.call(fixture.queue::delete);
        assertEquals(2, deleted);
        fixture.settleDown();
        assertEquals(1, answers[0]);
        assertNull(request.message());
    }

    @Test
    void whatCannotBeReadIsNotWaitedFor() {
        publish(10);
        fixture.store.loses(2);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.settleDown();
        assertEquals(List.of(1L, 2L, 3L, 4L, 7L, 8L, 9L, 10L), sink.takeSequences());
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void aLargeBacklogIsReadInBlocksWhileConsumersTakeIt() {
        publish(4);
        Message[] messages = new Message[20_000];
        Arrays.setAll(messages, i -> Messages.transientOf(1));
        fixture.publish(messages);
        fixture.settleDown();
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.settleDown();
        assertEquals(sequences(1, 20_004), sink.takeSequences());
        assertEquals(3, fixture.store.reads());
    }

    @Test
    void scarceMemoryLeavesEachQueueAFew() {
        QueueFixture roomy = QueueFixture.ofTransient();
        roomy.scarce = true;
        for (int i = 0; i < 300; i++) {
            roomy.publishTransient(1);
        }
        roomy.settleDown();
        assertEquals(300 - 257, roomy.store.size());
    }

    @Test
    void memoryThatIsNearlyUsedUpLeavesEachQueueVeryFew() {
        QueueFixture roomy = QueueFixture.ofTransient();
        roomy.scarce = true;
        roomy.nearlyUsedUp = true;
        for (int i = 0; i < 300; i++) {
            roomy.publishTransient(1);
        }
        roomy.settleDown();
        assertEquals(300 - 9, roomy.store.size());
    }

    @Test
    void aQueueWithALimitReadsWhatItHadBeforeItTakesMore() {
        QueueFixture limited = new QueueFixture(
                QueueRules.PLAIN.withLengthLimit(new LengthLimit(3, LengthLimit.NONE, LengthLimit.Overflow.DROP_HEAD)));
        for (long sequence = 1; sequence <= 4; sequence++) {
            limited.store.has(sequence, Messages.persistentOf(1));
        }
        limited.queue.recover(QueueFixture.ID, 4, 4, 0);
        limited.publish(Messages.persistentOf(1));
        limited.home.runAll();
        assertEquals(0, limited.origin.enqueuedBytes());
        limited.settleDown();
        RecordingSink sink = limited.sink();
        limited.consume(sink, 0);
        limited.settleDown();
        assertEquals(sequences(3, 5), sink.takeSequences());
    }

    @Test
    void aPublisherWaitsForTheDiskOnceThatIsFarBehind() {
        QueueFixture durable = new QueueFixture(true, false, MESSAGES_MAX);
        durable.publish(Messages.persistentOf(1));
        durable.settleDown();
        long bytes = Messages.persistentOf(1).memoryBytes();
        assertEquals(bytes, durable.origin.enqueuedBytes());
        durable.journal.setBehind(true);
        durable.publish(Messages.persistentOf(1));
        durable.settleDown();
        assertEquals(bytes, durable.origin.enqueuedBytes());
        durable.journal.makeDurable();
        assertEquals(2 * bytes, durable.origin.enqueuedBytes());
    }

    @Test
    void aPublisherWaitsUntilBothTheLogAndTheStoreHaveWhatHasNoRoom() {
        QueueFixture durable = new QueueFixture(true, false, 1);
        durable.publish(Messages.persistentOf(1));
        durable.settleDown();
        long bytes = Messages.persistentOf(1).memoryBytes();
        durable.journal.setBehind(true);
        durable.publish(Messages.persistentOf(1));
        durable.settleDown();
        durable.publish(Messages.persistentOf(1));
        durable.home.runAll();
        durable.journal.makeDurable();
        assertEquals(2 * bytes, durable.origin.enqueuedBytes());
        durable.settleDown();
        assertEquals(3 * bytes, durable.origin.enqueuedBytes());
    }

    @Test
    void aPublisherOfTransientMessagesWaitsForNoDisk() {
        fixture.journal.setBehind(true);
        publish(1);
        assertEquals(Messages.transientOf(1).memoryBytes(), fixture.origin.enqueuedBytes());
    }
}
