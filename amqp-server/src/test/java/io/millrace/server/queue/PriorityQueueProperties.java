package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A priority queue that is mostly in the store, against a sorted set. */
class PriorityQueueProperties {
    private record Entry(int priority, long number, Message message) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return priority != other.priority
                    ? Integer.compare(other.priority, priority)
                    : Long.compare(number, other.number);
        }
    }

    private record Held(Entry entry, GetRequest request) {}

    private final NavigableSet<Entry> model = new TreeSet<>();
    private final List<Held> held = new ArrayList<>();
    private QueueFixture fixture;
    private int priorities;
    private long published;

    @Property(tries = 60)
    void servesWhatASortedSetServes(@ForAll long seed) {
        Random random = new Random(seed);
        priorities = 2 + random.nextInt(3);
        QueueKind kind = new QueueKind(new Priorities(priorities - 1, 0), false);
        fixture = new QueueFixture(QueueRules.PLAIN, kind, 1 + random.nextInt(400));
        for (int i = 0; i < 120; i++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> publish(random);
                case 2 -> settle(random, SettleBatch.Outcome.REQUEUE);
                case 3 -> settle(random, SettleBatch.Outcome.ACKNOWLEDGE);
                default -> get(random);
            }
        }
        fixture.settleDown();
        assertEquals(model.size(), fixture.queue.readyCount());
        while (!model.isEmpty()) {
            get(random);
        }
        get(random);
        while (!held.isEmpty()) {
            settle(random, SettleBatch.Outcome.ACKNOWLEDGE);
        }
        fixture.settleDown();
        assertEquals(0, fixture.memory);
        assertEquals(0, fixture.queue.unackedCount());
    }

    private void publish(Random random) {
        Message[] messages = new Message[random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(300)];
        for (int i = 0; i < messages.length; i++) {
            int priority = random.nextInt(priorities + 1);
            messages[i] = Messages.withPriority(priority);
            model.add(new Entry(Math.min(priority, priorities - 1), published++, messages[i]));
        }
        fixture.publish(messages);
        if (random.nextBoolean()) {
            fixture.settleDown();
        }
    }

    private void get(Random random) {
        for (int i = random.nextInt(100); i >= 0; i--) {
            GetRequest request = fixture.get(false);
            Entry first = model.pollFirst();
            if (first == null) {
                assertNull(request.message());
                return;
            }
            assertSame(first.message(), request.message());
            assertEquals(model.size(), request.remaining());
            held.add(new Held(first, request));
        }
    }

    private void settle(Random random, SettleBatch.Outcome outcome) {
        if (held.isEmpty()) {
            return;
        }
        SettleBatch batch = new SettleBatch(fixture.queue.getter(), outcome);
        for (int i = random.nextInt(held.size()); i >= 0; i--) {
            Held settled = held.remove(random.nextInt(held.size()));
            batch.add(settled.request().message(), settled.request().sequence());
            if (outcome == SettleBatch.Outcome.REQUEUE) {
                model.add(settled.entry());
            }
        }
        fixture.client.on(batch::handOver);
        fixture.settleDown();
    }
}
