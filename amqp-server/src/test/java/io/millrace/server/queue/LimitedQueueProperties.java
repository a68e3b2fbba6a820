package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.LengthLimit.Overflow;
import io.millrace.server.routing.Route;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A queue with a length limit that is mostly in the store, against a sorted set. */
class LimitedQueueProperties {
    private static final int PERSISTENT = 2;
    private static final int ID_BYTES = 8;

    /** A message, by the number in its body. */
    private record Entry(int priority, long number, int bodyLength) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return priority != other.priority
                    ? Integer.compare(other.priority, priority)
                    : Long.compare(number, other.number);
        }
    }

    private record Held(Entry entry, GetRequest request) {}

    private final Random random = new Random();
    private final NavigableSet<Entry> model = new TreeSet<>();
    private final List<Held> held = new ArrayList<>();
    private final List<Long> dropped = new ArrayList<>();
    private final List<Long> refused = new ArrayList<>();
    private final List<Long> toldRefused = new ArrayList<>();
    private final List<PublishBatch> batches = new ArrayList<>();
    private QueueFixture fixture;
    private Queue queue;
    private Queue grave;
    private int priorities;
    private boolean buries;
    private QueueRules rules;
    private LengthLimit limit;
    private long published;

    private final class Graveyard implements QueueLifecycle {
        @Override
        public void servedItsPurpose(Queue unused) {}

        @Override
        public Route deadLetterRoute(
                ShortString exchange,
                ShortString routingKey,
                List<ShortString> furtherKeys,
                Supplier<FieldTable> headers) {
            return Route.of(grave);
        }
    }

    @Property(tries = 120)
    void keepsWhatASortedSetKeeps(@ForAll long seed) {
        random.setSeed(seed);
        begin();
        if (priorities == 1 && random.nextBoolean()) {
            recover();
        }
        for (int i = 0; i < 80; i++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> publish();
                case 3 -> settle(SettleBatch.Outcome.REQUEUE);
                case 4 -> settle(SettleBatch.Outcome.ACKNOWLEDGE);
                case 5 -> change();
                default -> get();
            }
        }
        end();
    }

    private void begin() {
        model.clear();
        held.clear();
        dropped.clear();
        refused.clear();
        toldRefused.clear();
        batches.clear();
        published = 0;
        priorities = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1;
        buries = random.nextBoolean();
        fixture = new QueueFixture(QueueRules.PLAIN, QueueKind.PLAIN, 1 + random.nextInt(200));
        fixture.store.measuresAtOnce(1 + random.nextInt(50));
        grave = fixture.queue;
        rules = buries
                ? QueueRules.PLAIN.withDeadLettering(new DeadLettering(ShortString.of("dlx"), null, false))
                : QueueRules.PLAIN;
        limit = limit();
        QueueKind kind = priorities == 1 ? QueueKind.PLAIN : new QueueKind(new Priorities(priorities - 1, 0), false);
        queue = fixture.queue(100, new Graveyard(), rules.withLengthLimit(limit), kind);
    }

    /** Octets and priorities together depend on which message of a batch the limit sees first. */
    private LengthLimit limit() {
        Overflow[] all = Overflow.values();
        Overflow overflow = all[random.nextInt(all.length)];
        int kind = priorities == 1 ? random.nextInt(3) : 0;
        return new LengthLimit(
                kind == 1 ? LengthLimit.NONE : random.nextInt(random.nextBoolean() ? 20 : 700),
                kind == 0 ? LengthLimit.NONE : random.nextInt(20_000),
                overflow);
    }

    /** An earlier run left messages, with holes where others were acknowledged. */
    private void recover() {
        long last = random.nextInt(600);
        for (long sequence = 1; sequence <= last; sequence++) {
            if (random.nextInt(4) > 0) {
                Entry entry = new Entry(0, published++, ID_BYTES + random.nextInt(40));
                model.add(entry);
                fixture.store.has(100, sequence, message(entry, true));
            }
        }
        queue.recover(100, model.size(), last, 0);
        fixture.home.on(queue::started);
        if (limit.bytes() == LengthLimit.NONE) {
            keepToLimit();
            check();
        } else {
            // The first message at the latest has the queue find out how many octets there are.
            publish();
        }
    }

    private Message message(Entry entry, boolean persistent) {
        BasicProperties properties = BasicProperties.builder()
                .deliveryMode(persistent ? PERSISTENT : 1)
                .priority(entry.priority())
                .build();
        byte[] body = new byte[entry.bodyLength()];
        ByteBuffer.wrap(body).putLong(entry.number());
        return new Message(ShortString.EMPTY, queue.name(), Messages.content(properties, body), false);
    }

    private static long number(Message message) {
        byte[] all = message.content().part(0);
        return ByteBuffer.wrap(all).getLong(message.content().propertiesLength());
    }

    private void publish() {
        keepToLimit();
        PublishBatch batch = new PublishBatch(queue, fixture.origin);
        batch.awaitedBy(this);
        boolean refusable = batch.isRefusable();
        int count = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(300);
        for (int i = 0; i < count; i++) {
            Entry entry = new Entry(random.nextInt(priorities), published++, ID_BYTES + random.nextInt(40));
            batch.add(message(entry, random.nextBoolean()), toldRefused::add, entry.number());
            if (refusable && limit.rejects() && !limit.allows(model.size() + 1L, bytes() + entry.bodyLength())) {
                refused.add(entry.number());
                if (limit.overflow() == Overflow.REJECT_PUBLISH_DLX && buries) {
                    dropped.add(entry.number());
                }
            } else {
                model.add(entry);
                keepToLimit();
            }
        }
        batches.add(batch);
        fixture.client.on(batch::handOver);
        if (random.nextBoolean()) {
            check();
        }
    }

    private long bytes() {
        return model.stream().mapToLong(Entry::bodyLength).sum();
    }

    private void keepToLimit() {
        long bytes = bytes();
        while (!limit.rejects() && !limit.allows(model.size(), bytes)) {
            Entry first = model.pollFirst();
            bytes -= first.bodyLength();
            if (buries) {
                dropped.add(first.number());
            }
        }
    }

    /** A policy sets another limit. */
    private void change() {
        fixture.settleDown();
        LengthLimit before = limit;
        limit = limit();
        if (limit.equals(before)) {
            return;
        }
        fixture.home.on(() -> queue.apply(rules.withLengthLimit(limit)));
        keepToLimit();
        check();
    }

    private void get() {
        for (int i = random.nextInt(60); i >= 0; i--) {
            check();
            GetRequest request = new GetRequest(queue, false, fixture.client, answered -> {});
            fixture.client.on(request::send);
            fixture.settleDown();
            Entry first = model.pollFirst();
            if (first == null) {
                assertNull(request.message());
                return;
            }
            assertEquals(first.number(), number(request.message()));
            held.add(new Held(first, request));
        }
    }

    private void settle(SettleBatch.Outcome outcome) {
        check();
        SettleBatch batch = new SettleBatch(queue.getter(), outcome);
        for (int i = random.nextInt(40); i >= 0 && !held.isEmpty(); i--) {
            Held one = held.remove(random.nextInt(held.size()));
            batch.add(one.request().message(), one.request().sequence());
            if (outcome == SettleBatch.Outcome.REQUEUE) {
                model.add(one.entry());
            }
        }
        if (batch.count() > 0) {
            fixture.client.on(batch::handOver);
            if (outcome == SettleBatch.Outcome.REQUEUE) {
                keepToLimit();
            }
            check();
        }
    }

    private void check() {
        fixture.settleDown();
        while (fixture.journal.undurable() > 0) {
            fixture.journal.makeDurable();
            fixture.settleDown();
        }
        assertEquals(model.size(), queue.readyCount());
    }

    private void end() {
        publish();
        check();
        while (!model.isEmpty()) {
            get();
        }
        while (!held.isEmpty()) {
            settle(SettleBatch.Outcome.ACKNOWLEDGE);
        }
        check();
        batches.forEach(PublishBatch::reportRefused);
        assertEquals(refused, toldRefused);
        List<Long> buried = new ArrayList<>();
        for (GetRequest letter = fixture.get(true); letter.message() != null; letter = fixture.get(true)) {
            buried.add(number(letter.message()));
        }
        dropped.sort(null);
        buried.sort(null);
        assertEquals(dropped, buried);
        assertEquals(0, fixture.memory);
        assertEquals(0, queue.readyCount());
    }
}
