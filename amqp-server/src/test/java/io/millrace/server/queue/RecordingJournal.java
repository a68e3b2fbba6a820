package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writes down, in words, what queues write; what waits to become durable does so when the test says. */
public final class RecordingJournal implements QueueJournal {
    private final List<String> records = new ArrayList<>();
    private final Map<String, Message> messages = new HashMap<>();
    private final Map<Integer, NavigableMap<Long, Message>> live = new HashMap<>();
    private final Map<Integer, Long> last = new HashMap<>();
    /** What each record does, in their order. */
    private final List<Consumer<Map<Integer, NavigableMap<Long, Message>>>> effects = new ArrayList<>();

    private int durable;
    private final Map<String, String> moved = new HashMap<>();
    private List<PublishBatch> undurable = new ArrayList<>();
    private List<Runnable> waiting = new ArrayList<>();
    private boolean behind;
    private Runnable afterEach = () -> {};

    @Override
    public void publish(int queueId, long sequence, Message message) {
        note(queueId, sequence, message);
        take(all -> all.computeIfAbsent(queueId, id -> new TreeMap<>()).put(sequence, message));
        afterEach.run();
    }

    private void note(int queueId, long sequence, Message message) {
        records.add("publish " + queueId + ":" + sequence);
        messages.put(queueId + ":" + sequence, message);
        last.merge(queueId, sequence, Math::max);
    }

    @Override
    public void move(int queueId, long sequence, Message message, LogPlace from) {
        note(queueId, sequence, message);
        take(all -> {
            all.computeIfAbsent(from.storeId(), id -> new TreeMap<>()).remove(from.sequence());
            all.computeIfAbsent(queueId, id -> new TreeMap<>()).put(sequence, message);
        });
        moved.put(queueId + ":" + sequence, from.storeId() + ":" + from.sequence());
        afterEach.run();
    }

    /** Has something looked at after each record. */
    void afterEach(Runnable check) {
        afterEach = check;
    }

    /** How many records took the place of others. */
    int moves() {
        return moved.size();
    }

    /** Which record a record took the place of, by {@code id:sequence}; null for none. */
    String movedFrom(String record) {
        return moved.get(record);
    }

    /** What was written and not acknowledged, by id. */
    Map<Integer, NavigableMap<Long, Message>> live() {
        return live;
    }

    /** The highest sequence number that was written under an id. */
    long last(int queueId) {
        return last.getOrDefault(queueId, 0L);
    }

    /** A message that was written. */
    Message message(int queueId, long sequence) {
        return messages.get(queueId + ":" + sequence);
    }

    @Override
    public void acknowledge(int queueId, long firstSequence, long lastSequence) {
        records.add("ack " + queueId + ":" + firstSequence + "-" + lastSequence);
        take(all -> all.computeIfAbsent(queueId, id -> new TreeMap<>())
                .subMap(firstSequence, true, lastSequence, true)
                .clear());
        afterEach.run();
    }

    private void take(Consumer<Map<Integer, NavigableMap<Long, Message>>> effect) {
        effects.add(effect);
        effect.accept(live);
    }

    /** How many records there are. */
    int written() {
        return effects.size();
    }

    /** How many of them a crash leaves at least. */
    int durable() {
        return durable;
    }

    /** What a crash leaves that comes when so many records were written, by id. */
    Map<Integer, NavigableMap<Long, Message>> liveAfter(int records) {
        Map<Integer, NavigableMap<Long, Message>> left = new HashMap<>();
        effects.subList(0, records).forEach(effect -> effect.accept(left));
        return left;
    }

    @Override
    public void deleteQueue(int queueId) {
        records.add("delete " + queueId);
    }

    @Override
    public void settleWhenDurable(PublishBatch batch) {
        undurable.add(batch);
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    @Override
    public void whenDurable(Runnable action) {
        waiting.add(action);
    }

    /** Whether the disk is too slow. */
    void setBehind(boolean newBehind) {
        behind = newBehind;
    }

    /** What was written since the last call. */
    public List<String> takeRecords() {
        List<String> taken = List.copyOf(records);
        records.clear();
        return taken;
    }

    /** How many batches wait to become durable. */
    public int undurable() {
        return undurable.size();
    }

    /** Everything written so far is durable now: each publisher hears of it on its loop. */
    public void makeDurable() {
        durable = effects.size();
        List<PublishBatch> durable = undurable;
        undurable = new ArrayList<>();
        waiting.forEach(Runnable::run);
        waiting = new ArrayList<>();
        durable.forEach(batch -> batch.originLoop().run(batch::settled));
    }
}
