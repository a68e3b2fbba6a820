package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.BindingDefinition;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.ExchangeDefinition;
import io.millrace.definitions.QueueDefinition;
import io.millrace.definitions.VhostDefinition;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.MemoryBudget;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.BindingTarget;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.routing.ExchangeTypes;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** All virtual hosts of the broker by name. */
public final class VirtualHosts {
    private final ConcurrentHashMap<String, VirtualHost> byName = new ConcurrentHashMap<>();
    private final ControlPlane control;
    private final QueueFactory factory;

    /**
     * @param relaxedRedeclare whether a queue may be redeclared with another durable flag
     * @param counters those of the definitions thread
     */
    public VirtualHosts(ControlPlane control, MemoryBudget memory, boolean relaxedRedeclare, LoopCounters counters) {
        this.control = control;
        this.factory = new QueueFactory(memory, relaxedRedeclare, counters);
    }

    /** The virtual host of that name; null when there is none. */
    public VirtualHost get(String name) {
        return byName.get(name);
    }

    public Collection<VirtualHost> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /**
     * Makes what was stored. Called once, before anything else runs.
     *
     * @param homes gives each queue its loop
     * @return the queues by id, for the recovery of their messages
     */
    public Map<Integer, Queue> load(Definitions definitions, Supplier<HomeLoop> homes) {
        for (VhostDefinition vhost : definitions.vhosts()) {
            byName.put(vhost.name(), new VirtualHost(vhost.name(), control, factory));
        }
        for (ExchangeDefinition exchange : definitions.exchanges()) {
            byName.get(exchange.vhost()).put(exchange(exchange));
        }
        Map<Integer, Queue> queues = new HashMap<>();
        for (QueueDefinition definition : definitions.queues()) {
            VirtualHost virtualHost = byName.get(definition.vhost());
            Queue queue = factory.create(settings(definition), homes.get(), virtualHost.lifecycle());
            virtualHost.put(queue);
            queues.put(definition.id(), queue);
        }
        for (BindingDefinition binding : definitions.bindings()) {
            bind(binding);
        }
        return queues;
    }

    private static Exchange exchange(ExchangeDefinition definition) {
        return ExchangeTypes.create(
                definition.type(),
                new ExchangeDeclaration(
                        ShortString.of(definition.name()),
                        definition.durable(),
                        definition.autoDelete(),
                        definition.internal(),
                        FieldTable.ofBytes(definition.arguments())));
    }

    private static QueueSettings settings(QueueDefinition definition) {
        return new QueueSettings(
                definition.id(),
                definition.vhost(),
                ShortString.of(definition.name()),
                definition.durable(),
                definition.autoDelete(),
                null,
                FieldTable.ofBytes(definition.arguments()));
    }

    private void bind(BindingDefinition definition) {
        VirtualHost virtualHost = byName.get(definition.vhost());
        Exchange source = virtualHost.exchangeOrNull(ShortString.of(definition.source()));
        ShortString name = ShortString.of(definition.destination());
        BindingTarget destination = definition.destinationKind() == BindingDefinition.DestinationKind.QUEUE
                ? virtualHost.queueOrNull(name)
                : virtualHost.exchangeOrNull(name);
        if (source != null && destination != null) {
            virtualHost
                    .bindings()
                    .bind(new Binding(
                            source,
                            destination,
                            ShortString.of(definition.routingKey()),
                            FieldTable.ofBytes(definition.arguments())));
        }
    }
}
