package io.millrace.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/** Takes what a log holds when it is opened. All queues are live but the given ones, or as it is said. */
final class Recovered implements RecoveryTarget {
    record Message(long sequence, Bytes stored, boolean maybeDelivered) {
        byte[] content() {
            return stored.octets();
        }
    }

    final Map<Integer, List<Message>> messages = new TreeMap<>();
    final Map<Integer, Long> last = new HashMap<>();
    private final Map<Integer, Long> counts = new HashMap<>();
    private final Map<Integer, Long> delivered = new HashMap<>();
    private final IntPredicate isLive;

    Recovered(Integer... gone) {
        this(id -> !Set.of(gone).contains(id));
    }

    Recovered(IntPredicate isLive) {
        this.isLive = isLive;
    }

    @Override
    public boolean isLive(int queueId) {
        return isLive.test(queueId);
    }

    @Override
    public void recovered(int queueId, long count, long lastSequence, long deliveredUpTo) {
        if (!isLive(queueId)) {
            throw new AssertionError("messages of queue " + queueId + ", which is gone");
        }
        if (last.put(queueId, lastSequence) != null) {
            throw new AssertionError("queue " + queueId + " twice");
        }
        counts.put(queueId, count);
        delivered.put(queueId, deliveredUpTo);
    }

    /** Reads what the queues have, in blocks. */
    void readAll(SegmentStore segments) throws IOException {
        for (int queueId : last.keySet()) {
            long unread = counts.get(queueId);
            long after = 0;
            while (unread > 0) {
                Block block = new Block(queueId, after);
                segments.read(block);
                if (segments.isStepped()) {
                    segments.step();
                }
                block.done.join();
                if (block.count == 0 && block.lost() == 0) {
                    throw new AssertionError(unread + " messages of queue " + queueId + " are not there");
                }
                unread -= block.count + block.lost();
                after = block.after();
            }
            if (unread < 0) {
                throw new AssertionError("too many messages of queue " + queueId);
            }
        }
    }

    private final class Block extends SegmentRead {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        int count;

        Block(int queueId, long after) {
            super(queueId, after, 7, 5000);
        }

        @Override
        protected void add(long sequence, byte[] content) {
            count++;
            messages.computeIfAbsent(queueId(), id -> new ArrayList<>())
                    .add(new Message(sequence, new Bytes(content), sequence <= delivered.get(queueId())));
        }

        @Override
        protected void done() {
            done.complete(null);
        }
    }

    List<Long> sequences(int queueId) {
        return messages.getOrDefault(queueId, List.of()).stream()
                .map(Message::sequence)
                .toList();
    }

    int count() {
        return messages.values().stream().mapToInt(List::size).sum();
    }
}
