package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Messages with a time to live of their own that are in the store alone. */
class StoredExpiryTest {
    /** So many messages are in memory where memory is nearly used up, and nothing is read before they are gone. */
    private static final int ROOM = 9;

    private final QueueFixture fixture = fixture();

    private static QueueFixture fixture() {
        QueueFixture fixture = new QueueFixture(QueueRules.PLAIN, QueueKind.PLAIN, Integer.MAX_VALUE);
        fixture.nearlyUsedUp = true;
        return fixture;
    }

    private static void publish(QueueFixture fixture, Message... messages) {
        for (Message message : messages) {
            fixture.publish(message);
        }
        fixture.settleDown();
    }

    private Message expiring(long millis) {
        return expiring(fixture, millis);
    }

    /** With as many octets as it has milliseconds. */
    private static Message expiring(QueueFixture fixture, long millis) {
        Envelope envelope = Envelope.EMPTY.withTtl(millis).arrivingAt(fixture.home.currentTimeMillis());
        return Messages.persistentOf((int) millis).with(envelope);
    }

    private static Message lasting() {
        return Messages.persistentOf(1);
    }

    private void fill() {
        for (int i = 0; i < ROOM; i++) {
            publish(fixture, lasting());
        }
        fixture.journal.takeRecords();
    }

    private static void elapse(QueueFixture fixture, long millis) {
        fixture.home.elapse(millis);
        fixture.settleDown();
    }

    private List<Long> takeAll() {
        List<Long> sequences = new ArrayList<>();
        for (GetRequest got = fixture.get(true); got.message() != null; got = fixture.get(true)) {
            sequences.add(got.sequence());
        }
        return sequences;
    }

