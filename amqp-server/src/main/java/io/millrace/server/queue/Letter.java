package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.List;

/** A dead letter that is sent again until it has arrived. Belongs to the loop of the queue that it is from. */
final class Letter implements RefusalListener {
    private final Message message;
    private final Message original;
    private final long sequence;
    private final DeathReason reason;
    private final int failures;
    /** Those that have it from an earlier try. */
    private final List<Queue> arrived = new ArrayList<>();
    /** Those that get it now, null for those that have refused it; null before the first try. */
    private List<Queue> underWay;

    private boolean known;

    /** @param original the message without what the queue added to it */
    Letter(Message message, Message original, long sequence, DeathReason reason, int failures) {
        this.message = message;
        this.original = original;
        this.sequence = sequence;
        this.reason = reason;
        this.failures = failures;
    }

    Message message() {
        return message;
    }

    Message original() {
        return original;
    }

    long sequence() {
        return sequence;
    }

    DeathReason reason() {
        return reason;
    }

    int failures() {
        return failures;
    }

    /** Whether it is sent for the first time. */
    boolean isNew() {
        return underWay == null;
    }

    /** It goes to these queues, those taken out that have it already. */
    void goesTo(List<Queue> queues) {
        known = !queues.isEmpty();
        queues.removeAll(arrived);
        underWay = new ArrayList<>(queues);
    }

    @Override
    public void refused(long index) {
        underWay.set((int) index, null);
    }

    /** Whether there is a queue for it, and every one has it. */
    boolean hasArrived() {
        boolean everywhere = known;
        for (Queue queue : underWay) {
            if (queue == null) {
                everywhere = false;
            } else {
                arrived.add(queue);
            }
        }
        underWay.clear();
        return everywhere;
    }
}
