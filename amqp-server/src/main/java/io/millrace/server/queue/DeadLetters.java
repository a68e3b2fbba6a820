package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends the messages that a queue gives up to its dead-letter exchange. Belongs to the queue's loop.
 *
 * <p>Where a queue wants its dead letters to arrive at least once, those that did not are sent again after a while.
 */
final class DeadLetters extends Departures {
    private final DeadLettering target;
    private final QueueLifecycle routes;
    /** Those that did not arrive everywhere, and are sent again later; null where each is sent once. */
    private final StuckLetters stuck;
    /** Where the queue's dead letters go now, when they do not go here any more. */
    private DeadLetters successor;

    private boolean ended;

    DeadLetters(Queue source, DeadLettering target, QueueLifecycle routes) {
        super(source);
        this.target = target;
        this.routes = routes;
        this.stuck = target.atLeastOnce() ? new StuckLetters(source.home(), this::sendAgain) : null;
    }

    /**
     * The queue gives a message up, which goes out with {@link #flush} and is then forgotten.
     *
     * @param original the message without what the queue added to it
     * @param failures how often it was delivered in vain until now
     */
    void add(Message message, Message original, long sequence, DeathReason reason, int failures) {
        if (stuck == null) {
            leaves(message, sequence);
            send(original, source().place(message, sequence), reason, failures, null);
        } else {
            takes();
            send(new Letter(message, original, sequence, reason, failures));
        }
    }

    /** The queue does not take a message that was never in its books. */
    void addRefused(Message message) {
        begin();
        send(message, null, DeathReason.MAXLEN, message.failures(), null);
    }

    private void send(Letter letter) {
        leaves(letter);
        LogPlace place = source().place(letter.message(), letter.sequence());
        send(letter.original(), place, letter.reason(), letter.failures(), letter);
    }

    /**
     * @param place where it is in the journal, which it leaves by being written to a single other queue
     * @param letter null when it is sent only once
     */
    private void send(Message message, LogPlace place, DeathReason reason, int failures, Letter letter) {
        HomeLoop home = source().home();
        long second = TimeUnit.MILLISECONDS.toSeconds(home.currentTimeMillis());
        DeathHistory history = new DeathHistory(
                message, hasDiedBefore(message) || routes.believesPublishersDeaths(), source().name(), reason, second);
        ShortString newKey = target.routingKey();
        ShortString routingKey = newKey == null ? message.routingKey() : newKey;
        Route route = routes.deadLetterRoute(
                target.exchange(),
                routingKey,
                newKey == null ? history.furtherKeys() : null,
                history::headersWithHistory);
        List<Queue> queues = withoutCycles(route, history, reason);
        if (letter == null || letter.isNew()) {
            home.counters().increment(reason.counter());
        }
        if (letter != null) {
            letter.goesTo(queues);
        }
        if (queues.isEmpty()) {
            return;
        }
        Content content = history.content();
        Envelope envelope = envelope(message.envelope(), failures, queues.size() == 1 ? place : null);
        Message dead = new Message(target.exchange(), routingKey, content, queues.size() > 1, envelope);
        for (int i = 0; i < queues.size(); i++) {
            Queue queue = queues.get(i);
            Message arriving = queue.kind().quorum() ? Redeliveries.arriving(dead) : dead;
            if (letter == null) {
                send(arriving, queue);
            } else {
                send(arriving, queue, letter, i);
            }
        }
    }

    private static boolean hasDiedBefore(Message message) {
        return message.envelope() != null && message.envelope().deadLettered();
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

    private Envelope envelope(Envelope before, int failures, LogPlace from) {
        boolean rerouted = target.routingKey() != null || (before != null && before.rerouted());
        List<ShortString> hiddenKeys = before == null || rerouted ? List.of() : before.hiddenKeys();
        return new Envelope(Envelope.UNKNOWN, QueueRules.FOREVER, hiddenKeys, true, rerouted, failures, null, from, 0);
    }

    /** It is sent again later, where the queue's dead letters go then. */
    @Override
    void missed(Letter letter) {
        if (!ended) {
            stuck.add(letter);
        } else if (successor == null) {
            done(letter);
        } else {
            // This one's books are closed: the other one's hold it from now on.
            successor.takeOver(letter);
        }
    }

    private void takeOver(Letter letter) {
        if (stuck == null && !ended) {
            add(letter.message(), letter.original(), letter.sequence(), letter.reason(), letter.failures());
            flush(true);
        } else {
            takes();
            missed(letter);
        }
    }

    private void sendAgain(List<Letter> letters) {
        letters.forEach(this::send);
        flush(false);
    }

    /** Whether so many did not arrive that the queue should deliver nothing either, which may come here, too. */
    boolean isStuck() {
        return stuck != null && stuck.count() >= UNDER_WAY_MAX && isFull();
    }

    /** Gives up those that did not arrive; returns how many. */
    int purge() {
        List<Letter> letters = stuck == null ? List.of() : stuck.takeAll();
        letters.forEach(this::done);
        goOnIfAwaited();
        return letters.size();
    }

    /** The queue's dead letters go somewhere else from now on; nowhere, when that is null. */
    void end(DeadLetters newSuccessor) {
        ended = true;
        successor = newSuccessor;
        if (stuck != null) {
            stuck.end().forEach(this::missed);
        }
    }
}
