package io.millrace.server.channel;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.GetRequest;
import io.millrace.server.queue.PrefetchWindow;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueConsumer;
import io.millrace.server.queue.QueueRules;
import io.millrace.server.queue.StreamQueue;
import io.millrace.server.vhost.ConsumerArguments;
import io.millrace.server.vhost.GeneratedName;
import io.millrace.server.vhost.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The consumers of a channel: {@code basic.consume}, {@code cancel}, {@code get} and {@code qos}. */
final class Consumers {
    private static final String TAG_PREFIX = "amq.ctag-";

    private final Channel channel;
    private final ChannelHost host;
    private final Firehose firehose;
    private final PrefetchWindow window = new PrefetchWindow();
    private final Map<ShortString, Consumer> byTag = new HashMap<>();
    /** What {@code basic.get} fetched is settled through one of these for each queue. */
    private final IdentityHashMap<Queue, Consumer> getters = new IdentityHashMap<>();

    private int prefetch;
    private int turns;
    /** Takes the direct replies to this channel; null while it does not consume them. */
    private Queue replyQueue;

    Consumers(Channel channel, ChannelHost host, Firehose firehose) {
        this.channel = channel;
        this.host = host;
        this.firehose = firehose;
        if (host.defaultPrefetchGlobal()) {
            window.limit(host.defaultPrefetch());
        } else {
            prefetch = host.defaultPrefetch();
        }
    }

    int prefetch() {
        return prefetch;
    }

    List<ConsumerView> views() {
        List<ConsumerView> views = new ArrayList<>();
        for (Consumer consumer : byTag.values()) {
            views.add(consumer.view());
        }
        return views;
    }

    void qos(BasicMethod.Qos method) {
        if (method.prefetchSize() != 0) {
            throw new ConnectionError(ReplyCode.NOT_IMPLEMENTED, "prefetch_size!=0 (" + method.prefetchSize() + ")");
        }
        // The answer before the deliveries that it allows: clients that wait for it may handle those at once, inside.
        channel.send(new BasicMethod.QosOk());
        if (method.global()) {
            window.limit(method.prefetchCount());
            resumeParked();
        } else {
            prefetch = method.prefetchCount();
        }
    }

    /** @param tag the answer of {@link #tagFor}, which comes before anything that may be wrong with the queue */
    void consume(BasicMethod.Consume method, ShortString tag, Queue queue) {
        ConsumerArguments.check(method.arguments(), queue, host.virtualHost().compatibility());
        if (queue instanceof StreamQueue) {
            StreamMethods.checkConsume(method, queue, prefetch != 0 || window.isLimited());
        }
        long priority = ConsumerArguments.priority(method.arguments());
        Consumer consumer = new Consumer(
                channel, host, queue, tag, method.noAck(), isExclusive(method, queue), prefetch, window, priority);
        // Known before the queue knows it: if the connection ends meanwhile, the queue is told so behind its adding.
        byTag.put(tag, consumer);
        if (queue.kind().quorum() && !method.noAck()) {
            limitTime(consumer, ConsumerArguments.timeoutMillis(method.arguments()));
        }
        channel.<Void>await(
                method, reply -> queue.home().run(() -> add(consumer, method.arguments(), reply)), nothing -> {
                    if (!method.nowait()) {
                        channel.send(new BasicMethod.ConsumeOk(tag));
                    }
                });
    }

    /** {@code basic.consume} of the pseudo-queue: the channel gets an address for direct replies. */
    void consumeReplies(BasicMethod.Consume method) {
        if (replyQueue != null) {
            throw refused("reply consumer already set");
        }
        ShortString tag = tagFor(method);
        if (!method.noAck()) {
            throw refused("reply consumer cannot acknowledge");
        }
        replyQueue = host.virtualHost().replies().open(host);
        Consumer consumer = new Consumer(channel, host, replyQueue, tag, true, false, 0, window, 0);
        replyQueue.addConsumer(consumer.queueConsumer());
        byTag.put(tag, consumer);
        if (!method.nowait()) {
            channel.send(new BasicMethod.ConsumeOk(tag));
        }
    }

