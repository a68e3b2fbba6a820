package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random delays, and a little memory, against a map of when each message is due. */
class DelayQueueProperties {
    private static final long MINUTE = 60_000;
    private static final long DAY = 24 * 60 * MINUTE;

    private final Map<String, Long> dueAt = new HashMap<>();
    private DelayFixture fixture;
    private int published;
    private int checked;

    @Property(tries = 60)
    void eachMessageComesOnceAndNotBeforeItsTime(@ForAll long seed) {
        Random random = new Random(seed);
        dueAt.clear();
        checked = 0;
        fixture = new DelayFixture(1 + random.nextInt(200));
        for (int i = 0; i < 40; i++) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> publish(random);
                case 3, 4 -> elapse(span(random));
                default -> restart(random);
            }
        }
        elapse(61 * DAY);
        elapse(1);
        assertEquals(Map.of(), dueAt);
        assertEquals(0, fixture.logged());
        assertEquals(0, fixture.memory);
    }

    private static long span(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(3000);
            case 1 -> 1 + random.nextInt((int) (90 * MINUTE));
            case 2 -> 1 + random.nextInt((int) DAY);
            default -> 1 + (long) (random.nextDouble() * 60 * DAY);
        };
    }

    private void publish(Random random) {
        Message[] messages = new Message[1 + random.nextInt(60)];
        long farthest = span(random);
        for (int i = 0; i < messages.length; i++) {
            long delay = 1 + (long) (random.nextDouble() * farthest);
            String body = "m" + published++;
            messages[i] = DelayFixture.delayed(body, delay);
            dueAt.put(body, fixture.home.currentTimeMillis() + delay);
        }
        fixture.publish(messages);
        fixture.home.runAll();
        check();
    }

    private void elapse(long millis) {
        fixture.elapse(millis);
        check();
        long overdue = fixture.home.currentTimeMillis() - 1;
        List<Long> late = dueAt.values().stream().filter(due -> due <= overdue).toList();
        assertEquals(List.of(), late);
    }

    private void restart(Random random) {
        fixture.settleDown();
        fixture.home.later(span(random) / 4);
        fixture.restart();
        check();
    }

    private void check() {
        fixture.settleDown();
        for (; checked < fixture.arrivals.size(); checked++) {
            DelayFixture.Arrival arrival = fixture.arrivals.get(checked);
            Long due = dueAt.remove(arrival.body());
            assertTrue(due != null, "twice: " + arrival.body());
            assertTrue(due <= arrival.at(), arrival.body() + " came before its time");
        }
    }
}
