package io.millrace.log;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Contents by queue and sequence. */
final class ModelMessages {
    final Map<Integer, NavigableMap<Long, byte[]>> byQueue = new HashMap<>();

    NavigableMap<Long, byte[]> of(int queue) {
        return byQueue.computeIfAbsent(queue, q -> new TreeMap<>());
    }

    ModelMessages copy() {
        ModelMessages copy = new ModelMessages();
        copy.add(this);
        return copy;
    }

    void add(ModelMessages others) {
        others.byQueue.forEach((queue, messages) -> of(queue).putAll(messages));
    }

    void retain(ModelMessages others) {
        byQueue.forEach((queue, messages) ->
                messages.keySet().retainAll(others.of(queue).keySet()));
    }

    void removeQueues(Set<Integer> queues) {
        byQueue.keySet().removeAll(queues);
    }

    void remove(int queue) {
        byQueue.remove(queue);
    }

    void clear() {
        byQueue.clear();
    }
}
