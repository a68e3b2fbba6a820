package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoredDueTest {
    private static final int IN_MEMORY = 10;
    private static final String NOTE = QueueKind.timesStoreId(QueueFixture.ID) + ":1";

    private static QueueFixture fixture() {
        return new QueueFixture(QueueRules.PLAIN, QueueKind.PLAIN, IN_MEMORY);
    }

    private static void publish(QueueFixture fixture, int count, long ttlOfEachSecond) {
        for (int i = 0; i < count; i++) {
            fixture.publish(
                    Messages.persistentOf(1),
                    ttlOfEachSecond == 0
                            ? Messages.persistentOf(1)
                            : Messages.expiringIn(ttlOfEachSecond, fixture.home));
        }
        fixture.settleDown();
    }

    private static void elapse(QueueFixture fixture, long millis) {
        fixture.home.elapse(millis);
        fixture.settleDown();
    }

    @Test
    void aMessageInTheMiddleOfTheStoreLeavesWhenItIsDue() {
        QueueFixture fixture = fixture();
        publish(fixture, 5_000, 0);
        publish(fixture, 1, 50);
        publish(fixture, 5_000, 0);
        elapse(fixture, 49);
        assertEquals(20_002, fixture.queue.readyCount());
        elapse(fixture, 1);
        assertEquals(20_001, fixture.queue.readyCount());
        fixture.consume(fixture.sink(), true, false, 0, new PrefetchWindow());
        fixture.settleDown();
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
    }

    @Test
    void whatHadNoRoomInTheIndexIsFoundOnceThereIsSome() {
        QueueFixture fixture = fixture();
        fixture.scarce = true;
        publish(fixture, 2_000, 100);
        fixture.scarce = false;
        publish(fixture, 1, 0);
        elapse(fixture, 100);
        assertEquals(2_002, fixture.queue.readyCount());
    }

    @Test
    void whatHasNoRoomInTheIndexIsNotDeliveredWhenItIsDue() {
        QueueFixture fixture = fixture();
        fixture.scarce = true;
        publish(fixture, 1_000, 10_000);
        publish(fixture, 1_000, 100);
        elapse(fixture, 100);
        assertEquals(4_000, fixture.queue.readyCount());
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, true, false, 0, new PrefetchWindow());
        fixture.settleDown();
        assertEquals(3_000, sink.deliveries().size());
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void purgedMessagesAreNotLookedFor() {
        QueueFixture fixture = fixture();
        publish(fixture, 100, 50);
        int reads = fixture.store.reads();
        fixture.home.on(fixture.queue::purge);
        elapse(fixture, 60);
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(reads, fixture.store.reads());
        publish(fixture, 100, 50);
        elapse(fixture, 60);
        assertEquals(100, fixture.queue.readyCount());
    }

    @Test
    void onlyAQueueWithTimedMessagesNotesThatItHasThem() {
        QueueFixture fixture = fixture();
        publish(fixture, 20, 0);
        assertTrue(fixture.journal.takeRecords().stream().noneMatch(record -> record.endsWith(NOTE)));
        publish(fixture, 20, 50);
        publish(fixture, 20, 50);
        assertEquals(
                1,
                fixture.journal.takeRecords().stream()
                        .filter(record -> record.endsWith(NOTE))
                        .count());
    }

    @Test
    void theNoteIsGivenUpWhenNothingIsThere() {
        QueueFixture fixture = fixture();
        fixture.queue.recover(QueueKind.timesStoreId(QueueFixture.ID), 1, 1, 0);
        fixture.home.on(fixture.queue::started);
        assertEquals(List.of("ack " + NOTE + "-1"), fixture.journal.takeRecords());
    }
}
