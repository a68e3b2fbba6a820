package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.List;

/** The consumers of one priority, which take turns; a link of the chain from the highest priority to the lowest. */
final class ConsumerRing {
    private final long priority;
    private final List<QueueConsumer> consumers = new ArrayList<>();
    private int next;
    private ConsumerRing lower;

    ConsumerRing(long priority, ConsumerRing lower) {
        this.priority = priority;
        this.lower = lower;
    }

    long priority() {
        return priority;
    }

    ConsumerRing lower() {
        return lower;
    }

    void lower(ConsumerRing newLower) {
        lower = newLower;
    }

    boolean isEmpty() {
        return consumers.isEmpty();
    }

    /** It is the last in turn, whoever is the next. */
    void add(QueueConsumer consumer) {
        if (next == 0 || next == consumers.size()) {
            next = 0;
            consumers.add(consumer);
        } else {
            consumers.add(next++, consumer);
        }
    }

    void remove(QueueConsumer consumer) {
        int index = consumers.indexOf(consumer);
        consumers.remove(index);
        if (next > index) {
            next--;
        }
    }

    /** It had to stop: the others are served before it again. */
    void moveToLast(QueueConsumer consumer) {
        remove(consumer);
        add(consumer);
    }

    /** The one that came first. */
    QueueConsumer first() {
        return consumers.get(0);
    }

    /** The next in turn that may take a message, for which it has taken a place; null when nobody may. */
    QueueConsumer nextWilling() {
        int size = consumers.size();
        for (int i = 0; i < size; i++) {
            if (next >= size) {
                next = 0;
            }
            QueueConsumer consumer = consumers.get(next++);
            if (consumer.tryTake()) {
                return consumer;
            }
        }
        return null;
    }
}
