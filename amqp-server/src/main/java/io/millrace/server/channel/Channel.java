package io.millrace.server.channel;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.Content;
import io.millrace.codec.ContentReleases;
import io.millrace.codec.DeliveryWriter;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.ChannelMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.DeliveryBatch;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.SettleBatch.Outcome;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * One channel of a connection: its frames in the order they arrive, its deliveries in the order they are handed over.
 * Everything here runs on the connection's loop.
 *
 * <p>While a method waits for another thread (a declare that must become durable, a queue on another loop), the channel
 * is busy: frames that arrive meanwhile are kept ({@link DeferredFrames}) and handled afterwards, so that answers come
 * in the order of the methods while the other channels of the connection go on.
 */
public final class Channel {
    private enum State {
        NEW,
        OPEN,
        /** The server has closed it and waits for the client's close-ok; everything else is ignored. */
        CLOSING,
        CLOSED
    }

    private final int number;
    private final ChannelHost host;
    private final ContentAssembler assembler;
    /** What arrived while the channel was busy, behind what is held. */
    private final DeferredFrames deferred = new DeferredFrames();

    private final HeldFrames held = new HeldFrames();
    private final Unacked unacked = new Unacked();
    private final Firehose firehose;
    private final Consumers consumers;
    private final Publisher publisher;
    private final Settlements settlements;
    private final MethodDispatch methods;
    private final ContentReleases releases = new ContentReleases();
    private final List<Consumer> settled = new ArrayList<>();

    private State state = State.NEW;
    private boolean busy;
    /** Publishers are blocked. */
    private boolean blocked;
    /** Either of these: a frame is not simply executed. */
    private boolean diverted;
    /** A method that waits is being started right now: if it completes at once, nothing was deferred. */
    private boolean starting;

    private boolean touched;
    private long lastDeliveryTag;

    public Channel(int number, ChannelHost host) {
        this.number = number;
        this.host = host;
        this.assembler = new ContentAssembler(host.loop().contents());
        this.firehose = new Firehose(number, host);
        this.consumers = new Consumers(this, host, firehose);
        this.publisher = new Publisher(this, host, firehose, consumers::replyAddress);
        this.settlements = new Settlements(unacked);
        this.methods = new MethodDispatch(this, host, publisher, consumers, settlements);
    }

    public int number() {
        return number;
    }

    /** Whether the client has opened it and it is not closed. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether it waits for something; frames are kept meanwhile. */
    public boolean isBusy() {
        return keeps();
    }

    /** Whether the client waits for the confirm of a publish, or for the end of a transaction. */
    public boolean awaitsPublished() {
        return publisher.awaitsConfirms() || (busy && publisher.isTransactional());
    }

    /** A method frame for this channel arrived. */
    public void onMethod(Method method) {
        if (state == State.CLOSING || state == State.CLOSED) {
            whileClosing(method);
        } else if (diverted) {
            divert(method);
        } else {
            execute(method);
        }
    }

    private void divert(Method method) {
        if (busy) {
            host.deferred(deferred.add(method));
        } else if (state == State.OPEN && held.mustWait(method, publisher.isTransactional())) {
            host.deferred(held.add(method));
            host.publishHeld();
        } else {
            execute(method);
        }
    }

    /** A content header frame for this channel arrived. The buffer is borrowed. */
    public void onContentHeader(ByteBuf in, int offset, int length) {
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        if (diverted && keeps()) {
            host.deferred(busy ? deferred.addHeader(in, offset, length) : held.addHeader(in, offset, length));
            return;
        }
        try {
            complete(assembler.header(in, offset, length, host.maxMessageSize()));
        } catch (ChannelError e) {
            if (state == State.NEW) {
                throw expectedOpen().withMethod(e.classId(), e.methodId());
            }
            throw e;
        }
    }

    /** A content body frame for this channel arrived. The buffer is borrowed. */
    public void onContentBody(ByteBuf in, int offset, int length) {
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        if (diverted && keeps()) {
            host.deferred(busy ? deferred.addBody(in, offset, length) : held.addBody(in, offset, length));
            return;
        }
        complete(assembler.body(in, offset, length));
    }

    /** Whether content is kept: all while busy, what belongs to a held publish while blocked. */
    private boolean keeps() {
        return busy || !held.isEmpty();
    }

