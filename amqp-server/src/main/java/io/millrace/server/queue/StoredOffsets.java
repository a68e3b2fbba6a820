package io.millrace.server.queue;

import io.millrace.log.stream.StreamLog;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;

/**
 * The places of a stream's tracked consumers: those that are there, and those that may come back. Belongs to the
 * queue's loop.
 */
final class StoredOffsets {
    /** Of more consumers than this the one that was heard of longest ago is forgotten. */
    static final int NAMES_MAX = 10_000;

    private final StreamLog log;
    /** The one that was heard of longest ago first. */
    private final LinkedHashMap<String, Long> marks;

    private final IdentityHashMap<QueueConsumer, OffsetTracker> trackers = new IdentityHashMap<>();

    StoredOffsets(StreamLog log) {
        this.log = log;
        this.marks = new LinkedHashMap<>(log.storedOffsets());
    }

    /** Where the last consumer of this name left off; null when there was none. */
    Long of(QueueConsumer consumer) {
        return marks.get(consumer.tag().toString());
    }

    OffsetTracker track(QueueConsumer consumer) {
        OffsetTracker tracker = new OffsetTracker(consumer.tag().toString());
        trackers.put(consumer, tracker);
        return tracker;
    }

    /** Deliveries of a consumer were settled, of one that was cancelled perhaps. */
    void settled(SettleBatch batch, boolean isThere) {
        OffsetTracker tracker = trackers.isEmpty() ? null : trackers.get(batch.consumer());
        if (tracker == null) {
            return;
        }
        boolean done = tracker.settled(batch);
        if (done) {
            store(tracker.name(), tracker.mark());
        }
        if (!isThere && (!done || tracker.isIdle())) {
            trackers.remove(batch.consumer());
        }
    }

    /** A consumer goes; what it has to settle still counts. */
    void removed(QueueConsumer consumer) {
        OffsetTracker tracker = trackers.isEmpty() ? null : trackers.get(consumer);
        if (tracker != null && tracker.isIdle()) {
            trackers.remove(consumer);
        }
    }

    private void store(String name, long mark) {
        Long before = marks.remove(name);
        marks.put(name, mark);
        if (before == null || before != mark) {
            log.storeOffset(name, mark);
        }
        if (marks.size() > NAMES_MAX) {
            String oldest = marks.keySet().iterator().next();
            marks.remove(oldest);
            log.forgetOffset(oldest);
        }
    }
}
