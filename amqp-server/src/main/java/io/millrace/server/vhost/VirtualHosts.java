package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.BindingDefinition;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.DefinitionStore;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.ExchangeDefinition;
import io.millrace.definitions.QueueDefinition;
import io.millrace.definitions.VhostDefinition;
import io.millrace.log.stream.StreamLogs;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.policy.Policies;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueKind;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.BindingTarget;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.routing.ExchangeTypes;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** All virtual hosts of the broker by name. */
public final class VirtualHosts {
    private final ConcurrentHashMap<String, VirtualHost> byName = new ConcurrentHashMap<>();
    private final ControlPlane control;
    private final QueueFactory factory;
    private final Compatibility compatibility;
    /**
     * @param streams where streams are kept; null when none is ever declared
     * @param defaults what nobody says of a queue
     * @param compatibility of those virtual hosts that choose none themselves
     * @param counters those of the definitions thread
     */
    public VirtualHosts(
            ControlPlane control,
            QueueMemory memory,
            StreamLogs streams,
            QueueDefaults defaults,
            Compatibility compatibility,
            LoopCounters counters) {
        this.control = control;
        this.compatibility = compatibility;
        this.factory = new QueueFactory(memory, streams, defaults, counters);
    }

    /** The virtual host of that name; null when there is none. */
    public VirtualHost get(String name) {
        return byName.get(name);
    }

    public Collection<VirtualHost> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    // For the definitions thread.

    VirtualHost create(VhostDefinition definition) {
        return new VirtualHost(definition, control, factory, compatibility);
    }

    void put(VirtualHost virtualHost) {
        byName.put(virtualHost.name(), virtualHost);
    }

    void remove(VirtualHost virtualHost) {
        byName.remove(virtualHost.name(), virtualHost);
    }

    /** A loop for a queue that nobody's connection declares. */
    HomeLoop nextHome() {
        return factory.nextHome();
    }

    /** Permissions of the virtual host changed: routes found before may have become forbidden. */
    void permissionsChanged(String name) {
        VirtualHost virtualHost = byName.get(name);
        if (virtualHost != null) {
            virtualHost.routesChanged();
        }
    }

    /**
     * Makes what was stored. Called once, before anything else runs.
     *
     * @param newHomes gives each queue its loop, now and later
     * @return the queues by all ids that they have in the log, for the recovery of their messages
     */
    public Map<Integer, Queue> load(Definitions definitions, Supplier<HomeLoop> newHomes) {
        factory.homes(newHomes);
        for (VhostDefinition vhost : definitions.vhosts()) {
            VirtualHost created = create(vhost);
            created.usePolicies(Policies.of(Parameters.ofVhost(definitions.parameters(), vhost.name())));
            put(created);
        }
        Map<Integer, Queue> queues = new HashMap<>();
        for (ExchangeDefinition definition : definitions.exchanges()) {
            VirtualHost virtualHost = byName.get(definition.vhost());
            Exchange exchange = exchange(definition);
            int storeId = storeId(definition, exchange, virtualHost);
            for (Queue holder : virtualHost.holders().hold(exchange, storeId, newHomes.get())) {
                putStoreIds(queues, holder);
            }
            virtualHost.put(exchange);
        }
        for (QueueDefinition definition : definitions.queues()) {
            VirtualHost virtualHost = byName.get(definition.vhost());
            Queue queue = virtualHost.newQueue(settings(definition, definition.id()), newHomes.get());
            virtualHost.put(queue);
            putStoreIds(queues, queue);
        }
        for (BindingDefinition binding : definitions.bindings()) {
            bind(binding);
        }
        return queues;
    }

    /** The first id of an exchange in the message log, which it gets now if its arguments meant nothing so far. */
    private static int storeId(ExchangeDefinition definition, Exchange exchange, VirtualHost virtualHost) {
        int count = ExchangeHolders.storeIds(exchange);
        if (count == 0 || definition.storeId() != 0) {
            return definition.storeId();
        }
        DefinitionStore store = virtualHost.control().store();
        int storeId = store.nextQueueIds(count);
        store.apply(List.of(new DefinitionChange.PutExchange(definition.withStoreId(storeId))));
        return storeId;
    }

    /** How many ids the queue has in the message log, from its own one on. */
    public static int storeIds(QueueDefinition definition) {
        return QueueArguments.kind(FieldTable.ofBytes(definition.arguments())).storeIds();
    }

    /** How many ids the exchange has in the message log, from its first one on; 0 for most. */
    public static int storeIds(ExchangeDefinition definition) {
        return ExchangeHolders.storeIds(exchange(definition));
    }

    private static void putStoreIds(Map<Integer, Queue> queues, Queue queue) {
        int count = queue.kind().storeIds();
        for (int id = queue.id(); id < queue.id() + count; id++) {
            Queue other = queues.put(id, queue);
            if (other != null) {
                throw new IllegalStateException(other + " and " + queue + " have the same id in the message log");
            }
        }
        queues.put(queue.retryStoreId(), queue);
        queues.put(QueueKind.keysStoreId(queue.id()), queue);
        queues.put(QueueKind.timesStoreId(queue.id()), queue);
    }

    static Exchange exchange(ExchangeDefinition definition) {
        return ExchangeTypes.create(
                definition.type(),
                new ExchangeDeclaration(
                        ShortString.of(definition.name()),
                        definition.durable(),
                        definition.autoDelete(),
                        definition.internal(),
                        FieldTable.ofBytes(definition.arguments())));
    }

    static QueueSettings settings(QueueDefinition definition, int id) {
        return new QueueSettings(
                id,
                definition.vhost(),
                ShortString.of(definition.name()),
                definition.durable(),
                definition.autoDelete(),
                null,
                FieldTable.ofBytes(definition.arguments()));
    }

    private void bind(BindingDefinition definition) {
        VirtualHost virtualHost = byName.get(definition.vhost());
        Exchange source = virtualHost.findExchange(ShortString.of(definition.source()));
        ShortString name = ShortString.of(definition.destination());
        BindingTarget destination = definition.destinationKind() == BindingDefinition.DestinationKind.QUEUE
                ? virtualHost.findQueue(name)
                : virtualHost.findExchange(name);
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
