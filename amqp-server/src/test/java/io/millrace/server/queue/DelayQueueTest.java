package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DelayQueueTest {
    private static final long DAY = 86_400_000;

    private final DelayFixture fixture = new DelayFixture(Integer.MAX_VALUE);

    private List<DelayQueue.Delayed> list(DelayFixture of, int most) {
        List<DelayQueue.Delayed> found = new ArrayList<>();
        of.home.on(() -> of.queue.list(most, found::addAll));
        of.settleDown();
        return found;
    }

    private Boolean cancel(DelayFixture of, String id) {
        List<Boolean> answers = new ArrayList<>();
        of.home.on(() -> of.queue.cancel(id, answers::add));
        of.settleDown();
        assertEquals(1, answers.size());
        return answers.get(0);
    }

    @Test
    void aMessageWaitsForItsTimeAndNotLonger() {
        fixture.publish(DelayFixture.delayed("later", 5000), DelayFixture.delayed("sooner", 2000));
        fixture.elapse(1999);
        assertEquals(
                List.of(), fixture.bodies().stream().filter("later"::equals).toList());
        fixture.elapse(100);
        assertEquals(List.of("sooner"), fixture.bodies());
        fixture.elapse(3000);
        assertEquals(List.of("sooner", "later"), fixture.bodies());
        assertEquals(0, fixture.logged());
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.queue.readyCount());
    }

    @Test
    void whatIsDueTogetherKeepsItsOrder() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            fixture.publish(DelayFixture.delayed("" + i, 3000));
            expected.add("" + i);
        }
        fixture.elapse(3000);
        assertEquals(expected, fixture.bodies());
    }

    @Test
    void aPersistentMessageIsConfirmedWhenItIsDurable() {
        fixture.publish(DelayFixture.delayed("m", 5000));
        fixture.home.runAll();
        assertEquals(List.of(), fixture.origin.settled());
        fixture.settleDown();
        assertEquals(1, fixture.origin.settled().size());
        assertEquals(1, fixture.logged());
    }

    @Test
    void theDelayIsNegatedWhenItIsOver() {
        fixture.publish(DelayFixture.delayed("m", 5000), DelayFixture.delayed("far", 40 * DAY));
        fixture.elapse(5000);
        fixture.elapse(41 * DAY);
        Message first = fixture.arrivals.get(0).message();
        assertEquals(
                new FieldValue.Int32(-5000),
                first.content().properties().headers().get("x-delay"));
        assertEquals(Envelope.EMPTY, first.envelope().movedFrom(null));
        Message second = fixture.arrivals.get(1).message();
        assertEquals(
                new FieldValue.Int64(-40 * DAY),
                second.content().properties().headers().get("x-delay"));
    }

    @Test
    void aTimeThatIsPastIsNow() {
        long now = fixture.home.currentTimeMillis();
        fixture.publish(
                DelayFixture.message(
                        "past",
                        FieldTable.builder().put("x-deliver-at", now - 1).build()),
                DelayFixture.message(
                        "soon",
                        FieldTable.builder().put("x-deliver-at", now + 700).build()));
        fixture.settleDown();
        assertEquals(List.of("past"), fixture.bodies());
        fixture.elapse(700);
        assertEquals(List.of("past", "soon"), fixture.bodies());
    }

    @Test
    void theTimeToLiveBeginsWhenTheDelayIsOver() {
        Message message = DelayFixture.delayed("m", 5000);
        fixture.publish(message.with(Envelope.EMPTY.withTtl(10).arrivingAt(fixture.home.currentTimeMillis())));
        fixture.elapse(5000);
        Envelope envelope = fixture.arrivals.get(0).message().envelope();
        assertEquals(10, envelope.ttlMillis());
        assertTrue(Math.abs(fixture.arrivals.get(0).at() - envelope.arrivedAt()) <= 1);
    }

    @Test
    void whatWasDueWhileTheBrokerWasDownComesAtOnce() {
        fixture.publish(DelayFixture.delayed("due", 5000), DelayFixture.delayed("not due", 2 * DAY));
        fixture.settleDown();
        fixture.home.later(DAY);
        fixture.restart();
        fixture.elapse(1);
        assertEquals(List.of("due"), fixture.bodies());
        fixture.elapse(DAY);
        assertEquals(List.of("due", "not due"), fixture.bodies());
        assertEquals(0, fixture.logged());
    }

    @Test
    void theNearestAreListedWhereverTheyWait() {
        DelayFixture small = new DelayFixture(3);
        for (int i = 50; i > 0; i--) {
            small.publish(DelayFixture.delayed("m" + i, i * 60_000L));
        }
        small.settleDown();
        List<DelayQueue.Delayed> found = list(small, 5);
        long now = small.home.currentTimeMillis();
        assertEquals(
                List.of(now + 60_000, now + 120_000, now + 180_000, now + 240_000, now + 300_000),
                found.stream().map(DelayQueue.Delayed::due).toList());
        assertEquals(50, list(small, 100).size());
    }

    @Test
    void whoLooksAtTransientMessagesLeavesThemThere() {
        DelayFixture small = new DelayFixture(3);
        BasicProperties properties = BasicProperties.builder()
                .headers(FieldTable.builder().put("x-delay", 60_000).build())
                .build();
        Message[] messages = new Message[20];
        for (int i = 0; i < messages.length; i++) {
            messages[i] = new Message(
                    ShortString.of("x"), ShortString.of("k"), Messages.content(properties, new byte[1]), false);
        }
        small.publish(messages);
        small.settleDown();
        assertEquals(20, list(small, 100).size());
        assertEquals(20, list(small, 100).size());
        small.elapse(60_000);
        assertEquals(20, small.arrivals.size());
    }

    @Test
    void aMessageCanBeCancelledWhereverItWaits() {
        DelayFixture small = new DelayFixture(3);
        for (int i = 20; i > 0; i--) {
            small.publish(DelayFixture.delayed("m" + i, i * 60_000L));
        }
        small.settleDown();
        List<DelayQueue.Delayed> all = list(small, 100);
        for (int i = 0; i < all.size(); i += 2) {
            assertTrue(cancel(small, all.get(i).id()));
        }
        assertEquals(false, cancel(small, all.get(0).id()));
        assertEquals(false, cancel(small, "nonsense"));
        assertEquals(10, small.logged());
        small.restart();
        small.elapse(21 * 60_000);
        assertEquals(10, small.arrivals.size());
        assertEquals(0, small.logged());
        assertEquals(0, small.memory);
    }

    @Test
    void theEndOfTheExchangeIsTheEndOfItsMessages() {
        DelayFixture small = new DelayFixture(3);
        for (int i = 20; i > 0; i--) {
            small.publish(DelayFixture.delayed("m" + i, i * 1000L));
        }
        small.settleDown();
        small.home.on(() -> assertEquals(20, small.queue.delete()));
        small.elapse(60_000);
        assertEquals(List.of(), small.bodies());
        assertEquals(0, small.logged());
        assertEquals(0, small.memory);
    }
}
