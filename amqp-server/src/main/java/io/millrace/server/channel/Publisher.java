package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.Content;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ConfirmMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.method.TxMethod;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.Envelope;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.RefusalListener;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.MessageProperties;
import io.millrace.server.routing.Route;
import io.millrace.server.security.AccessRight;
import io.millrace.server.vhost.VirtualHost;
import java.util.List;
import java.util.function.Supplier;

/** The publishing half of a channel: routes messages, returns what cannot be routed, confirms or commits. */
final class Publisher {
    /** With the line break that RabbitMQ has in it. */
    private static final String QUEUE_GONE =
            "failed to deliver message: {not_found,\n" + " ".repeat(31) + "{resource,<<\"%s\">>,queue,<<\"%s\">>}}";

    private static final ShortString NO_ROUTE_TEXT = ShortString.of("NO_ROUTE");

    private final Channel channel;
    private final ChannelHost host;
    private final LoopCounters counters;
    private final PropertyInspection inspection;
    private final Firehose firehose;
    private ConfirmWindow confirms;
    private Transaction transaction;

    private boolean publishing;
    private int received;
    private int receivedConfirm;
    private int routed;

    /** @param replyAddress where direct replies to this channel go; gives null while it does not consume them */
    Publisher(Channel channel, ChannelHost host, Firehose firehose, Supplier<ShortString> replyAddress) {
        this.channel = channel;
        this.host = host;
        this.firehose = firehose;
        this.inspection = new PropertyInspection(host.user(), replyAddress);
        this.counters = host.loop().counters();
    }

    /** A complete publish arrived. */
    void publish(BasicMethod.Publish method, Content arrived) {
        if (method.immediate()) {
            throw new ConnectionError(ReplyCode.NOT_IMPLEMENTED, "immediate=true");
        }
        Route route = routeOf(method, arrived);
        PropertyInspection.Inspected inspected =
                arrived.hasAny(PropertyInspection.FLAGS) ? inspection.inspect(arrived) : null;
        if (inspected == null) {
            accept(method, arrived, route, null);
        } else {
            List<ShortString> extraKeys = inspected.extraKeys();
            if (inspected.content() != arrived) {
                arrived.release();
            }
            Route extended = extraKeys == null ? route : routeOf(method, arrived, extraKeys);
            accept(method, inspected.content(), extended, inspected.envelope());
        }
    }

    private void accept(BasicMethod.Publish method, Content content, Route route, Envelope envelope) {
        channel.touch();
        if (!publishing) {
            publishing = true;
            host.publishers(1);
        }
        received++;
        counters.addMessageSize(content.bodyLength());
        if (transaction != null) {
            transaction.published(new Transaction.Published(method, content.detach(), route, envelope));
            return;
        }
        if (confirms == null) {
            send(message(method, content, route, envelope), method, route, null, 0);
            return;
        }
        send(message(method, content, route, envelope), method, route, confirms, confirms.nextTag());
        receivedConfirm++;
        confirms.published();
    }

    /** Its time to live begins now. */
    private Message message(BasicMethod.Publish method, Content content, Route route, Envelope envelope) {
        Envelope stamped = envelope != null && envelope.hasTtl()
                ? envelope.arrivingAt(host.loop().currentTimeMillis())
                : envelope;
        boolean releasedByQueue = stamped == null && route.size() == 1 && ((Queue) route.get(0)).releasesContents();
        Content kept = releasedByQueue ? content : content.detach();
        return new Message(method.exchange(), method.routingKey(), kept, route.size() > 1, stamped);
    }

    private void send(Message message, BasicMethod.Publish method, Route route, RefusalListener refusals, long tag) {
        if (!firehose.isOff()) {
            firehose.published(message, route);
        }
        int destinations = route.size();
        if (destinations == route.asides()) {
            unroutable(method, message);
        }
        routed += destinations - route.asides();
        PublishOutbox outbox = host.outbox();
        for (int i = 0; i < destinations; i++) {
            outbox.add((Queue) route.get(i), message, refusals, tag);
        }
    }

    private void unroutable(BasicMethod.Publish method, Message message) {
        if (method.mandatory() && !isReply(method)) {
            counters.add(BrokerCounter.UNROUTABLE_RETURNED, 1);
            host.outbound().returned(channel.number(), ReplyCode.NO_ROUTE.code(), NO_ROUTE_TEXT, message);
            host.outbound().flushSoon();
        } else {
            counters.add(BrokerCounter.UNROUTABLE_DROPPED, 1);
        }
    }

    /** A reply counts as delivered even when nobody waits for it any more. */
    private boolean isReply(BasicMethod.Publish method) {
        return method.exchange().isEmpty() && host.virtualHost().replies().isIssued(method.routingKey());
    }

