package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import io.millrace.log.stream.StreamFilter;
import io.millrace.log.stream.StreamLimits;
import io.millrace.log.stream.StreamStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamQueueTest {
    private static final StreamStart FIRST = new StreamStart.First();

    @TempDir
    private Path directory;

    private StreamFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new StreamFixture(directory);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private static List<Long> offsets(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void aBatchIsSettledWhenItIsDurableAndNotBefore() {
        PublishBatch batch = fixture.publish(Messages.transientOf(10), Messages.transientOf(10));
        while (fixture.home.runOne() || fixture.client.runOne()) {
            // The store does nothing yet.
        }
        assertEquals(List.of(), fixture.origin.settled());
        assertEquals(0, fixture.origin.enqueuedBytes());
        assertEquals(batch.bytes(), fixture.memory);
        fixture.settleDown();
        assertEquals(List.of(batch), fixture.origin.settled());
        assertEquals(batch.bytes(), fixture.origin.enqueuedBytes());
        assertEquals(0, fixture.memory);
    }

    @Test
    void aConsumerGetsWhatIsThereAndThenWhatComes() {
        fixture.publishEach(3);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 100, FIRST);
        assertEquals(offsets(0, 2), sink.takeSequences());
        fixture.publishEach(2);
        assertEquals(offsets(3, 4), sink.takeSequences());
    }

    @Test
    void whoFollowsTheStreamNeedsNoDisk() {
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 10_000, null);
        fixture.publishEach(100);
        assertEquals(offsets(0, 99), sink.takeSequences());
        assertEquals(0, fixture.reads);
    }

    @Test
    void blocksAreReadAndNotMessages() {
        fixture.publishEach(1000);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 10_000, FIRST);
        assertEquals(offsets(0, 999), sink.takeSequences());
        assertTrue(fixture.reads <= 3, "reads: " + fixture.reads);
    }

    @Test
    void nextIsWhatIsPublishedFromNowOn() {
        fixture.publishEach(3);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 10, null);
        assertEquals(List.of(), sink.takeSequences());
        fixture.publishEach(1);
        assertEquals(List.of(3L), sink.takeSequences());
    }

    @Test
    void anOffsetThatIsNotThereYetIsWaitedFor() {
        fixture.publishEach(2);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 10, new StreamStart.Offset(4));
        fixture.publishEach(2);
        assertEquals(List.of(), sink.takeSequences());
        fixture.publishEach(2);
        assertEquals(List.of(4L, 5L), sink.takeSequences());
    }

    @Test
    void consumersDoNotTakeFromEachOther() {
        fixture.publishEach(5);
        RecordingSink one = fixture.sink();
        RecordingSink other = fixture.sink();
        fixture.consume(one, 10, FIRST);
        fixture.consume(other, 10, new StreamStart.Offset(3));
        assertEquals(offsets(0, 4), one.takeSequences());
        assertEquals(offsets(3, 4), other.takeSequences());
        assertEquals(2, fixture.queue.consumerCount());
    }

    @Test
    void whateverIsDoneWithDeliveriesMakesRoomForAsMany() {
        fixture.publishEach(2 * SettleBatch.Outcome.values().length);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 2, FIRST);
        for (SettleBatch.Outcome outcome : SettleBatch.Outcome.values()) {
            assertEquals(2, fixture.queue.unackedCount());
            assertEquals(2, sink.deliveries().size(), "before " + outcome);
            assertFalse(sink.deliveries().get(0).redelivered());
            fixture.settle(sink, outcome);
        }
        assertEquals(List.of(), sink.takeSequences());
        assertEquals(0, fixture.queue.unackedCount());
    }

    @Test
    void aSlowConsumerCatchesUpFromTheDisk() {
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 1, null);
        for (int i = 0; i < 40; i++) {
            fixture.publish(Messages.persistentOf(100_000));
            fixture.settleDown();
        }
        for (long offset = 0; offset < 40; offset++) {
            assertEquals(offset, sink.deliveries().get(0).sequence());
            fixture.settle(sink, SettleBatch.Outcome.ACKNOWLEDGE);
        }
        assertTrue(fixture.reads > 0, "all of it was in memory");
        fixture.publishEach(1);
        assertEquals(List.of(40L), sink.takeSequences());
    }

    @Test
    void aSocketThatIsFullIsWaitedFor() {
        fixture.publishEach(3);
        RecordingSink sink = fixture.sink();
        sink.setWritable(false);
        QueueConsumer consumer = fixture.consume(sink, 100, FIRST);
        fixture.publishEach(1);
        assertTrue(consumer.isParked());
        sink.setWritable(true);
        fixture.home.on(() -> fixture.queue.resume(consumer));
        fixture.settleDown();
        assertEquals(offsets(0, 3), sink.takeSequences());
    }

    @Test
    void filtersHoldForWhatIsReadAndForWhatIsInMemory() {
        fixture.publish(filtered("north"), filtered("south"), Messages.persistentOf(1));
        fixture.settleDown();
        RecordingSink north = fixture.sink();
        RecordingSink southOrNone = fixture.sink();
        fixture.consume(north, 10, FIRST, filter("north", false));
        fixture.consume(southOrNone, 10, FIRST, filter("south", true));
        fixture.publish(filtered("north"), filtered("south"), Messages.persistentOf(1));
        fixture.settleDown();
        assertEquals(List.of(0L, 3L), north.takeSequences());
        assertEquals(List.of(1L, 2L, 4L, 5L), southOrNone.takeSequences());
    }

    private static StreamFilter filter(String value, boolean matchUnfiltered) {
        return new StreamFilter(List.of(value.getBytes(StandardCharsets.UTF_8)), matchUnfiltered);
    }

    private static Message filtered(String value) {
        return withHeaders(FieldTable.of(Map.of("x-stream-filter-value", value)));
    }

    private static Message withHeaders(FieldTable headers) {
        BasicProperties properties = BasicProperties.builder()
                .headers(headers)
                .clusterId(ShortString.of("c"))
                .build();
        return new Message(ShortString.of("x"), ShortString.of("k"), Messages.content(properties, new byte[3]), true);
    }

    @Test
    void whatIsDeliveredSaysWhereItWas() {
        FieldTable headers = FieldTable.builder()
                .put("mine", 1)
                .put("octets", FieldTable.of(Map.of("x", new byte[] {65})).get("x"))
                .put("table", FieldTable.EMPTY)
                .put("x-table", FieldTable.EMPTY)
                .put("x-death", "of nobody")
                .put("x-stream-offset", 99L)
                .build();
        fixture.publish(withHeaders(headers), withHeaders(headers));
        fixture.settleDown();
        RecordingSink fromDisk = fixture.sink();
        fixture.consume(fromDisk, 10, FIRST);
        for (RecordingSink.Delivery delivery : fromDisk.deliveries()) {
            Message message = delivery.message();
            assertEquals("x", message.exchange().toString());
            assertEquals("k", message.routingKey().toString());
            assertEquals(3, message.content().bodyLength());
            BasicProperties properties = message.content().properties();
            assertEquals(null, properties.clusterId());
            assertEquals(1, properties.deliveryMode());
            Map<String, FieldValue> delivered = properties.headers().asMap();
            assertEquals(List.of("mine", "octets", "x-table", "x-stream-offset"), List.copyOf(delivered.keySet()));
            assertEquals(new FieldValue.Int64(delivery.sequence()), delivered.get("x-stream-offset"));
            assertEquals("longstr", delivered.get("octets").typeName());
        }
        assertEquals(2, fromDisk.deliveries().size());
    }

    @Test
    void aTrackedConsumerGoesOnWhereTheLastOneOfItsNameLeftOff() {
        fixture.publishEach(5);
        RecordingSink first = fixture.sink();
        QueueConsumer consumer = fixture.consumeTracked(first, "reader", 3);
        fixture.settle(first, SettleBatch.Outcome.ACKNOWLEDGE);
        fixture.home.on(() -> fixture.queue.removeConsumer(consumer));
        RecordingSink second = fixture.sink();
        fixture.consumeTracked(second, "reader", 3);
        assertEquals(List.of(3L, 4L), second.takeSequences());
        RecordingSink other = fixture.sink();
        fixture.consumeTracked(other, "other", 1);
        assertEquals(List.of(0L), other.takeSequences());
    }

    @Test
    void whatWasAcknowledgedOutOfOrderCountsFromTheFirstThatWasNot() {
        fixture.publishEach(4);
        RecordingSink first = fixture.sink();
        QueueConsumer consumer = fixture.consumeTracked(first, "reader", 4);
        List<RecordingSink.Delivery> deliveries = List.copyOf(first.deliveries());
        fixture.client.on(() -> deliveries.get(0).settle(SettleBatch.Outcome.ACKNOWLEDGE));
        fixture.client.on(() -> deliveries.get(2).settle(SettleBatch.Outcome.REJECT));
        fixture.settleDown();
        fixture.home.on(() -> fixture.queue.removeConsumer(consumer));
        fixture.client.on(() -> deliveries.get(1).settle(SettleBatch.Outcome.REQUEUE_FAILED));
        fixture.settleDown();
        RecordingSink second = fixture.sink();
        fixture.consumeTracked(second, "reader", 4);
        assertEquals(List.of(1L, 2L, 3L), second.takeSequences());
    }

    @Test
    void whatACancelledConsumerAcknowledgesLaterCounts() {
        fixture.publishEach(2);
        RecordingSink first = fixture.sink();
        QueueConsumer consumer = fixture.consumeTracked(first, "reader", 2);
        fixture.home.on(() -> fixture.queue.removeConsumer(consumer));
        fixture.settle(first, SettleBatch.Outcome.ACKNOWLEDGE);
        fixture.publishEach(1);
        RecordingSink second = fixture.sink();
        fixture.consumeTracked(second, "reader", 2);
        assertEquals(List.of(2L), second.takeSequences());
    }

    @Test
    void newLimitsHoldForWhatIsThere() {
        fixture.home.on(() -> fixture.queue.keep(new StreamLimits(1, StreamLimits.NONE, StreamLimits.NONE, 16)));
        fixture.publishEach(5);
        fixture.home.on(() -> fixture.queue.keep(new StreamLimits(1, 1, StreamLimits.NONE, 16)));
        fixture.settleDown();
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 10, FIRST);
        assertEquals(List.of(4L), sink.takeSequences());
    }

    @Test
    void messagesAreCountedEveryFiveSeconds() {
        fixture.publishEach(3);
        assertEquals(0, fixture.queue.readyCount());
        fixture.home.elapse(5000);
        assertEquals(3, fixture.queue.readyCount());
    }

    @Test
    void whatIsThereIsCountedAtTheStart() throws IOException {
        fixture.publishEach(3);
        fixture.close();
        fixture = new StreamFixture(directory);
        assertEquals(3, fixture.queue.readyCount());
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 10, new StreamStart.Last());
        assertEquals(List.of(2L), sink.takeSequences());
    }

    @Test
    void whatIsTooOldGoesThoughNobodyPublishes() throws IOException {
        fixture.close();
        fixture = new StreamFixture(directory, new StreamLimits(1, StreamLimits.NONE, 10_000, 16));
        fixture.publishEach(3);
        fixture.now += 20_000;
        fixture.home.elapse(60_000);
        fixture.settleDown();
        fixture.home.elapse(5000);
        assertEquals(1, fixture.queue.readyCount());
    }

    @Test
    void aDeletedStreamTellsItsPublishersAndConsumers() {
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 10, FIRST);
        PublishBatch underWay = fixture.publish(Messages.persistentOf(10));
        fixture.home.runAll();
        fixture.home.on(() -> {
            assertEquals(0, fixture.queue.delete());
            fixture.queue.cancelConsumers();
        });
        PublishBatch late = fixture.publish(Messages.persistentOf(10));
        fixture.settleDown();
        assertEquals(List.of(underWay, late), fixture.origin.settled());
        assertEquals(underWay.bytes() + late.bytes(), fixture.origin.enqueuedBytes());
        assertEquals(0, fixture.memory);
        assertEquals(List.of(consumer), sink.cancelled());
        assertEquals(List.of(), sink.takeSequences());
    }

    @Test
    void aConsumerThatLeftGetsNoMore() {
        fixture.publishEach(1);
        RecordingSink sink = fixture.sink();
        QueueConsumer consumer = fixture.consume(sink, 10, FIRST);
        fixture.home.on(() -> fixture.queue.removeConsumer(consumer));
        fixture.publishEach(1);
        assertEquals(List.of(0L), sink.takeSequences());
        assertEquals(0, fixture.queue.consumerCount());
    }
}
