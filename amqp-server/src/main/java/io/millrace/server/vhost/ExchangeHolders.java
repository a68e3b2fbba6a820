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
        return exchange instanceof HoldingExchange holding ? kind(holding).storeIds() : 0;
    }

    private static QueueKind kind(HoldingExchange exchange) {
        if (exchange instanceof DeduplicatingExchange) {
            return QueueKind.KEYS;
        }
        return exchange instanceof DelayedExchange ? QueueKind.DELAYS : QueueKind.HISTORY;
    }

    /**
     * Gives an exchange the place where it keeps messages.
     *
     * @param storeId the first of its ids in the message log
     */
    Queue hold(HoldingExchange exchange, int storeId, HomeLoop home) {
        QueueSettings settings = new QueueSettings(
                storeId, virtualHost.name(), exchange.name(), exchange.durable(), false, null, FieldTable.EMPTY);
        Queue holder = newHolder(exchange, settings, home);
        exchange.holdIn(holder);
        return holder;
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
            if (exchange instanceof HoldingExchange holding) {
                all.add((Queue) holding.holder());
            }
        }
        return all;
    }

    /** The exchange is gone, and what it kept with it. */
    void removed(Exchange exchange) {
        if (exchange instanceof HoldingExchange holding) {
            Queue holder = (Queue) holding.holder();
            OnLoop.call(holder.home(), holder::delete);
        }
    }

    /** A destination was bound that was not before: it gets what the exchange remembers. */
    void bound(Exchange source, BindingTarget destination) {
        if (source instanceof RecentHistoryExchange history) {
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
