package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.queue.LengthLimit.Overflow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules that come when the queue has messages and users. */
class ApplyRulesTest {
    private final QueueFixture fixture = new QueueFixture(QueueRules.PLAIN);
    private final Queue queue = fixture.queue;

    private void apply(QueueRules rules) {
        fixture.home.on(() -> queue.apply(rules));
        fixture.settleDown();
    }

    private static QueueRules atMost(long messages, Overflow overflow) {
        return QueueRules.PLAIN.withLengthLimit(new LengthLimit(messages, LengthLimit.NONE, overflow));
    }

    @Test
    void aLimitThatComesLaterDropsTheOldest() {
        fixture.publishTransient(5);
        fixture.settleDown();
        apply(atMost(2, Overflow.DROP_HEAD));
        assertEquals(2, queue.readyCount());
        assertEquals(4, fixture.get(true).sequence());
    }

    @Test
    void aLimitThatGoesLimitsNoMore() {
        apply(atMost(1, Overflow.DROP_HEAD));
        apply(QueueRules.PLAIN);
        fixture.publishTransient(3);
        fixture.settleDown();
        assertEquals(3, queue.readyCount());
    }

    @Test
    void aBatchBegunBeforeTheQueueRefusesIsTakenWhole() {
        PublishBatch begun = new PublishBatch(queue, fixture.origin);
        List<Long> refused = new ArrayList<>();
        begun.add(Messages.transientOf(1), refused::add, 1);
        apply(atMost(0, Overflow.REJECT_PUBLISH));
        assertTrue(queue.mayRefuse());
        begun.awaitedBy(this);
        fixture.client.on(begun::handOver);
        fixture.settleDown();
        assertEquals(List.of(), refused);
        assertEquals(1, queue.readyCount());
    }

    @Test
    void theTimeToGoUnusedBeginsWhenTheRuleComes() {
        assertFalse(queue.expiresUnused());
        fixture.home.elapse(1_000);
        apply(QueueRules.PLAIN.withExpires(300));
        assertTrue(queue.expiresUnused());
        fixture.home.elapse(299);
        assertEquals(List.of(), fixture.unused);
        fixture.home.elapse(1);
        assertEquals(List.of(queue), fixture.unused);
    }

    @Test
    void aQueueThatNoLongerExpiresStays() {
        apply(QueueRules.PLAIN.withExpires(300));
        apply(QueueRules.PLAIN);
        fixture.home.elapse(1_000);
        assertEquals(List.of(), fixture.unused);
        assertEquals(0, fixture.home.timersSet());
    }
}
