package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.server.queue.DeduplicationGate;
import io.millrace.server.queue.DeduplicationRules;
import io.millrace.server.queue.DelayQueue;
import io.millrace.server.queue.FurtherKeys;
import io.millrace.server.queue.HistoryQueue;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueKind;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.routing.BindingTarget;
import io.millrace.server.routing.DeduplicatingExchange;
import io.millrace.server.routing.DelayedExchange;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.HoldingExchange;
import io.millrace.server.routing.MessageProperties;
import io.millrace.server.routing.RecentHistoryExchange;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The queues in which exchanges of a virtual host keep messages. On the definitions thread. */
final class ExchangeHolders {
    private final VirtualHost virtualHost;
    private final QueueMemory memory;

    ExchangeHolders(VirtualHost virtualHost, QueueMemory memory) {
        this.virtualHost = virtualHost;
        this.memory = memory;
    }

    /** How many ids an exchange needs in the message log; 0 when it keeps no messages. */
    static int storeIds(Exchange exchange) {
        return layers(exchange).stream()
                .mapToInt(layer -> kind(layer).storeIds())
                .sum();
    }

    private static List<HoldingExchange> layers(Exchange exchange) {
        return exchange instanceof HoldingExchange holding ? holding.layers() : List.of();
    }

    private static QueueKind kind(HoldingExchange exchange) {
        if (exchange instanceof DeduplicatingExchange) {
            return QueueKind.KEYS;
        }
        return exchange instanceof DelayedExchange ? QueueKind.DELAYS : QueueKind.HISTORY;
    }

    /**
     * Gives an exchange the places where it keeps messages, if it keeps any.
     *
     * @param storeId the first of its ids in the message log
     */
    List<Queue> hold(Exchange exchange, int storeId, HomeLoop home) {
        List<Queue> holders = new ArrayList<>();
        int next = storeId;
        for (HoldingExchange layer : layers(exchange)) {
            QueueSettings settings = new QueueSettings(
                    next, virtualHost.name(), exchange.name(), exchange.durable(), false, null, FieldTable.EMPTY);
            Queue holder = newHolder(layer, settings, home);
            layer.holdIn(holder);
            holders.add(holder);
            next += kind(layer).storeIds();
        }
        return holders;
    }

    private Queue newHolder(HoldingExchange exchange, QueueSettings settings, HomeLoop home) {
        if (exchange instanceof RecentHistoryExchange history) {
            return new HistoryQueue(settings, home, virtualHost.lifecycle(), memory, history.length());
        }
        DelayQueue.Release release = release(exchange);
        if (exchange instanceof DeduplicatingExchange) {
            DeduplicationRules rules = virtualHost.deduplicationFor(exchange);
            return new DeduplicationGate(settings, home, virtualHost.lifecycle(), memory, rules, message -> {
                MessageProperties properties = message.content()::properties;
                return release.route(message, properties);
            });
        }
        return new DelayQueue(settings, home, virtualHost.lifecycle(), memory, release);
    }

    /** By the bindings of the moment, and by all keys that the message was published with. */
    private DelayQueue.Release release(HoldingExchange exchange) {
        return (message, properties) ->
                virtualHost.router().routeReleased(exchange, message.routingKey(), FurtherKeys.of(message), properties);
    }

    /** All of them. Any thread. */
    List<Queue> all() {
        List<Queue> all = new ArrayList<>();
        for (Exchange exchange : virtualHost.exchanges()) {
            layers(exchange).forEach(layer -> all.add((Queue) layer.holder()));
        }
        return all;
    }

    /** The exchange is gone, and what it kept with it. */
    void removed(Exchange exchange) {
        for (HoldingExchange layer : layers(exchange)) {
            Queue holder = (Queue) layer.holder();
            OnLoop.call(holder.home(), holder::delete);
        }
    }

    /** A destination was bound that was not before: it gets what the exchange remembers. */
    void bound(Exchange source, BindingTarget destination) {
        RecentHistoryExchange history = HoldingExchange.layer(source, RecentHistoryExchange.class);
        if (history != null) {
            HistoryQueue holder = (HistoryQueue) history.holder();
            OnLoop.call(holder.home(), () -> {
                holder.replay(routes(destination));
                return null;
            });
        }
    }

    private Function<Message, Route> routes(BindingTarget destination) {
        if (destination instanceof Queue queue) {
            Route toQueue = Route.of(queue);
            return message -> toQueue;
        }
        return message -> {
            MessageProperties properties = message.content()::properties;
            return virtualHost
                    .router()
                    .route((Exchange) destination, message.routingKey(), FurtherKeys.of(message), properties);
        };
    }
}