    private Consumer newGetter(Queue queue) {
        Consumer getter = new Consumer(channel, host, queue);
        if (queue.kind().quorum()) {
            limitTime(getter, QueueRules.UNSET);
        }
        return getter;
    }

    /** @param own the limit that the consumer asks for, or {@link QueueRules#UNSET} */
    private void limitTime(Consumer consumer, long own) {
        new AcknowledgementTimeout(channel, host.loop(), consumer, () -> timeoutMillis(own, consumer.queue())).start();
    }

    private long timeoutMillis(long own, Queue queue) {
        if (own != QueueRules.UNSET) {
            return own;
        }
        long ofQueue = queue.consumerTimeoutMillis();
        return ofQueue == QueueRules.UNSET ? host.consumerTimeoutMillis() : ofQueue;
    }

    /** @throws ChannelError PRECONDITION_FAILED when this is the address of direct replies to somebody */
    void refuseReplies(ShortString queueName) {
        if (host.virtualHost().replies().isIssued(queueName)) {
            boolean own = queueName.equals(replyAddress());
            throw refused((own ? "multiple consumers are unsupported for " : "only creator channel may consume from ")
                    + host.virtualHost().describeQueue(queueName));
        }
    }

    private static ChannelError refused(String text) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text);
    }

    /** Where direct replies to this channel go; null while it does not consume them. */
    ShortString replyAddress() {
        return replyQueue == null ? null : replyQueue.name();
    }

    private void closeReplies() {
        if (replyQueue != null) {
            host.virtualHost().replies().close(replyQueue);
            replyQueue = null;
        }
    }

    /**
     * The tag that a new consumer gets.
     *
     * @throws ConnectionError NOT_ALLOWED when the channel has a consumer of that tag, or as many as it may
     */
    ShortString tagFor(BasicMethod.Consume method) {
        if (byTag.size() >= host.consumersMax()) {
            throw new ConnectionError(
                    ReplyCode.NOT_ALLOWED, "reached maximum (" + host.consumersMax() + ") of consumers per channel");
        }
        ShortString tag = method.consumerTag();
        if (tag.isEmpty()) {
            return GeneratedName.withPrefix(TAG_PREFIX);
        }
        if (byTag.containsKey(tag)) {
            throw new ConnectionError(ReplyCode.NOT_ALLOWED, "attempt to reuse consumer tag '" + tag + "'");
        }
        return tag;
    }

    /** Nobody takes anything from others by consuming a stream. */
    private static boolean isExclusive(BasicMethod.Consume method, Queue queue) {
        return method.exclusive() && !(queue instanceof StreamQueue);
    }

    /** On the queue's loop: the answer is on its way before the first delivery is. */
    private static void add(Consumer consumer, FieldTable arguments, Reply<Void> reply) {
        Queue queue = consumer.queue();
        try {
            if (queue instanceof StreamQueue stream) {
                stream.addConsumer(consumer.queueConsumer(), ConsumerArguments.subscription(arguments, consumer.tag()));
            } else {
                queue.addConsumer(consumer.queueConsumer());
            }
        } catch (AmqpException e) {
            reply.failed(e);
            return;
        }
        reply.succeeded(null);
        queue.dispatch();
    }

    void cancel(BasicMethod.Cancel method) {
        Consumer consumer = byTag.remove(method.consumerTag());
        if (consumer == null) {
            cancelOk(method);
            return;
        }
        consumer.leaves();
        Queue queue = consumer.queue();
        if (queue == replyQueue) {
            closeReplies();
        }
        channel.<Void>await(
                method,
                reply -> queue.home().run(() -> {
                    queue.removeConsumer(consumer.queueConsumer());
                    if (queue.settings().autoDelete()) {
                        // It may have been the last one: answer when the queue is gone.
                        host.virtualHost().barrier(reply);
                    } else {
                        reply.succeeded(null);
                    }
                }),
                nothing -> cancelOk(method));
    }

    private void cancelOk(BasicMethod.Cancel method) {
        if (!method.nowait()) {
            channel.send(new BasicMethod.CancelOk(method.consumerTag()));
        }
    }

    void get(BasicMethod.Get method, Queue queue) {
        queue.checkGet();
        channel.<GetRequest>await(
                method,
                reply -> new GetRequest(queue, method.noAck(), host.loop(), reply::succeeded).send(),
                new Got());
    }

    /** Answers {@code basic.recover}; behind what streams deliver in place of the recovered, as RabbitMQ does. */
    void recovered(BasicMethod.Recover method) {
        List<Queue> streams = new ArrayList<>();
        for (Consumer consumer : byTag.values()) {
            if (consumer.queue() instanceof StreamQueue) {
                streams.add(consumer.queue());
            }
        }
        if (streams.isEmpty()) {
            channel.send(new BasicMethod.RecoverOk());
        } else {
            channel.change(
                    method,
                    false,
                    new BasicMethod.RecoverOk(),
                    reply -> StreamMethods.visit(streams.iterator(), () -> reply.succeeded(null)));
        }
    }

    /** A fetched message is the channel's to settle, or goes back when there is no channel any more. */
    private final class Got implements Pending.Done<GetRequest> {
        @Override
        public void with(GetRequest request) {
            got(request);
        }

        @Override
        public void abandoned(GetRequest request) {
            request.giveBack();
        }
    }

    private void got(GetRequest request) {
        if (request.message() == null) {
            channel.send(new BasicMethod.GetEmpty(ShortString.EMPTY));
            return;
        }
        long deliveryTag = channel.nextDeliveryTag();
        host.outbound()
                .getOk(channel.number(), deliveryTag, request.redelivered(), request.remaining(), request.message());
        if (!firehose.isOff()) {
            firehose.delivered(request.queue(), request.message(), request.redelivered());
        }
        if (!request.automaticAck()) {
            Consumer getter = getters.computeIfAbsent(request.queue(), this::newGetter);
            channel.unacked().add(deliveryTag, getter, request.message(), request.sequence());
        } else {
            request.message().release();
        }
    }

    /** The queue cancelled the consumer; false when the channel had forgotten it already. */
    boolean forget(Consumer consumer) {
        consumer.leaves();
        return byTag.remove(consumer.tag(), consumer);
    }

    /** Ends a consumer without its client asking for it; false when the channel has no such one. */
    boolean expel(Consumer consumer) {
        boolean known = forget(consumer);
        if (known) {
            leaveQueue(consumer);
        }
        return known;
    }

    /** The queues that may go when these consumers do. */
    List<Queue> autoDeleteQueues() {
        List<Queue> queues = new ArrayList<>();
        for (Consumer consumer : byTag.values()) {
            if (consumer.queue().settings().autoDelete()) {
                queues.add(consumer.queue());
            }
        }
        return queues;
    }

    /** Takes all consumers from their queues. */
    void removeAll() {
        closeReplies();
        byTag.values().forEach(Consumers::giveBack);
        byTag.clear();
        getters.clear();
    }

    private static void giveBack(Consumer consumer) {
        QueueConsumer queueConsumer = consumer.queueConsumer();
        consumer.queue().home().run(queueConsumer::givesBack);
        leaveQueue(consumer);
    }

    private static void leaveQueue(Consumer consumer) {
        QueueConsumer queueConsumer = consumer.queueConsumer();
        Queue queue = consumer.queue();
        queue.home().run(() -> queue.removeConsumer(queueConsumer));
    }

    /** Cancels those whose queue the user may no longer read from. */
    void cancelUnreadable() {
        for (Consumer consumer : List.copyOf(byTag.values())) {
            if (!host.access().mayRead(consumer.queue().name())) {
                leaveQueue(consumer);
                channel.cancelledByQueue(consumer);
            }
        }
    }

    void releaseWindow(int places) {
        if (places != 0) {
            window.release(places);
        }
    }

    void resumeIfLimited() {
        if (window.isLimited()) {
            resumeParked();
        }
    }

    /** Has the queues go on that stopped because the socket or the window was full. */
    void resumeParked() {
        if (byTag.isEmpty()) {
            return;
        }
        // A copy: a queue on this loop may cancel a consumer while it goes on.
        List<Consumer> consumers = new ArrayList<>(byTag.values());
        // Another one is first each time, or the others would never get the one place that is free.
        Collections.rotate(consumers, turns);
        turns = (turns + 1) % consumers.size();
        for (Consumer consumer : consumers) {
            consumer.resumeIfParked();
        }
    }
}
