package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.QueueDefinition;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.Exchange;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans declares and deletes of queues. On the definitions thread. */
final class QueueCommands {
    private static final Logger LOG = LoggerFactory.getLogger(QueueCommands.class);

    private final VirtualHost virtualHost;
    private final BindingCommands bindings;
    private final QueueFactory factory;
    /** Exclusive queues by the connection they end with. */
    private final IdentityHashMap<Object, List<Queue>> owned = new IdentityHashMap<>();

    QueueCommands(VirtualHost virtualHost, BindingCommands bindings, QueueFactory factory) {
        this.virtualHost = virtualHost;
        this.bindings = bindings;
        this.factory = factory;
    }

    Plan<Queue> declare(QueueDeclaration declaration) {
        if (!declaration.serverNamed() && VirtualHost.isSystemName(declaration.name())) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    "queue name '" + declaration.name() + "' contains reserved prefix 'amq.*'");
        }
        factory.counters().increment(BrokerCounter.QUEUES_DECLARED);
        Queue existing = virtualHost.findQueue(declaration.name());
        if (existing != null) {
            checkEquivalent(declaration, existing);
            return Plan.immediate(() -> existing);
        }
        QueueArguments.check(declaration, virtualHost.describeQueue(declaration.name()), virtualHost.compatibility());
        checkLimit(declaration);
        Queue queue = create(settings(declaration), declaration.requester().loop());
        return new Plan<>(changes(queue), () -> {
            virtualHost.put(queue);
            factory.counters().increment(BrokerCounter.QUEUES_CREATED);
            if (declaration.owner() != null) {
                owned.computeIfAbsent(declaration.owner(), owner -> new ArrayList<>())
                        .add(queue);
            }
            return queue;
        });
    }

    Queue create(QueueSettings settings, HomeLoop home) {
        return factory.create(settings, home, virtualHost);
    }

    private void checkLimit(QueueDeclaration declaration) {
        int limit = virtualHost.definition().maxQueues();
        if (limit >= 0 && virtualHost.queues().size() >= limit) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "cannot declare queue '" + declaration.name() + "': queue limit in vhost '" + virtualHost.name()
                            + "' (" + limit + ") is reached");
        }
    }

    private QueueSettings settings(QueueDeclaration declaration) {
        return new QueueSettings(
                virtualHost
                        .control()
                        .store()
                        .nextQueueIds(
                                QueueArguments.kind(declaration.arguments()).storeIds()),
                virtualHost.name(),
                declaration.name(),
                declaration.effectivelyDurable(),
                declaration.autoDelete(),
                declaration.owner(),
                declaration.arguments());
    }

    private List<DefinitionChange> changes(Queue queue) {
        QueueSettings settings = queue.settings();
        if (!settings.durable()) {
            return List.of();
        }
        return List.of(new DefinitionChange.PutQueue(new QueueDefinition(
                settings.id(),
                settings.vhost(),
                settings.name().toString(),
                true,
                settings.autoDelete(),
                settings.arguments().bytes())));
    }

    private void checkEquivalent(QueueDeclaration declaration, Queue existing) {
        QueueSettings current = existing.settings();
        if (current.owner() != declaration.owner()) {
            throw virtualHost.locked(existing);
        }
        Equivalence equivalence = new Equivalence(existing.toString());
        if (factory.relaxedRedeclare() && declaration.effectivelyDurable() != current.durable()) {
            LOG.info(
                    "Accepted a declare of {} with durable={}; it stays durable={}",
                    existing,
                    declaration.durable(),
                    current.durable());
        } else {
            equivalence.check("durable", declaration.effectivelyDurable(), current.durable());
        }
        equivalence.check("auto_delete", declaration.autoDelete(), current.autoDelete());
        equivalence.checkQueueArguments(declaration.arguments(), current.arguments());
    }

    Plan<Integer> delete(ShortString name, boolean ifUnused, boolean ifEmpty, Requester requester) {
        Queue queue = virtualHost.findQueue(name);
        if (queue == null) {
            return Plan.immediate(() -> 0);
        }
        virtualHost.checkAccess(queue, requester);
        if (ifUnused || ifEmpty) {
            if (queue.kind().quorum()) {
                throw new ConnectionError(
                        ReplyCode.NOT_IMPLEMENTED,
                        "cannot delete " + queue + ". queue.delete operations with "
                                + (ifUnused ? "if-unused" : "if-empty")
                                + " flag set are not supported by quorum queues");
            }
            OnLoop.call(queue.home(), () -> {
                queue.checkDeletable(ifUnused, ifEmpty);
                return null;
            });
        }
        return deletion(List.of(queue));
    }

    /** Deletes all of them at once, since an exchange may become unused only when the last of them is gone. */
    private Plan<Integer> deletion(List<Queue> queues) {
        List<Binding> gone = new ArrayList<>();
        List<DefinitionChange> changes = new ArrayList<>();
        for (Queue queue : queues) {
            gone.addAll(virtualHost.bindings().bindingsTo(queue));
            if (queue.settings().durable()) {
                changes.add(new DefinitionChange.DeleteQueue(
                        virtualHost.name(), queue.name().toString()));
            }
        }
        List<Exchange> unused = new ArrayList<>();
        bindings.addUnusedBy(unused, gone);
        changes.addAll(bindings.deletions(unused));
        Supplier<Integer> effect = () -> {
            int dropped = 0;
            for (Queue queue : queues) {
                virtualHost.remove(queue);
                factory.counters().increment(BrokerCounter.QUEUES_DELETED);
                forgetOwner(queue);
                dropped += OnLoop.call(queue.home(), queue::delete);
            }
            unused.forEach(virtualHost::remove);
            return dropped;
        };
        return new Plan<>(
                changes, effect, () -> queues.forEach(queue -> queue.home().execute(queue::cancelConsumers)));
    }

    private void forgetOwner(Queue queue) {
        Object owner = queue.settings().owner();
        if (owner == null) {
            return;
        }
        owned.computeIfPresent(owner, (key, queues) -> {
            queues.remove(queue);
            return queues.isEmpty() ? null : queues;
        });
    }

    /** The queue's last consumer went away; it may have a new one by now, or be gone. */
    Plan<Integer> deleteUnused(Queue queue) {
        if (virtualHost.findQueue(queue.name()) != queue || queue.consumerCount() > 0) {
            return Plan.immediate(() -> 0);
        }
        return deletion(List.of(queue));
    }

    /** Answers how many messages waited in them. */
    Plan<Integer> deleteOwned(Requester owner) {
        return deletion(List.copyOf(owned.getOrDefault(owner, List.of())));
    }

    /** Answers how many messages waited in them. */
    Plan<Integer> deleteAll() {
        return deletion(List.copyOf(virtualHost.queues()));
    }
}
