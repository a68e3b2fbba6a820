package io.millrace.server.queue;

/**
 * Who consumes from a queue, and the hand-over to them in drains, each followed by the next on a turn of its own.
 * Belongs to the queue's loop, except what is said to be for any thread.
 */
final class Consumption {
    private final Queue queue;
    private final ReadyMessages ready;
    private final Dispatcher dispatcher;
    private final Dispatcher.Delivered delivered;
    private final Runnable dispatchTask = this::dispatchScheduled;

    /** A drain used up its budget and its rest is on the way: batches that come meanwhile must not double it. */
    private boolean dispatchScheduled;

    private int goneHolders;

    private volatile int count;
    private volatile int holders;

    Consumption(Queue queue, ReadyMessages ready, Holdings holdings, boolean singleActive) {
        this.queue = queue;
        this.ready = ready;
        this.dispatcher = new Dispatcher(queue, ready, singleActive);
        this.delivered = (consumer, message, sequence, redelivered) ->
                holdings.delivered(consumer.automaticAck(), message, sequence, redelivered);
    }

    /** Consumers. Any thread. */
    int count() {
        return count;
    }

    /** In a quorum queue: who holds messages and is no consumer, or no longer. Any thread. */
    int holders() {
        return holders;
    }

    /**
     * Consumers as clients are told: those of a quorum queue that wait to become the active one do not count, and
     * {@link #holders} do. Any thread.
     */
    int declared() {
        return (queue.kind().quorum() && isSingleActive() ? Math.min(count, 1) : count) + holders;
    }

    /** Whether one consumer at a time gets everything. Any thread. */
    boolean isSingleActive() {
        return dispatcher.isSingleActive();
    }

    boolean isEmpty() {
        return dispatcher.consumers().isEmpty();
    }

    /** @throws io.millrace.codec.ChannelError ACCESS_REFUSED when it, or the other consumers, exclude another one */
    void add(QueueConsumer consumer) {
        dispatcher.add(consumer);
        count = dispatcher.consumers().size();
    }

    /** False when it was no consumer of the queue. */
    boolean remove(QueueConsumer consumer) {
        if (!dispatcher.remove(consumer)) {
            return false;
        }
        count = dispatcher.consumers().size();
        consumer.leave();
        if (queue.kind().quorum() && consumer.unsettled() > 0) {
            goneHolders++;
            reportHolders();
        }
        return true;
    }

    /** A {@code basic.get} took a message, which will be settled unless that was automatic. */
    void got(boolean automaticAck) {
        if (!automaticAck) {
            queue.getter().got();
        }
        if (queue.kind().quorum()) {
            reportHolders();
        }
    }

    /** Deliveries were settled: the consumer may have as many more. */
    void settled(QueueConsumer consumer, int settled) {
        boolean wasExhausted = consumer.isExhausted();
        consumer.restore(settled);
        if (!queue.kind().quorum()) {
            return;
        }
        if (consumer.isGone()) {
            goneHolders -= consumer.unsettled() == 0 ? 1 : 0;
            reportHolders();
        } else if (consumer == queue.getter()) {
            reportHolders();
        } else if (wasExhausted) {
            dispatcher.moveToLast(consumer);
        }
    }

    private void reportHolders() {
        holders = goneHolders + queue.getter().unsettled();
    }

    /** The queue is deleted: what anybody asks from now on is answered as if they had gone. */
    void end() {
        count = 0;
    }

    /** Removes all consumers and tells them. */
    void cancelAll() {
        dispatcher.cancelAll();
    }

    /** Gives consumers as much as goes at a time; returns whether more would have gone. */
    boolean drain() {
        if (ready.isEmpty() || isEmpty()) {
            return false;
        }
        boolean more = dispatcher.drain(delivered);
        if (more) {
            scheduleDispatch();
        }
        return more;
    }

    /** Dispatches on the next turn. */
    void scheduleDispatch() {
        if (!dispatchScheduled) {
            dispatchScheduled = true;
            queue.home().execute(dispatchTask);
        }
    }

    private void dispatchScheduled() {
        dispatchScheduled = false;
        queue.dispatch();
    }
}
