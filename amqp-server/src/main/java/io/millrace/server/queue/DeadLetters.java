package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends the messages that a queue gives up to its dead-letter exchange. Belongs to the queue's loop. */
final class DeadLetters extends Departures {
    private final DeadLettering target;
    private final QueueLifecycle routes;

    DeadLetters(Queue source, DeadLettering target, QueueLifecycle routes) {
        super(source);
        this.target = target;
        this.routes = routes;
    }

    /**
     * The queue gives a message up, which goes out with {@link #flush} and is then forgotten.
     *
     * @param original the message without what the queue added to it
     * @param byReject whether a consumer gave it back by {@code basic.reject}: it is marked as redelivered then
     */
    void add(Message message, Message original, long sequence, DeathReason reason, boolean byReject) {
        leaves(message, sequence);
        send(original, reason, byReject);
    }

    /** The queue does not take a message that was never in its books. */
    void addRefused(Message message) {
        begin();
        send(message, DeathReason.MAXLEN, false);
    }

    private void send(Message message, DeathReason reason, boolean byReject) {
        HomeLoop home = source().home();
        long second = TimeUnit.MILLISECONDS.toSeconds(home.currentTimeMillis());
        DeathHistory history = new DeathHistory(message, source().name(), reason, second);
        ShortString newKey = target.routingKey();
        ShortString routingKey = newKey == null ? message.routingKey() : newKey;
        Route route = routes.deadLetterRoute(
                target.exchange(), routingKey, newKey == null ? history.furtherKeys() : null, history::headers);
        List<Queue> queues = withoutCycles(route, history, reason);
        home.counters().increment(reason.counter());
        if (queues.isEmpty()) {
            return;
        }
        Content content = history.content();
        Message letter = new Message(
                target.exchange(), routingKey, content, queues.size() > 1, envelope(message.envelope(), byReject));
        for (Queue queue : queues) {
            send(letter, queue);
        }
    }

    /** A message that goes in circles without anybody's doing would do so for ever. */
    private static List<Queue> withoutCycles(Route route, DeathHistory history, DeathReason reason) {
        List<Queue> queues = new ArrayList<>(route.size());
        for (int i = 0; i < route.size(); i++) {
            Queue queue = (Queue) route.get(i);
            if (reason == DeathReason.REJECTED || queue.kind().isHolder() || !history.isCycle(queue.name())) {
                queues.add(queue);
            }
        }
        return queues;
    }

    private Envelope envelope(Envelope before, boolean byReject) {
        boolean rerouted = target.routingKey() != null || (before != null && before.rerouted());
        List<ShortString> hiddenKeys = before == null || rerouted ? List.of() : before.hiddenKeys();
        boolean redelivered = byReject || (before != null && before.redelivered());
        return new Envelope(Envelope.UNKNOWN, QueueRules.FOREVER, hiddenKeys, true, rerouted, redelivered, null);
    }
}