    /**
     * Where the message goes. A route that is known passed all checks when it was found, and is forgotten when
     * permissions change.
     */
    private Route routeOf(BasicMethod.Publish method, Content content) {
        Route known = host.routes().lookup(method.exchange(), method.routingKey());
        if (known != null) {
            return known;
        }
        return routeOf(method, content, null);
    }

    private Route routeOf(BasicMethod.Publish method, Content content, List<ShortString> extraKeys) {
        host.access().checkExchange(AccessRight.WRITE, method.exchange());
        Exchange exchange = host.virtualHost().requireExchange(method.exchange());
        if (exchange.internal()) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    "cannot publish to internal " + host.virtualHost().describe(exchange));
        }
        if (exchange.isTopic()) {
            checkTopics(exchange, method.routingKey(), extraKeys);
        }
        MessageProperties message = content::properties;
        return host.routes().route(exchange, method.routingKey(), extraKeys, message);
    }

    private void checkTopics(Exchange exchange, ShortString routingKey, List<ShortString> extraKeys) {
        host.access().checkTopic(AccessRight.WRITE, exchange.name(), routingKey);
        if (extraKeys != null) {
            for (ShortString extraKey : extraKeys) {
                host.access().checkTopic(AccessRight.WRITE, exchange.name(), extraKey);
            }
        }
    }

    void confirmSelect(ConfirmMethod.Select method) {
        if (transaction != null) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, "cannot switch from tx to confirm mode");
        }
        if (confirms == null) {
            // What was published before is not confirmed: it must not share a stretch with what comes now.
            host.outbox().flush();
            confirms = new ConfirmWindow(channel.number(), host.outbound(), host.outbox(), counters);
        }
        if (!method.nowait()) {
            channel.send(new ConfirmMethod.SelectOk());
        }
    }

    void txSelect(Settlements settlements) {
        if (confirms != null) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, "cannot switch from confirm to tx mode");
        }
        if (transaction == null) {
            transaction = new Transaction();
            settlements.begin(transaction);
        }
        channel.send(new TxMethod.SelectOk());
    }

    /** Publishes first, then settles, and answers when everything that had to be durable is. */
    void txCommit(Method method, Settlements settlements) {
        requireTransaction();
        // What other channels of this connection published before is none of this commit's business.
        host.outbox().flush();
        Transaction.Refusals refusals = new Transaction.Refusals();
        boolean needsQueues = host.virtualHost().compatibility().commitNeedsQueues();
        for (Transaction.Published published : transaction.takePublished()) {
            if (needsQueues) {
                requireQueues(published.route());
            }
            Message message = message(published.method(), published.content(), published.route(), published.envelope());
            send(message, published.method(), published.route(), refusals, 0);
        }
        for (Transaction.Settled settled : transaction.takeSettled()) {
            settlements.commit(settled);
        }
        channel.awaitPublished(method, nothing -> {
            refusals.check();
            channel.send(new TxMethod.CommitOk());
        });
    }

    /** A commit that lost a message without a word would be a lie. */
    private void requireQueues(Route route) {
        VirtualHost virtualHost = host.virtualHost();
        for (int i = 0; i < route.size(); i++) {
            ShortString name = route.get(i).name();
            boolean isHolder = ((Queue) route.get(i)).kind().isHolder();
            if (!isHolder
                    && virtualHost.findQueue(name) != route.get(i)
                    && !virtualHost.replies().isIssued(name)) {
                throw new ConnectionError(
                        ReplyCode.RESOURCE_ERROR, QUEUE_GONE.formatted(virtualHost.name(), name.toString()));
            }
        }
    }

    void txRollback() {
        requireTransaction();
        transaction.rollback(channel.unacked());
        channel.send(new TxMethod.RollbackOk());
    }

    boolean isConfirming() {
        return confirms != null;
    }

    /** Whether some of what it published is not confirmed yet. */
    boolean awaitsConfirms() {
        return confirms != null && confirms.isPending();
    }

    boolean isTransactional() {
        return transaction != null;
    }

    private void requireTransaction() {
        if (transaction == null) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, "channel is not transactional");
        }
    }

    void endCycle() {
        counters.add(BrokerCounter.RECEIVED, received);
        counters.add(BrokerCounter.ROUTED, routed);
        if (receivedConfirm != 0) {
            counters.add(BrokerCounter.RECEIVED_CONFIRM, receivedConfirm);
        }
        received = 0;
        receivedConfirm = 0;
        routed = 0;
    }

    void close() {
        if (confirms != null) {
            confirms.close();
        }
        if (publishing) {
            host.publishers(-1);
        }
    }
}
