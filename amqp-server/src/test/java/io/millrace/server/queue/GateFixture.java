package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.routing.Destination;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The gate of a durable exchange, a queue behind it on its own loop and one on another, and a publisher. */
final class GateFixture {
    static final int ID = 500;
    static final int KEYS_ID = QueueKind.keysStoreId(ID);
    static final int NEAR_ID = 1;
    static final int FAR_ID = 2;

    final TestLoop.Stage stage = new TestLoop.Stage();
    final BrokerCounters counters = new BrokerCounters();
    final TestLoop home = new TestLoop(stage, "home", counters);
    final TestLoop other = new TestLoop(stage, "other", counters);
    final TestLoop client = new TestLoop(stage, "client", counters);
    final RecordingOrigin origin = new RecordingOrigin(client);
    final HandDrivenStore store = new HandDrivenStore();
    final List<Destination> bound = new ArrayList<>();
    final Queue near;
    final Queue far;
    final DeduplicationGate gate;
    long memory;

    GateFixture(DeduplicationRules rules) {
        this(rules, QueueRules.PLAIN);
    }

    /** @param nearRules those of the queue on the gate's loop */
    GateFixture(DeduplicationRules rules, QueueRules nearRules) {
        QueueMemory room = new QueueMemory(bytes -> memory += bytes, store, Integer.MAX_VALUE, Long.MAX_VALUE);
        near = new Queue(settings(NEAR_ID), home, gone -> {}, room, nearRules, QueueKind.PLAIN);
        far = new Queue(settings(FAR_ID), other, gone -> {}, room);
        gate = new DeduplicationGate(settings(ID), home, gone -> {}, room, rules, message -> route());
    }

    private static QueueSettings settings(int id) {
        return new QueueSettings(id, "/", ShortString.of("x" + id), true, false, null, FieldTable.EMPTY);
    }

    private Route route() {
        return Route.of(bound.toArray(Destination[]::new));
    }

    GateFixture bind(Queue... queues) {
        bound.addAll(List.of(queues));
        return this;
    }

    /** Hands a batch over; nothing has run yet. */
    PublishBatch publish(Message... messages) {
        return publish(origin, messages);
    }

    PublishBatch publish(PublishOrigin from, Message... messages) {
        PublishBatch batch = new PublishBatch(gate, from);
        for (Message message : messages) {
            batch.add(message);
        }
        batch.awaitedBy(this);
        client.on(batch::handOver);
        return batch;
    }

    void settleDown() {
        while (home.runOne() || other.runOne() || client.runOne() || store.runOne()) {
            // All that it does is in the condition.
        }
    }

    /** What was written on the gate's loop is durable, and whoever waits for it has heard of it. */
    void syncHome() {
        home.journal().makeDurable();
        settleDown();
    }

    void syncOther() {
        other.journal().makeDurable();
        settleDown();
    }

    boolean isSettled(PublishBatch batch) {
        return origin.settled().contains(batch);
    }

    /** Takes what a queue holds. */
    List<String> drain(Queue queue) {
        List<String> bodies = new ArrayList<>();
        while (true) {
            GetRequest request = new GetRequest(queue, true, client, answered -> {});
            client.on(request::send);
            settleDown();
            if (request.message() == null) {
                return bodies;
            }
            bodies.add(Keyed.body(request.message()));
        }
    }

    /** What the log has by its ids, with so many records of each loop. */
    Map<Integer, NavigableMap<Long, Message>> logged(int homeRecords, int otherRecords) {
        Map<Integer, NavigableMap<Long, Message>> all =
                new TreeMap<>(home.journal().liveAfter(homeRecords));
        all.putAll(other.journal().liveAfter(otherRecords));
        return all;
    }

    /** Begins with what an earlier run left. */
    void recover(GateFixture before, Map<Integer, NavigableMap<Long, Message>> live) {
        for (TestLoop loop : List.of(home, other, client)) {
            loop.later(before.home.currentTimeMillis() - TestLoop.MIDNIGHT);
        }
        live.forEach((storeId, messages) -> {
            Queue queue = storeId == FAR_ID ? far : storeId == NEAR_ID ? near : gate;
            TestLoop loop = (TestLoop) queue.home();
            messages.forEach((sequence, message) -> store.has(storeId, sequence, message));
            messages.forEach((sequence, message) -> loop.journal().publish(storeId, sequence, message));
            TestLoop loopBefore = queue == far ? before.other : before.home;
            long last = loopBefore.journal().last(storeId);
            queue.recover(storeId, messages.size(), last, last);
        });
        home.journal().makeDurable();
        other.journal().makeDurable();
        home.on(gate::started);
    }
}
