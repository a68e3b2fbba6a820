package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.BindingDefinition;
import io.millrace.definitions.BindingDefinition.DestinationKind;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.DefinitionStore;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.ExchangeDefinition;
import io.millrace.definitions.Parameter;
import io.millrace.definitions.Permission;
import io.millrace.definitions.QueueDefinition;
import io.millrace.definitions.TopicPermission;
import io.millrace.definitions.UserDefinition;
import io.millrace.definitions.VhostDefinition;
import io.millrace.server.policy.Policy;
import io.millrace.server.queue.Queue;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.BindingTarget;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeTypes;
import io.millrace.server.security.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Plans one import of definitions: what refers to something may refer to what the same import brings. */
final class DefinitionImport {
    private record Name(String vhost, ShortString name) {}

    private final Administration administration;
    private final VirtualHosts virtualHosts;
    private final DefinitionStore store;
    private final Definitions definitions;

    private final List<DefinitionChange> changes = new ArrayList<>();
    private final List<Runnable> effects = new ArrayList<>();
    private final Map<String, VirtualHost> newVhosts = new HashMap<>();
    private final Map<Name, Exchange> newExchanges = new HashMap<>();
    private final Map<Name, Queue> newQueues = new HashMap<>();
    private final Set<String> touchedVhosts = new LinkedHashSet<>();
    private final Set<String> vhostsWithPolicies = new LinkedHashSet<>();

    DefinitionImport(Administration administration, DefinitionStore store, Definitions definitions) {
        this.administration = administration;
        this.virtualHosts = administration.virtualHosts();
        this.store = store;
        this.definitions = definitions;
    }

    /** @throws ChannelError something refers to what is not there, or makes no sense; nothing is changed */
    Plan<Outcome> plan() {
        definitions.users().forEach(this::add);
        definitions.vhosts().forEach(this::add);
        definitions.parameters().forEach(this::add);
        definitions.permissions().forEach(this::add);
        definitions.topicPermissions().forEach(this::add);
        definitions.exchanges().forEach(this::add);
        definitions.queues().forEach(this::add);
        definitions.bindings().forEach(this::add);
        effects.add(() -> vhostsWithPolicies.forEach(administration::policiesChanged));
        effects.add(() -> touchedVhosts.forEach(virtualHosts::permissionsChanged));
        return Administration.done(changes, () -> effects.forEach(Runnable::run));
    }

    private void add(UserDefinition definition) {
        User user = User.ofDefinition(definition);
        changes.add(new DefinitionChange.PutUser(definition));
        effects.add(() -> administration.users().put(user));
    }

    private void add(VhostDefinition definition) {
        changes.add(new DefinitionChange.PutVhost(definition));
        VirtualHost existing = virtualHosts.get(definition.name());
        if (existing != null) {
            effects.add(() -> existing.define(definition));
            return;
        }
        VirtualHost created = virtualHosts.create(definition);
        newVhosts.put(definition.name(), created);
        effects.add(() -> virtualHosts.put(created));
    }

    private void add(Parameter parameter) {
        if (!parameter.isGlobal()) {
            requireVhost(parameter.vhost());
        }
        Administration.requireValid(parameter);
        if (Policy.isPolicy(parameter)) {
            vhostsWithPolicies.add(parameter.vhost());
        }
        changes.add(new DefinitionChange.PutParameter(parameter));
        effects.add(() -> administration.parameters().put(parameter));
    }

    private void add(Permission permission) {
        requireVhost(permission.vhost());
        touchedVhosts.add(permission.vhost());
        changes.add(new DefinitionChange.PutPermission(permission));
        effects.add(() -> administration.access().put(permission));
    }

    private void add(TopicPermission permission) {
        requireVhost(permission.vhost());
        touchedVhosts.add(permission.vhost());
        changes.add(new DefinitionChange.PutTopicPermission(permission));
        effects.add(() -> administration.access().put(permission));
    }

    private void add(ExchangeDefinition definition) {
        VirtualHost virtualHost = requireVhost(definition.vhost());
        Name name = new Name(definition.vhost(), ShortString.of(definition.name()));
        if (findExchange(virtualHost, name) != null) {
            return;
        }
        ExchangeTypes.validate(definition.type());
        Exchange exchange = VirtualHosts.exchange(definition);
        int storeId = virtualHost.hold(exchange);
        newExchanges.put(name, exchange);
        if (definition.durable()) {
            changes.add(new DefinitionChange.PutExchange(definition.withStoreId(storeId)));
        }
        effects.add(() -> virtualHost.put(exchange));
    }

    private void add(QueueDefinition definition) {
        VirtualHost virtualHost = requireVhost(definition.vhost());
        Name name = new Name(definition.vhost(), ShortString.of(definition.name()));
        if (findQueue(virtualHost, name) != null) {
            return;
        }
        int id = store.nextQueueIds(
                QueueArguments.kind(VirtualHosts.settings(definition, 0).arguments())
                        .storeIds());
        Queue queue = virtualHost.newQueue(VirtualHosts.settings(definition, id), virtualHosts.nextHome());
        newQueues.put(name, queue);
        if (definition.durable()) {
            changes.add(new DefinitionChange.PutQueue(new QueueDefinition(
                    id, definition.vhost(), definition.name(), true, definition.autoDelete(), definition.arguments())));
        }
        effects.add(() -> virtualHost.put(queue));
    }

    private void add(BindingDefinition definition) {
        VirtualHost virtualHost = requireVhost(definition.vhost());
        Exchange source = requireExchange(virtualHost, definition.source());
        virtualHost.checkNotDefaultExchange(source.name());
        BindingTarget destination = requireDestination(virtualHost, definition);
        Binding binding = new Binding(
                source,
                destination,
                ShortString.of(definition.routingKey()),
                FieldTable.ofBytes(definition.arguments()));
        source.validate(binding);
        if (BindingCommands.isDurable(binding)) {
            changes.add(new DefinitionChange.PutBinding(definition));
        }
        effects.add(() -> {
            virtualHost.bindings().bind(binding);
            virtualHost.routesChanged();
        });
    }

    private BindingTarget requireDestination(VirtualHost virtualHost, BindingDefinition definition) {
        if (definition.destinationKind() == DestinationKind.EXCHANGE) {
            return requireExchange(virtualHost, definition.destination());
        }
        ShortString name = ShortString.of(definition.destination());
        Queue queue = findQueue(virtualHost, new Name(virtualHost.name(), name));
        if (queue == null) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no " + virtualHost.describeQueue(name));
        }
        return queue;
    }

    private Exchange requireExchange(VirtualHost virtualHost, String text) {
        ShortString name = ShortString.of(text);
        Exchange exchange = findExchange(virtualHost, new Name(virtualHost.name(), name));
        if (exchange == null) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no " + virtualHost.describeExchange(name));
        }
        return exchange;
    }

    private Exchange findExchange(VirtualHost virtualHost, Name name) {
        Exchange existing = virtualHost.findExchange(name.name());
        return existing == null ? newExchanges.get(name) : existing;
    }

    private Queue findQueue(VirtualHost virtualHost, Name name) {
        Queue existing = virtualHost.findQueue(name.name());
        return existing == null ? newQueues.get(name) : existing;
    }

    private VirtualHost requireVhost(String name) {
        VirtualHost existing = virtualHosts.get(name);
        VirtualHost found = existing == null ? newVhosts.get(name) : existing;
        if (found == null) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no vhost '" + name + "'");
        }
        return found;
    }
}
