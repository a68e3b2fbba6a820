package io.millrace.server.queue;

import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.routing.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The delayed messages of a durable exchange, and one queue behind it that is emptied at once. */
final class DelayFixture {
    static final int ID = 1000;
    private static final int TARGET_ID = 1;

    /** A message that came to the queue behind the exchange. */
    record Arrival(String body, long at, Message message) {}

    final List<Arrival> arrivals = new ArrayList<>();
    /** What the log has. */
    private final TreeMap<Integer, TreeMap<Long, Message>> logged = new TreeMap<>();

    private final TreeMap<Integer, Long> lastSequences = new TreeMap<>();
    private final int messagesMax;
    TestLoop home;
    RecordingOrigin origin;
    private HandDrivenStore store;
    private Queue target;
    private RecordingSink sink;
    DelayQueue queue;
    long memory;

    DelayFixture(int messagesMax) {
        this.messagesMax = messagesMax;
        start(TestLoop.MIDNIGHT);
    }

    private void start(long now) {
        home = new TestLoop(new TestLoop.Stage(), "home", new BrokerCounters());
        home.later(now - TestLoop.MIDNIGHT);
        origin = new RecordingOrigin(home);
        store = new HandDrivenStore();
        QueueMemory room = new QueueMemory(bytes -> memory += bytes, store, messagesMax, Long.MAX_VALUE);
        target = new Queue(settings(TARGET_ID, false), home, gone -> {}, QueueMemory.alone(bytes -> {}));
        sink = new RecordingSink(home);
        QueueFixture.consume(target, sink, true, false, 0, new PrefetchWindow());
        queue = new DelayQueue(settings(ID, true), home, gone -> {}, room, (message, properties) -> Route.of(target));
    }

    private static QueueSettings settings(int id, boolean durable) {
        return new QueueSettings(id, "/", ShortString.of("x"), durable, false, null, FieldTable.EMPTY);
    }

    static Message message(String body, FieldTable headers) {
        BasicProperties properties =
                BasicProperties.builder().deliveryMode(2).headers(headers).build();
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        return new Message(ShortString.of("x"), ShortString.of("k"), Messages.content(properties, octets), false);
    }

    static Message delayed(String body, long millis) {
        return message(body, FieldTable.builder().put("x-delay", millis).build());
    }

    PublishBatch publish(Message... messages) {
        PublishBatch batch = new PublishBatch(queue, origin);
        for (Message message : messages) {
            batch.add(message);
        }
        batch.awaitedBy(this);
        home.on(batch::handOver);
        return batch;
    }

    /** Runs everything that waits, and makes it durable, until nothing waits. */
    void settleDown() {
        boolean progress = true;
        while (progress) {
            progress = home.runOne() || store.runOne();
            if (!progress && home.journal().undurable() > 0) {
                home.on(home.journal()::makeDurable);
                progress = true;
            }
        }
        keepLog();
        for (RecordingSink.Delivery delivery : sink.deliveries()) {
            Message message = delivery.message();
            byte[] body = message.content().body();
            arrivals.add(new Arrival(new String(body, StandardCharsets.UTF_8), home.currentTimeMillis(), message));
        }
        sink.deliveries().clear();
    }

    /** Lets time go by, in steps that are short beside it. */
    void elapse(long millis) {
        settleDown();
        for (long left = millis; left > 0; ) {
            long step = Math.min(left, Math.max(1, millis / 16));
            home.elapse(step);
            settleDown();
            left -= step;
        }
        // What was on its way from the store when it was due.
        home.elapse(1);
        settleDown();
    }

    private void keepLog() {
        for (String record : home.journal().takeRecords()) {
            String[] parts = record.split("[ :-]", -1);
            int id = Integer.parseInt(parts[1]);
            TreeMap<Long, Message> messages = logged.computeIfAbsent(id, key -> new TreeMap<>());
            long sequence = parts.length > 2 ? Long.parseLong(parts[2]) : 0;
            switch (parts[0]) {
                case "publish" -> {
                    messages.put(sequence, home.journal().message(id, sequence));
                    lastSequences.put(id, sequence);
                }
                case "ack" ->
                    messages.subMap(sequence, true, Long.parseLong(parts[3]), true)
                            .clear();
                default -> messages.clear();
            }
        }
    }

    /** How many messages of the exchange the log has. */
    int logged() {
        return logged.tailMap(ID).values().stream().mapToInt(TreeMap::size).sum();
    }

    /** Another process on what the log has. */
    void restart() {
        settleDown();
        memory = 0;
        start(home.currentTimeMillis());
        logged.tailMap(ID).forEach((id, messages) -> {
            messages.forEach((sequence, message) -> store.has(id, sequence, message));
            if (!messages.isEmpty()) {
                queue.recover(id, messages.size(), lastSequences.get(id), 0);
            }
        });
        home.execute(queue::started);
        settleDown();
    }

    List<String> bodies() {
        return arrivals.stream().map(Arrival::body).toList();
    }
}
