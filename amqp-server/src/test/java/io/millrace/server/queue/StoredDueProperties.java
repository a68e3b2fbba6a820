package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Queues that are mostly in the store, of messages with all sorts of times to live: each leaves when it is due and not
 * before, in that order, through ends of the process as well.
 */
class StoredDueProperties {
    private static final int GRAVE_ID = 5_000;
    private static final int PERSISTENT = 2;

    private static final List<QueueKind> KINDS =
            List.of(QueueKind.PLAIN, new QueueKind(new Priorities(3, 0), false), QueueKind.QUORUM);

    /** A message by the number in its body. */
    private record Known(long due, boolean lasting, long bytes) {}

    private Random random;
    private QueueKind kind;
    private int messagesMax;
    private long ttl;
    private boolean buries;
    private LengthLimit limit;
    private QueueFixture fixture;
    private Queue queue;
    private Queue grave;
    private final TreeMap<Integer, Known> waiting = new TreeMap<>();
    private final TreeMap<Integer, GetRequest> out = new TreeMap<>();
    private final TreeMap<Integer, Known> known = new TreeMap<>();
    private int published;

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

    @Property(tries = 150)
    void eachLeavesWhenItIsDue(@ForAll long seed) {
        random = new Random(seed);
        kind = KINDS.get(random.nextInt(KINDS.size()));
        messagesMax = 1 + random.nextInt(40);
        ttl = random.nextInt(3) == 0 ? 20 + random.nextInt(200) : QueueRules.FOREVER;
        buries = random.nextInt(3) > 0;
        // Never reached, but its octets have to be known.
        limit = random.nextInt(3) == 0
                ? new LengthLimit(LengthLimit.NONE, 1 << 20, LengthLimit.Overflow.DROP_HEAD)
                : null;
        waiting.clear();
        out.clear();
        known.clear();
        published = 0;
        begin();
        for (int i = 0; i < 60; i++) {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> publish();
                case 4, 5, 6 -> elapse();
                case 7, 8 -> get();
                case 9 -> acknowledge();
                case 10 -> requeue();
                default -> sometimesRestart();
            }
            check();
        }
        restart();
        check();
        fixture.scarce = random.nextBoolean();
        elapse();
        fixture.home.elapse(100_000);
        fixture.settleDown();
        waiting.values().removeIf(message -> message.due() != DueTimes.NEVER);
        check();
    }

    private void begin() {
        fixture = new QueueFixture(QueueRules.PLAIN, QueueKind.PLAIN, messagesMax);
        fixture.store.measuresAtOnce(1 + random.nextInt(50));
        grave = fixture.queue(GRAVE_ID, unused -> {}, QueueRules.PLAIN);
        QueueRules rules = QueueRules.PLAIN.withMessageTtl(ttl).withLengthLimit(limit);
        if (buries) {
            boolean atLeastOnce = kind.quorum() && random.nextBoolean();
            rules = rules.withDeadLettering(new DeadLettering(ShortString.of("dlx"), null, atLeastOnce));
        }
        queue = fixture.queue(100, new Graveyard(), rules, kind);
    }

    private void sometimesRestart() {
        if (random.nextInt(3) == 0) {
            restart();
        }
    }

    private void restart() {
        long now = fixture.home.currentTimeMillis();
        Map<Integer, NavigableMap<Long, Message>> left = fixture.journal.live();
        RecordingJournal before = fixture.journal;
        out.forEach((number, request) -> waiting.put(number, known.get(number)));
        out.clear();
        waiting.values().removeIf(message -> !message.lasting());
        begin();
        fixture.home.later(now - fixture.home.currentTimeMillis());
        left.forEach((id, messages) -> {
            messages.forEach((sequence, message) -> fixture.store.has(id, sequence, message));
            (id == GRAVE_ID ? grave : queue).recover(id, messages.size(), before.last(id), 0);
            messages.forEach((sequence, message) -> fixture.journal.publish(id, sequence, message));
        });
        fixture.home.on(queue::started);
        fixture.settleDown();
        // Those that were delivered do not expire before they come back.
        waiting.values().removeIf(message -> message.due() <= now);
        buried();
    }

    private void publish() {
        PublishBatch batch = new PublishBatch(queue, fixture.origin);
        long now = fixture.home.currentTimeMillis();
        int count = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(100);
        for (int i = 0; i < count; i++) {
            long own = random.nextInt(3) == 0 ? QueueRules.FOREVER : 1 + random.nextInt(300);
            boolean persistent = random.nextInt(4) > 0;
            byte[] body = new byte[4 + random.nextInt(30)];
            ByteBuffer.wrap(body).putInt(published);
            Message made = message(own, persistent, body);
            batch.add(made);
            long wait = Math.min(own, ttl);
            long due = wait == QueueRules.FOREVER ? DueTimes.NEVER : now + wait;
            Known message = new Known(due, persistent || kind.quorum(), made.countedBytes(kind.quorum()));
            waiting.put(published, message);
            known.put(published++, message);
        }
        fixture.client.on(batch::handOver);
        if (random.nextBoolean()) {
            fixture.settleDown();
        }
    }

    private Message message(long own, boolean persistent, byte[] body) {
        BasicProperties.Builder properties = BasicProperties.builder()
                .deliveryMode(persistent ? PERSISTENT : 1)
                .priority(random.nextInt(4));
        Envelope envelope = null;
        if (own != QueueRules.FOREVER) {
            properties.expiration(ShortString.of(Long.toString(own)));
            envelope = Envelope.EMPTY.withTtl(own).arrivingAt(fixture.home.currentTimeMillis());
        }
        return new Message(
                ShortString.EMPTY, queue.name(), Messages.content(properties.build(), body), false, envelope);
    }

    private static int number(Message message) {
        byte[] all = message.content().part(0);
        return ByteBuffer.wrap(all).getInt(message.content().propertiesLength());
    }

    /** Each message that leaves in so many milliseconds does so in the one in which it is due. */
    private void elapse() {
        fixture.settleDown();
        check();
        int millis = 1 + random.nextInt(60);
        for (int i = 0; i < millis; i++) {
            fixture.home.elapse(1);
            fixture.settleDown();
            long now = fixture.home.currentTimeMillis();
            List<Integer> due = new ArrayList<>();
            waiting.forEach((number, message) -> {
                if (message.due() <= now) {
                    due.add(number);
                }
            });
            due.forEach(waiting::remove);
            List<Integer> buried = buried();
            buried.sort(null);
            assertEquals(buries ? due : List.of(), buried);
            check();
        }
    }

    private List<Integer> buried() {
        List<Integer> numbers = new ArrayList<>();
        while (true) {
            GetRequest request = new GetRequest(grave, true, fixture.client, answered -> {});
            fixture.client.on(request::send);
            fixture.settleDown();
            if (request.message() == null) {
                return numbers;
            }
            numbers.add(number(request.message()));
        }
    }

    private void get() {
        fixture.settleDown();
        GetRequest request = new GetRequest(queue, false, fixture.client, answered -> {});
        fixture.client.on(request::send);
        fixture.settleDown();
        if (request.message() != null) {
            int number = number(request.message());
            assertNotNull(waiting.remove(number), () -> number + " was not there");
            out.put(number, request);
        } else {
            assertTrue(waiting.isEmpty(), () -> waiting + " wait");
        }
    }

    private void acknowledge() {
        if (!out.isEmpty()) {
            GetRequest request = out.pollFirstEntry().getValue();
            SettleBatch batch = new SettleBatch(queue.getter(), SettleBatch.Outcome.ACKNOWLEDGE);
            batch.add(request.message(), request.sequence());
            fixture.client.on(batch::handOver);
            fixture.settleDown();
        }
    }

    private void requeue() {
        if (!out.isEmpty()) {
            Map.Entry<Integer, GetRequest> first = out.pollFirstEntry();
            Known message = known.get(first.getKey());
            fixture.client.on(first.getValue()::giveBack);
            fixture.settleDown();
            if (message.due() > fixture.home.currentTimeMillis()) {
                waiting.put(first.getKey(), message);
            } else {
                buried();
            }
        }
    }

    private void check() {
        fixture.settleDown();
        assertEquals(waiting.size(), queue.readyCount());
        if (limit != null && queue.contents().isMeasured()) {
            long bytes = waiting.values().stream().mapToLong(Known::bytes).sum();
            assertEquals(bytes, queue.contents().waitingBytes());
        }
    }
}