    @Test
    void theyLeaveWhenTheyAreDueBehindOthersThatStay() {
        fill();
        publish(fixture, lasting(), expiring(30), lasting(), expiring(20), expiring(100));
        elapse(fixture, 25);
        assertEquals(ROOM + 4, fixture.queue.readyCount());
        elapse(fixture, 25);
        assertEquals(ROOM + 3, fixture.queue.readyCount());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 12L, 14L), takeAll());
        checkGivenUpOnce(fixture);
        assertEquals(0, fixture.memory);
    }

    @Test
    void whatIsDueTogetherIsGivenUpInTheOrderOfItsTimes() {
        List<Queue> graves = new ArrayList<>();
        QueueLifecycle toTheGrave = new QueueLifecycle() {
            @Override
            public void servedItsPurpose(Queue unused) {}

            @Override
            public Route deadLetterRoute(
                    ShortString exchange,
                    ShortString routingKey,
                    List<ShortString> furtherKeys,
                    Supplier<FieldTable> headers) {
                return Route.of(graves.get(0));
            }
        };
        graves.add(fixture.queue(1, toTheGrave, QueueRules.PLAIN));
        DeadLettering letters = new DeadLettering(ShortString.of("dlx"), null, false);
        Queue mortal = fixture.queue(2, toTheGrave, QueueRules.PLAIN.withDeadLettering(letters));
        int[] times = {60, 20, 50, 10, 40, 30};
        PublishBatch batch = new PublishBatch(mortal, fixture.origin);
        for (int i = 0; i < ROOM; i++) {
            batch.add(lasting());
        }
        for (int time : times) {
            batch.add(expiring(time));
        }
        fixture.client.on(batch::handOver);
        fixture.settleDown();
        // The store gets to it only when all are due.
        fixture.home.elapse(100);
        fixture.settleDown();
        assertEquals(ROOM, mortal.readyCount());
        RecordingSink sink = fixture.sink();
        QueueFixture.consume(graves.get(0), sink, true, false, 0, new PrefetchWindow());
        fixture.settleDown();
        List<Integer> arrived = sink.deliveries().stream()
                .map(delivery -> delivery.message().bodyLength())
                .toList();
        assertEquals(List.of(10, 20, 30, 40, 50, 60), arrived);
    }

    @Test
    void aBlockThatIsOnItsWayDoesNotBringThemBack() {
        fill();
        publish(fixture, lasting(), expiring(30), lasting());
        fixture.home.elapse(30);
        while (fixture.store.runOne() || fixture.home.runOne()) {
            // Until what was found is given up, of which the store does not hear.
        }
        fixture.home.on(() -> fixture.queue.contents().read());
        fixture.settleDown();
        assertEquals(ROOM + 2, fixture.queue.readyCount());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 12L), takeAll());
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
        checkGivenUpOnce(fixture);
    }

    @Test
    void whatAnEarlierRunLeftIsLookedThroughOnceSomeOfItHasATimeOfItsOwn() {
        for (int sequence = 1; sequence <= 9_000; sequence++) {
            fixture.store.has(sequence, sequence % 3 == 0 ? expiring(1_000 + sequence) : lasting());
        }
        fixture.queue.recover(QueueFixture.ID, 9_000, 9_000, 0);
        fixture.queue.recover(QueueKind.timesStoreId(QueueFixture.ID), 1, 1, 0);
        fixture.home.on(fixture.queue::started);
        fixture.settleDown();
        for (int i = 0; i < 110; i++) {
            elapse(fixture, 100);
        }
        assertEquals(6_000, fixture.queue.readyCount());
    }

    @Test
    void purgeForgetsThemAll() {
        fill();
        publish(fixture, expiring(30), expiring(40));
        fixture.home.on(() -> assertEquals(ROOM + 2, fixture.queue.purge()));
        elapse(fixture, 50);
        assertEquals(0, fixture.queue.readyCount());
        assertEquals(0, fixture.memory);
        publish(fixture, lasting());
        assertEquals(1, fixture.queue.readyCount());
    }

    /** No message is given up twice. */
    private static void checkGivenUpOnce(QueueFixture fixture) {
        Set<Long> acknowledged = new HashSet<>();
        for (String record : fixture.journal.takeRecords()) {
            if (record.startsWith("ack 7:")) {
                String[] range = record.substring("ack 7:".length()).split("-", -1);
                for (long sequence = Long.parseLong(range[0]); sequence <= Long.parseLong(range[1]); sequence++) {
                    assertTrue(acknowledged.add(sequence), "twice " + sequence);
                }
            }
        }
    }

    /** Against a list: whatever is asked in whatever order, what is there is what is not due. */
    @Property(tries = 300)
    void aQueueHasWhatIsNotDue(@ForAll long seed) {
        Random random = new Random(seed);
        QueueFixture queue = fixture();
        TreeMap<Long, Long> model = new TreeMap<>();
        long now = 0;
        long published = random.nextInt(20);
        for (long sequence = 1; sequence <= published; sequence++) {
            long millis = 1L + random.nextInt(40);
            queue.store.has(sequence, sequence % 2 == 0 ? expiring(queue, millis) : lasting());
            model.put(sequence, sequence % 2 == 0 ? millis : Long.MAX_VALUE);
        }
        queue.queue.recover(QueueFixture.ID, published, published, 0);
        queue.queue.recover(QueueKind.timesStoreId(QueueFixture.ID), 1, 1, 0);
        queue.home.on(queue.queue::started);
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    boolean lasts = random.nextInt(3) == 0;
                    long millis = 1L + random.nextInt(40);
                    queue.publish(
                            lasts
                                    ? lasting()
                                    : random.nextBoolean()
                                            ? expiring(queue, millis)
                                            : Messages.expiringIn(millis, queue.home));
                    queue.settleDown();
                    model.put(++published, lasts ? Long.MAX_VALUE : now + millis);
                }
                case 2 -> {
                    int millis = random.nextInt(20);
                    now += millis;
                    queue.home.elapse(millis);
                    if (random.nextBoolean()) {
                        queue.settleDown();
                    }
                    long due = now;
                    model.values().removeIf(time -> time <= due);
                }
                default -> {
                    GetRequest got = queue.get(true);
                    Long expected = model.isEmpty() ? null : model.firstKey();
                    assertEquals(expected, got.message() == null ? null : (Long) got.sequence());
                    if (expected != null) {
                        model.remove(expected);
                    }
                }
            }
        }
        queue.settleDown();
        long end = now + 30;
        for (int i = 0; i < 30; i++) {
            elapse(queue, 1);
        }
        model.values().removeIf(time -> time <= end);
        assertEquals(model.size(), queue.queue.readyCount());
        checkGivenUpOnce(queue);
    }
}