    private void execute(Method method) {
        assembler.checkMethodExpected();
        if (method instanceof BasicMethod.Publish publish) {
            assembler.begin(publish);
            return;
        }
        if (method instanceof ChannelMethod.Open) {
            open(method);
            return;
        }
        try {
            requireOpen();
            methods.execute(method);
        } catch (AmqpException e) {
            throw e.withMethod(method.classId(), method.methodId());
        }
    }

    private void complete(Content content) {
        if (content == null) {
            return;
        }
        BasicMethod.Publish publish = assembler.publish();
        try {
            requireOpen();
            publisher.publish(publish, content);
        } catch (AmqpException e) {
            throw e.withMethod(publish.classId(), publish.methodId());
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw expectedOpen();
        }
    }

    private static ConnectionError expectedOpen() {
        return new ConnectionError(ReplyCode.CHANNEL_ERROR, "expected 'channel.open'");
    }

    private void open(Method method) {
        if (state != State.NEW) {
            throw new ConnectionError(
                    ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen", method.classId(), method.methodId());
        }
        host.opened(this);
        state = State.OPEN;
        send(new ChannelMethod.OpenOk(LongString.EMPTY));
    }

    private void whileClosing(Method method) {
        if (method instanceof ChannelMethod.CloseOk) {
            if (state == State.CLOSING) {
                state = State.CLOSED;
                host.closed(this);
            }
        } else if (method instanceof ChannelMethod.Close) {
            send(new ChannelMethod.CloseOk());
        } else if (method instanceof ChannelMethod.Open) {
            throw new ConnectionError(
                    ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen", method.classId(), method.methodId());
        }
    }

    /** Sends a method on this channel. */
    void send(Method method) {
        host.outbound().method(number, method);
    }

    /** The client closes the channel. */
    void closeByClient() {
        List<Queue> served = consumers.autoDeleteQueues();
        release();
        state = State.CLOSED;
        host.closed(this);
        answerClose(served, 0);
    }

    /** Queues that go with their last consumer are gone before the client hears that its channel is closed. */
    private void answerClose(List<Queue> served, int index) {
        if (index == served.size()) {
            send(new ChannelMethod.CloseOk());
            host.outbound().flushSoon();
            return;
        }
        Runnable next = () -> host.loop().run(() -> answerClose(served, index + 1));
        served.get(index).home().run(() -> host.virtualHost().barrier(new AnyReply<>(next)));
    }

    /** Closes the channel for an error: what it held goes back first, then the client is told. */
    public void fail(AmqpException error) {
        release();
        state = State.CLOSING;
        send(new ChannelMethod.Close(
                error.replyCode().code(), ShortString.of(error.replyText()), error.classId(), error.methodId()));
    }

    /** Gives back everything the channel holds: the connection or the channel ends. */
    public void release() {
        if (state != State.OPEN) {
            return;
        }
        host.deferred(held.clear() + deferred.clear());
        consumers.removeAll();
        publisher.close();
        settlements.requeueAll();
        handOverSettled();
        state = State.CLOSED;
    }

    /** A batch of deliveries from a queue. */
    void deliver(Consumer consumer, DeliveryBatch batch) {
        boolean automaticAck = consumer.queueConsumer().automaticAck();
        int count = batch.count();
        if (state != State.OPEN) {
            if (!automaticAck) {
                for (int i = 0; i < count; i++) {
                    consumer.settle(Outcome.REQUEUE_FAILED, batch.message(i), batch.sequence(i));
                }
                handOverSettled();
            }
            return;
        }
        if (!firehose.isOff()) {
            firehose.delivered(consumer.queue(), batch);
        }
        Outbound outbound = host.outbound();
        ShortString tag = consumer.tag();
        DeliveryWriter writer = consumer.writer();
        for (int i = 0; i < count; i++) {
            Message message = batch.message(i);
            long deliveryTag = ++lastDeliveryTag;
            outbound.deliver(writer, tag, deliveryTag, batch.redelivered(i), message);
            if (!automaticAck) {
                unacked.add(deliveryTag, consumer, message, batch.sequence(i));
            } else {
                message.releaseWith(releases);
            }
        }
        releases.flush();
        outbound.flushSoon();
    }

    /** The tag of the next delivery, which the caller sends. */
    long nextDeliveryTag() {
        return ++lastDeliveryTag;
    }

    /** The tag of the latest delivery. */
    long lastDeliveryTag() {
        return lastDeliveryTag;
    }

    Unacked unacked() {
        return unacked;
    }

    /** The consumer has had a delivery for too long: its queue gets all of them back. */
    void timedOut(Consumer consumer) {
        boolean cancels = host.understandsConsumerCancel() && consumers.expel(consumer);
        settlements.takeBack(consumer);
        if (cancels) {
            send(new BasicMethod.Cancel(consumer.tag(), true));
            host.outbound().flushSoon();
        } else {
            // RabbitMQ tells no number either.
            host.failed(
                    this,
                    new ChannelError(
                            ReplyCode.PRECONDITION_FAILED,
                            "delivery acknowledgement on channel " + number
                                    + " timed out. Timeout value used: -1 ms. This timeout value can be configured, see"
                                    + " consumers doc guide to learn more"));
        }
        host.endCycle();
    }

    void cancelledByQueue(Consumer consumer) {
        if (state == State.OPEN && consumers.forget(consumer) && host.understandsConsumerCancel()) {
            send(new BasicMethod.Cancel(consumer.tag(), true));
            host.outbound().flushSoon();
        }
    }

    /** What it looks like now. */
    public ChannelView view() {
        return new ChannelView(
                number,
                unacked.size(),
                consumers.prefetch(),
                publisher.isConfirming(),
                publisher.isTransactional(),
                consumers.views());
    }

    /** Cancels the consumers of queues that the user may no longer read from. */
    public void cancelUnreadable() {
        consumers.cancelUnreadable();
    }

    /** The consumer has settled deliveries to hand over at the end of the read cycle. */
    void hasSettled(Consumer consumer) {
        settled.add(consumer);
        touch();
    }

    /** Has {@link #endCycle} called at the end of the read cycle. */
    void touch() {
        if (!touched) {
            touched = true;
            host.touched(this);
        }
    }

    /** The end of a read cycle in which the channel was touched. */
    public void endCycle() {
        touched = false;
        publisher.endCycle();
        handOverSettled();
    }

    private void handOverSettled() {
        if (settled.isEmpty()) {
            return;
        }
        // Places in the window first, so that the queues find them free when they go on.
        consumers.releaseWindow(settlements.takeWindowPlaces());
        for (int i = 0; i < settled.size(); i++) {
            settled.get(i).handOverSettled();
        }
        settled.clear();
        consumers.resumeIfLimited();
    }

    /** The socket takes more. */
    public void writable() {
        consumers.resumeParked();
    }

    /**
     * Starts something that another thread or loop completes; the channel is busy until it has. What was published and
     * settled before is on its way first.
     */
    <T> void await(Method method, Pending.Start<T> start, Pending.Done<T> done) {
        host.outbox().flush();
        handOverSettled();
        busy(true);
        starting = true;
        start.with(new Pending<>(this, host.loop(), method, done));
        starting = false;
    }

    /** {@link #await} for a method whose answer says nothing but that it is done. */
    void change(Method method, boolean nowait, Method answer, Pending.Start<Void> start) {
        await(method, start, nothing -> {
            if (!nowait) {
                send(answer);
            }
        });
    }

    /** Waits until everything published so far on the connection is settled. */
    void awaitPublished(Method method, Pending.Done<Void> done) {
        busy(true);
        starting = true;
        Pending<Void> pending = new Pending<>(this, host.loop(), method, done);
        host.outbox().await(cycle -> pending.succeeded(null));
        host.outbox().flush();
        handOverSettled();
        starting = false;
    }

    /** What {@link #await} started is complete. */
    <T> void completed(Pending<T> pending) {
        busy(false);
        if (state != State.OPEN) {
            pending.abandon();
            host.idle(this);
            return;
        }
        try {
            pending.finish();
        } catch (AmqpException e) {
            host.failed(this, e);
        }
        if (!starting) {
            replay();
            host.endCycle();
        }
        if (!busy && !starting) {
            host.idle(this);
        }
    }

    private void busy(boolean nowBusy) {
        busy = nowBusy;
        diverted = busy || blocked;
    }

    /**
     * From now on publishes are held, or no longer. The caller ends the cycle, since what was held is published now.
     */
    public void block(boolean nowBlocked) {
        blocked = nowBlocked;
        diverted = busy || blocked;
        replay();
    }

    /** As far as it goes: one of the frames may make the channel busy. */
    private void replay() {
        try {
            while (!busy && !blocked && !held.isEmpty()) {
                host.deferred(-held.firstBytes());
                held.replayFirst(this);
            }
            while (!busy && !deferred.isEmpty()) {
                host.deferred(-deferred.firstBytes());
                deferred.replayFirst(this);
            }
        } catch (AmqpException e) {
            host.failed(this, e);
        }
    }
}
