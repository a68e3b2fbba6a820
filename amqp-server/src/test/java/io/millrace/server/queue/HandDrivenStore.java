package io.millrace.server.queue;

import io.millrace.log.Page;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;

/** A store in memory that does what it was asked for when the test says, in order, like the one on the disk. */
public final class HandDrivenStore implements MessageStore {
    private final Map<Integer, NavigableMap<Long, Message>> messagesById = new HashMap<>();
    private final Queue<Runnable> work = new ArrayDeque<>();
    private int reads;
    private int unreadable;
    private int measurements;
    private int measuredAtOnce = Integer.MAX_VALUE;

    @Override
    public void write(Page page) {
        work.add(() -> {
            for (int i = 0; i < page.count(); i++) {
                messages(page.queueId()).put(page.firstSequence() + i, (Message) page.content(i));
            }
            page.written();
        });
    }

    @Override
    public void read(ReadAhead request) {
        reads++;
        work.add(() -> answer(request));
    }

    private void answer(ReadAhead request) {
        int lost = 0;
        long readUpTo = request.after();
        int given = 0;
        for (Map.Entry<Long, Message> entry :
                messages(request.storeId()).tailMap(request.after(), false).entrySet()) {
            if (given == request.messagesMax()) {
                break;
            }
            readUpTo = entry.getKey();
            if (!request.wants(entry.getKey())) {
                continue;
            }
            if (lost < unreadable) {
                lost++;
            } else {
                request.add(entry.getValue(), entry.getKey());
                given++;
            }
        }
        unreadable = 0;
        if (!request.looksOnly()) {
            messages(request.storeId())
                    .subMap(request.after(), false, readUpTo, true)
                    .values()
                    .removeIf(message -> !message.isPersistent());
        }
        request.complete(readUpTo, lost);
    }

    @Override
    public void measure(Measurement request) {
        measurements++;
        work.add(() -> {
            long readUpTo = request.after();
            int given = 0;
            for (Map.Entry<Long, Message> entry :
                    messages(request.storeId()).tailMap(request.after(), false).entrySet()) {
                if (given++ == measuredAtOnce) {
                    break;
                }
                readUpTo = entry.getKey();
                request.add(readUpTo, MessageProperties.stored(entry.getValue()));
            }
            request.complete(readUpTo);
        });
    }

    @Override
    public void discard(int queueId, long firstSequence, long lastSequence) {
        work.add(() -> messages(queueId)
                .subMap(firstSequence, true, lastSequence, true)
                .clear());
    }

    @Override
    public void delete(int queueId) {
        work.add(() -> messages(queueId).clear());
    }

    /** Does the oldest thing that it was asked for; false when there is none. */
    public boolean runOne() {
        Runnable oldest = work.poll();
        if (oldest == null) {
            return false;
        }
        oldest.run();
        return true;
    }

    /** What an earlier run left. */
    void has(long sequence, Message message) {
        has(QueueFixture.ID, sequence, message);
    }

    /** The same for one of several ids of a queue. */
    void has(int storeId, long sequence, Message message) {
        messages(storeId).put(sequence, message);
    }

    private NavigableMap<Long, Message> messages(int storeId) {
        return messagesById.computeIfAbsent(storeId, id -> new TreeMap<>());
    }

    /** The next so many messages cannot be read. */
    void loses(int count) {
        unreadable = count;
    }

    /** Measures in pieces of so many messages. */
    void measuresAtOnce(int messages) {
        measuredAtOnce = messages;
    }

    int measurements() {
        return measurements;
    }

    int reads() {
        return reads;
    }

    /** How many messages it has under one id. */
    int size(int storeId) {
        return messages(storeId).size();
    }

    int size() {
        return messagesById.values().stream().mapToInt(Map::size).sum();
    }
}
