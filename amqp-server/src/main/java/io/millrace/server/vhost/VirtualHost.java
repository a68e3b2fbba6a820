package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.VhostDefinition;
import io.millrace.log.stream.StreamLimits;
import io.millrace.server.policy.EffectivePolicy;
import io.millrace.server.policy.Policies;
import io.millrace.server.queue.DeduplicationRules;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueLifecycle;
import io.millrace.server.queue.QueueRules;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.routing.BindingTable;
import io.millrace.server.routing.Destination;
import io.millrace.server.routing.DirectExchange;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.routing.Route;
import io.millrace.server.routing.Router;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One virtual host: its exchanges, queues and bindings by name. Look-ups are for any thread; commands are planned and
 * take effect on the definitions thread ({@link ControlPlane}), which alone writes the tables.
 *
 * <p>Invariant: {@link #routingVersion} grows after every change that a route could depend on, and before that change
 * is answered; so whoever has seen the answer does not use an older route.
 */
public final class VirtualHost {
    private static final String SYSTEM_PREFIX = "amq.";

    private final String name;
    private final ControlPlane control;
    private final QueueFactory factory;
    private final Compatibility compatibilityOfBroker;
    private final ConcurrentHashMap<ShortString, Exchange> exchanges = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ShortString, Queue> queues = new ConcurrentHashMap<>();
    private final BindingTable bindings = new BindingTable();
    private final Exchange defaultExchange = DirectExchange.defaultExchange();
    private final Router router = new Router(this::destination, exchanges::get);
    private final ExchangeCommands exchangeCommands;
    private final QueueCommands queueCommands;
    private final BindingCommands bindingCommands;
    private final ReplyQueues replies;
    private final ExchangeHolders holders;
    private final AppliedPolicies policies = new AppliedPolicies();
    private volatile long routingVersion;
    private volatile VhostDefinition definition;
    private volatile Compatibility compatibility;
    private volatile String tracingNode;
    private boolean deleted;

    VirtualHost(
            VhostDefinition definition,
            ControlPlane control,
            QueueFactory factory,
            Compatibility compatibilityOfBroker) {
        this.name = definition.name();
        this.definition = definition;
        this.compatibilityOfBroker = compatibilityOfBroker;
        this.compatibility = Compatibility.of(definition, compatibilityOfBroker);
        this.control = control;
        this.factory = factory;
        replies = new ReplyQueues(name, factory.memoryAlone());
        holders = new ExchangeHolders(this, factory.memory());
        exchanges.put(ShortString.EMPTY, defaultExchange);
        bindingCommands = new BindingCommands(this);
        exchangeCommands = new ExchangeCommands(this, bindingCommands);
        queueCommands = new QueueCommands(this, bindingCommands, factory);
        PredeclaredExchange.all().forEach(this::put);
    }

    public String name() {
        return name;
    }

    /** What was said of it, limits included. */
    public VhostDefinition definition() {
        return definition;
    }

    /** Which RabbitMQ it behaves like. Not for every message: it is looked up in the tags. Any thread. */
    public Compatibility compatibility() {
        return compatibility;
    }

    /** Grows with every change that a route could depend on, permissions included. Any thread. */
    public long routingVersion() {
        return routingVersion;
    }

    public Router router() {
        return router;
    }

    /** What policies come to for a queue of this virtual host. Any thread. */
    public EffectivePolicy policyOf(Queue queue) {
        return policies.of(queue.settings());
    }

    /** What policies come to for an exchange of this virtual host. Any thread. */
    public EffectivePolicy policyOf(Exchange exchange) {
        return policies.of(exchange);
    }

    /** The node in whose name messages are traced; null when they are not. Any thread. */
    public String tracingNode() {
        return tracingNode;
    }

    /** Begins to trace messages, or ends it when the node is null. It does not outlive the broker. Any thread. */
    public void trace(String node) {
        tracingNode = node;
    }

    /** The addresses of direct replies. */
    public ReplyQueues replies() {
        return replies;
    }

    /** Where the default exchange sends what has this routing key, or null. */
    private Destination destination(ShortString queueName) {
        Queue queue = queues.get(queueName);
        return queue != null ? queue : replies.find(queueName);
    }

    /** The exchange of that name. @throws ChannelError NOT_FOUND when there is none */
    public Exchange requireExchange(ShortString exchangeName) {
        Exchange exchange = exchanges.get(exchangeName);
        if (exchange == null) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no " + describeExchange(exchangeName));
        }
        return exchange;
    }

    /** The queue of that name. @throws ChannelError NOT_FOUND when there is none */
    public Queue requireQueue(ShortString queueName) {
        Queue queue = queues.get(queueName);
        if (queue == null) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no " + describeQueue(queueName));
        }
        return queue;
    }

    /** All queues, in no particular order. */
    public Collection<Queue> queues() {
        return Collections.unmodifiableCollection(queues.values());
    }

    /** All exchanges, in no particular order. */
    public Collection<Exchange> exchanges() {
        return Collections.unmodifiableCollection(exchanges.values());
    }

    /** The queue of that name; null when there is none. */
    public Queue findQueue(ShortString queueName) {
        return queues.get(queueName);
    }

    /** The exchange of that name; null when there is none. */
    public Exchange findExchange(ShortString exchangeName) {
        return exchanges.get(exchangeName);
    }

    /** @throws ChannelError RESOURCE_LOCKED when the queue is exclusive to another connection */
    public void checkAccess(Queue queue, Requester requester) {
        if (queue.settings().exclusive() && queue.settings().owner() != requester) {
            throw locked(queue);
        }
    }

    ChannelError locked(Queue queue) {
        return new ChannelError(
                ReplyCode.RESOURCE_LOCKED,
                "cannot obtain exclusive access to locked " + queue
                        + ". It could be originally declared on another connection or the exclusive property value"
                        + " does not match that of the original declaration.");
    }

    /** @throws ChannelError ACCESS_REFUSED when the name is the default exchange's, which nobody may change */
    public void checkNotDefaultExchange(ShortString exchangeName) {
        if (exchangeName.isEmpty()) {
            throw new ChannelError(ReplyCode.ACCESS_REFUSED, "operation not permitted on the default exchange");
        }
    }

    /** As RabbitMQ's error texts name it. */
    public String describe(Exchange exchange) {
        return describeExchange(exchange.name());
    }

    String describeExchange(ShortString exchangeName) {
        return "exchange '" + exchangeName + "' in vhost '" + name + "'";
    }

    /** As RabbitMQ's error texts name it. */
    public String describeQueue(ShortString queueName) {
        return "queue '" + queueName + "' in vhost '" + name + "'";
    }

    /** Whether the name is of those that only the server gives. */
    public static boolean isSystemName(ShortString entity) {
        return entity.toString().startsWith(SYSTEM_PREFIX);
    }

    /** Declares an exchange. */
    public void declareExchange(String type, ExchangeDeclaration declaration, Reply<Void> reply) {
        submit(List.of(exchangeKey(declaration.name())), () -> exchangeCommands.declare(type, declaration), reply);
    }

    /** Deletes an exchange; succeeds when there is none. */
    public void deleteExchange(ShortString exchangeName, boolean ifUnused, Reply<Void> reply) {
        submit(List.of(), () -> exchangeCommands.delete(exchangeName, ifUnused), reply);
    }

    /** Declares a queue; answers with the queue, which may have been there. */
    public void declareQueue(QueueDeclaration declaration, Reply<Queue> reply) {
        Object key = queueKey(declaration.name());
        // Declares of one group do not see each other: where queues are counted they come one by one.
        List<Object> touches = definition.maxQueues() < 0 ? List.of(key) : List.of(key, this);
        submit(touches, () -> queueCommands.declare(declaration.withDefaultType(defaultQueueType())), reply);
    }

    /** The type of queues that are declared without one. */
    private QueueType defaultQueueType() {
        QueueType own = QueueType.ofDefault(definition.defaultQueueType());
        return own == null ? factory.defaultQueueType() : own;
    }

    /** Deletes a queue; answers how many messages waited in it, 0 when there is no such queue. */
    public void deleteQueue(
            ShortString queueName, boolean ifUnused, boolean ifEmpty, Requester requester, Reply<Integer> reply) {
        submit(List.of(), () -> queueCommands.delete(queueName, ifUnused, ifEmpty, requester), reply);
    }

    /** Binds; succeeds when the binding is there already. */
    public void bind(BindingRequest request, Reply<Void> reply) {
        submit(keys(request), () -> bindingCommands.bind(request), reply);
    }

    /** Unbinds; succeeds when there is no such binding. */
    public void unbind(BindingRequest request, Reply<Void> reply) {
        submit(List.of(), () -> bindingCommands.unbind(request), reply);
    }

    /** What comes after the end of the virtual host changes nothing any more: its connections are being closed. */
    private <T> void submit(List<?> touches, Supplier<Plan<T>> planner, Reply<T> reply) {
        Supplier<Plan<T>> whileAlive = () -> {
            if (deleted) {
                throw new ConnectionError(ReplyCode.NOT_ALLOWED, "vhost " + name + " not found");
            }
            return planner.get();
        };
        control.submit(new Command<>(touches, whileAlive, reply));
    }

    /** Deletes the exclusive queues of a connection that ends; answers how many messages waited in them. */
    public void releaseOwner(Requester owner, Reply<Integer> reply) {
        control.submit(new Command<>(List.of(), () -> queueCommands.deleteOwned(owner), reply));
    }

    /** Answers when all commands submitted before have taken effect. */
    public void barrier(Reply<Void> reply) {
        control.submit(new Command<>(List.of(), () -> Plan.immediate(() -> null), reply));
    }

    /** What queues of this virtual host ask and tell. */
    QueueLifecycle lifecycle() {
        return new QueueLifecycle() {
            @Override
            public void servedItsPurpose(Queue queue) {
                control.submit(new Command<>(
                        List.of(), () -> queueCommands.deleteUnused(queue), new IgnoredReply<>(queue.toString())));
            }

            @Override
            public Route deadLetterRoute(
                    ShortString exchangeName,
                    ShortString routingKey,
                    List<ShortString> furtherKeys,
                    Supplier<FieldTable> headers) {
                Exchange exchange = exchanges.get(exchangeName);
                return exchange == null ? Route.EMPTY : router.route(exchange, routingKey, furtherKeys, headers);
            }

            @Override
            public boolean believesPublishersDeaths() {
                return compatibility.believesPublishersDeaths();
            }
        };
    }

    private List<Object> keys(BindingRequest request) {
        Object destination = request.toQueue() ? queueKey(request.destination()) : exchangeKey(request.destination());
        return List.of(exchangeKey(request.source()), destination);
    }

    private record Key(String vhost, boolean queue, ShortString name) {}

    private Object queueKey(ShortString queueName) {
        return new Key(name, true, queueName);
    }

    private Object exchangeKey(ShortString exchangeName) {
        return new Key(name, false, exchangeName);
    }

    // From here on: the tables, for the definitions thread.

    void define(VhostDefinition newDefinition) {
        definition = newDefinition;
        compatibility = Compatibility.of(newDefinition, compatibilityOfBroker);
    }

    /** Ends it, all queues with it; answers how many messages waited in them. */
    Plan<Integer> delete() {
        Plan<Integer> queuesGone = queueCommands.deleteAll();
        return new Plan<>(
                List.of(),
                () -> {
                    deleted = true;
                    exchanges.values().forEach(holders::removed);
                    return queuesGone.effect().get();
                },
                queuesGone.afterwards());
    }

    /** The queues in which exchanges keep messages. */
    ExchangeHolders holders() {
        return holders;
    }

    /** All queues in which exchanges keep messages, in no particular order. Any thread. */
    public List<Queue> holderQueues() {
        return holders.all();
    }

    /**
     * Gives a new exchange the place where it keeps messages, if it keeps any.
     *
     * @return the first of its ids in the message log; 0 when it keeps none
     */
    int hold(Exchange exchange) {
        int count = ExchangeHolders.storeIds(exchange);
        if (count == 0) {
            return 0;
        }
        int storeId = control.store().nextQueueIds(count);
        holders.hold(exchange, storeId, factory.nextHome());
        return storeId;
    }

    Queue newQueue(QueueSettings settings, HomeLoop home) {
        return queueCommands.create(settings, home);
    }

    QueueRules rulesFor(QueueSettings settings) {
        return policies.rulesFor(settings);
    }

    DeduplicationRules deduplicationFor(Exchange exchange) {
        return policies.deduplicationFor(exchange);
    }

    StreamLimits streamLimitsFor(QueueSettings settings) {
        return policies.streamLimitsFor(settings);
    }

    /** From now on these policies hold and no others. */
    void usePolicies(Policies next) {
        policies.change(next, queues.values(), exchanges.values());
        routesChanged();
    }

    ControlPlane control() {
        return control;
    }

    BindingTable bindings() {
        return bindings;
    }

    void put(Exchange exchange) {
        policies.applyTo(exchange);
        exchanges.put(exchange.name(), exchange);
        routesChanged();
    }

    void put(Queue queue) {
        queues.put(queue.name(), queue);
        routesChanged();
        if (queue.expiresUnused()) {
            // From now on it can be used: the time begins.
            queue.home().execute(queue::used);
        }
    }

    void remove(Exchange exchange) {
        exchanges.remove(exchange.name(), exchange);
        bindings.removeExchange(exchange);
        routesChanged();
        holders.removed(exchange);
    }

    void remove(Queue queue) {
        queues.remove(queue.name(), queue);
        bindings.removeQueue(queue);
        routesChanged();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the definitions thread alone
    void routesChanged() {
        routingVersion++;
    }
}
