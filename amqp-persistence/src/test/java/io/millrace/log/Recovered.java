package io.millrace.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Takes what a log holds when it is opened. All queues are live but the given ones. */
final class Recovered implements RecoveryTarget {
    record Message(long sequence, Bytes stored, boolean maybeDelivered) {
        byte[] content() {
            return stored.octets();
        }
    }

    final Map<Integer, List<Message>> messages = new TreeMap<>();
    final Map<Integer, Long> last = new HashMap<>();
    private final Set<Integer> gone;

    Recovered(Integer... gone) {
        this.gone = Set.of(gone);
    }

    @Override
    public boolean isLive(int queueId) {
        return !gone.contains(queueId);
    }

    @Override
    public void message(int queueId, long sequence, byte[] content, boolean maybeDelivered) {
        if (gone.contains(queueId)) {
            throw new AssertionError("message of queue " + queueId + ", which is gone");
        }
        messages.computeIfAbsent(queueId, id -> new ArrayList<>())
                .add(new Message(sequence, new Bytes(content), maybeDelivered));
    }

    @Override
    public void lastSequence(int queueId, long sequence) {
        if (last.put(queueId, sequence) != null) {
            throw new AssertionError("last sequence of queue " + queueId + " twice");
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
