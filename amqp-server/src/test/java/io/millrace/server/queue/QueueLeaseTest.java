package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueLeaseTest {
    private static final long EXPIRES_MILLIS = 300;

    private final QueueFixture fixture = new QueueFixture(QueueRules.PLAIN.withExpires(EXPIRES_MILLIS));
    private final Queue queue = fixture.queue;
    private final TestLoop home = fixture.home;

    @BeforeEach
    void begin() {
        home.on(queue::used);
    }

    private void assertKept() {
        assertEquals(List.of(), fixture.unused);
    }

    private void assertExpired() {
        assertEquals(List.of(queue), fixture.unused);
    }

    @Test
    void anUnusedQueueExpiresOnce() {
        home.elapse(EXPIRES_MILLIS - 1);
        assertKept();
        home.elapse(1);
        assertExpired();
        home.elapse(EXPIRES_MILLIS * 10);
        assertExpired();
    }

    @Test
    void declaresAndGetsPutItOff() {
        home.elapse(200);
        home.on(queue::used);
        home.elapse(200);
        fixture.get(true);
        home.elapse(EXPIRES_MILLIS - 1);
        assertKept();
        home.elapse(1);
        assertExpired();
    }

    @Test
    void publishesDoNot() {
        home.elapse(200);
        fixture.publishTransient(1);
        fixture.settleDown();
        home.elapse(100);
        assertExpired();
    }

    @Test
    void aQueueWithConsumersStays() {
        QueueConsumer consumer = fixture.consume(fixture.sink(), 0);
        home.elapse(EXPIRES_MILLIS * 10);
        assertKept();
        home.on(() -> queue.removeConsumer(consumer));
        home.elapse(EXPIRES_MILLIS - 1);
        assertKept();
        home.elapse(1);
        assertExpired();
    }

    @Test
    void oneTimerIsEnoughForAnyNumberOfUses() {
        for (int i = 0; i < 100; i++) {
            home.on(queue::used);
        }
        assertEquals(1, home.timersSet());
    }

    @Test
    void aDeletedQueueLeavesNoTimer() {
        home.on(() -> assertEquals(0, queue.delete()));
        assertEquals(0, home.timersSet());
        home.on(queue::used);
        assertEquals(0, home.timersSet());
        home.elapse(EXPIRES_MILLIS);
        assertKept();
    }
}
