package io.millrace.server.vhost;

import io.millrace.codec.value.ShortString;
import io.millrace.definitions.BindingDefinition;
import io.millrace.definitions.BindingDefinition.DestinationKind;
import io.millrace.definitions.DefinitionChange;
import io.millrace.server.queue.Queue;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.BindingTarget;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.TopicExchange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Plans binds and unbinds, and what goes with the last binding of an auto-delete exchange. On the definitions thread.
 */
final class BindingCommands {
    private final VirtualHost virtualHost;

    BindingCommands(VirtualHost virtualHost) {
        this.virtualHost = virtualHost;
    }

    Plan<Void> bind(BindingRequest request) {
        checkNotDefault(request);
        Exchange source = virtualHost.requireExchange(request.source());
        BindingTarget destination = requireDestination(request);
        Binding binding = new Binding(source, destination, request.key(), request.arguments());
        if (source.isTopic() && !virtualHost.compatibility().takesAnyTopicKey()) {
            TopicExchange.checkAnyNumberWords(request.key());
        }
        source.validate(binding);
        List<DefinitionChange> changes =
                isDurable(binding) ? List.of(new DefinitionChange.PutBinding(definition(binding))) : List.of();
        return new Plan<>(changes, () -> {
            boolean isNew = virtualHost.bindings().bind(binding);
            virtualHost.routesChanged();
            if (isNew) {
                virtualHost.holders().bound(source, destination);
            }
            return null;
        });
    }

    private void checkNotDefault(BindingRequest request) {
        virtualHost.checkNotDefaultExchange(request.source());
        if (!request.toQueue()) {
            virtualHost.checkNotDefaultExchange(request.destination());
        }
    }

    private BindingTarget requireDestination(BindingRequest request) {
        if (!request.toQueue()) {
            return virtualHost.requireExchange(request.destination());
        }
        Queue queue = virtualHost.requireQueue(request.destination());
        virtualHost.checkAccess(queue, request.requester());
        return queue;
    }

    Plan<Void> unbind(BindingRequest request) {
        checkNotDefault(request);
        Exchange source = virtualHost.findExchange(request.source());
        BindingTarget destination = request.toQueue()
                ? virtualHost.findQueue(request.destination())
                : virtualHost.findExchange(request.destination());
        if (source == null || destination == null) {
            return Plan.immediate(() -> null);
        }
        Binding binding = new Binding(source, destination, request.key(), request.arguments());
        if (!virtualHost.bindings().bindingsTo(destination).contains(binding)) {
            return Plan.immediate(() -> null);
        }
        // After it is known that the binding is there: RabbitMQ does not look whose queue it is before that.
        if (destination instanceof Queue queue) {
            virtualHost.checkAccess(queue, request.requester());
        }
        List<Exchange> unused = new ArrayList<>();
        addUnusedBy(unused, List.of(binding));
        List<DefinitionChange> changes = new ArrayList<>();
        if (isDurable(binding)) {
            changes.add(new DefinitionChange.DeleteBinding(definition(binding)));
        }
        changes.addAll(deletions(unused));
        return new Plan<>(changes, () -> {
            virtualHost.bindings().unbind(binding);
            unused.forEach(virtualHost::remove);
            virtualHost.routesChanged();
            return null;
        });
    }

    /**
     * Adds the auto-delete exchanges that have no binding left when these bindings are gone, and those that become
     * unused by their going in turn.
     */
    void addUnusedBy(List<Exchange> gone, List<Binding> bindings) {
        Set<Exchange> known = Collections.newSetFromMap(new IdentityHashMap<>());
        known.addAll(gone);
        IdentityHashMap<Exchange, Integer> losses = new IdentityHashMap<>();
        List<Binding> going = new ArrayList<>(bindings);
        for (int i = 0; i < going.size(); i++) {
            Exchange source = going.get(i).source();
            int lost = losses.merge(source, 1, Integer::sum);
            if (source.autoDelete() && lost == source.bindingCount() && known.add(source)) {
                gone.add(source);
                going.addAll(virtualHost.bindings().bindingsTo(source));
            }
        }
    }

    List<DefinitionChange> deletions(List<Exchange> exchanges) {
        List<DefinitionChange> changes = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            if (exchange.durable()) {
                changes.add(new DefinitionChange.DeleteExchange(
                        virtualHost.name(), exchange.name().toString()));
            }
        }
        return changes;
    }

    static boolean isDurable(Binding binding) {
        boolean durableDestination = binding.destination() instanceof Queue queue
                ? queue.settings().durable()
                : ((Exchange) binding.destination()).durable();
        return binding.source().durable() && durableDestination;
    }

    private BindingDefinition definition(Binding binding) {
        ShortString destination =
                binding.destination() instanceof Queue queue ? queue.name() : ((Exchange) binding.destination()).name();
        return new BindingDefinition(
                virtualHost.name(),
                binding.source().name().toString(),
                destination.toString(),
                binding.destination() instanceof Queue ? DestinationKind.QUEUE : DestinationKind.EXCHANGE,
                binding.key().bytes(),
                binding.arguments().bytes());
    }
}
