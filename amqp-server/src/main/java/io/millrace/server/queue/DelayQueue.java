package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.FieldTable;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.routing.DelayHeaders;
import io.millrace.server.routing.MessageProperties;
import io.millrace.server.routing.Route;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The messages of an exchange that are not to be routed yet. Each waits until it is due, and is sent then to the queues
 * that the exchange's bindings lead to at that time.
 *
 * <p>When a message is due stands in its {@link Envelope} as the time of its arrival: it is when it arrives in the
 * queues behind the exchange, and its time to live begins there.
 */
public final class DelayQueue extends Queue {
    /** Where a message goes that is due. On the queue's loop. */
    public interface Release {
        /**
         * The queues that it goes to.
         *
         * @param message what was published
         * @param properties those that it is delivered with
         */
        Route route(Message message, MessageProperties properties);
    }

    /** A message that waits, for people. */
    public record Delayed(String id, long due, Message message) {}

    private final DelayLanes lanes;
    private final Release release;
    private final Released released = new Released(this);
    private final DelayedSearches searches;

    public DelayQueue(
            QueueSettings settings, HomeLoop home, QueueLifecycle lifecycle, QueueMemory memory, Release release) {
        super(settings, home, lifecycle, memory, QueueRules.PLAIN, QueueKind.DELAYS);
        this.lanes = (DelayLanes) contents();
        this.release = release;
        this.searches = new DelayedSearches(this, lanes, memory.store());
    }

    /** What leaves it. */
    private static final class Released extends Departures {
        Released(Queue source) {
            super(source);
        }
    }

    @Override
    void publish(PublishBatch batch) {
        if (batch.origin() != released) {
            long now = home().currentTimeMillis();
            for (int i = 0; i < batch.count(); i++) {
                batch.replace(i, delayed(batch.message(i), now));
            }
        }
        super.publish(batch);
    }

    private static Message delayed(Message message, long now) {
        FieldTable headers = message.content().properties().headers();
        Envelope before = message.envelope() == null ? Envelope.EMPTY : message.envelope();
        long due = Math.min(DelayHeaders.dueAt(headers, now), now + TimeWheel.REACH_MILLIS);
        return message.with(before.arrivingAt(due));
    }

    @Override
    Departures departures() {
        return released;
    }

    @Override
    void giveUp(Message message, long sequence, DeathReason reason, boolean failed) {
        if (isDeleted()) {
            forget(message, sequence);
            return;
        }
        released.leaves(message, sequence);
        Content content = elapsed(message.content());
        Route route = release.route(message, content::properties);
        if (route.size() == route.asides()) {
            home().counters().increment(BrokerCounter.UNROUTABLE_DROPPED);
        }
        LogPlace from = route.size() == 1 ? place(message, sequence) : null;
        Message due = new Message(
                message.exchange(),
                message.routingKey(),
                content,
                route.size() > 1,
                arriving(message.envelope(), from));
        for (int i = 0; i < route.size(); i++) {
            released.send(due, (Queue) route.get(i));
        }
    }

    private static Content elapsed(Content content) {
        FieldTable headers = content.properties().headers();
        FieldTable changed = DelayHeaders.elapsed(headers);
        return Objects.equals(changed, headers)
                ? content
                : content.withProperties(
                        content.properties().toBuilder().headers(changed).build());
    }

    private Envelope arriving(Envelope before, LogPlace from) {
        long arrival = before.hasTtl() ? home().currentTimeMillis() : Envelope.UNKNOWN;
        Envelope now = before.arrivingAt(arrival).movedFrom(from);
        return now.equals(Envelope.EMPTY) ? null : now;
    }

    /** A message goes to the lane where it belongs now. */
    void move(Message message, long sequence) {
        released.leaves(message, sequence);
        released.send(message.with(message.envelope().movedFrom(place(message, sequence))), this);
    }

    @Override
    void arrived(ReadAhead block) {
        super.arrived(block);
        searches.goOn();
    }

    /**
     * Finds those that are due first.
     *
     * @param most how many at most; no more are in memory at a time than these and one block of the store
     * @param found told on the queue's loop, once
     */
    public void list(int most, Consumer<List<Delayed>> found) {
        assert home().inLoop();
        searches.list(most, found);
    }

    /**
     * Drops one that waits.
     *
     * @param id as {@link #list} gave it
     * @param done told on the queue's loop, once: whether there was such a message
     */
    public void cancel(String id, Consumer<Boolean> done) {
        assert home().inLoop();
        searches.cancel(id, done);
    }

    /** Ends a unit of work outside of batches. */
    void dropped(Message message, long sequence) {
        forget(message, sequence);
        departed();
    }

    @Override
    public String toString() {
        return "delayed messages of exchange '" + name() + "' in vhost '"
                + settings().vhost() + "'";
    }
}
