package io.millrace.server.channel;

import io.millrace.codec.DeliveryWriter;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.ConsumerSink;
import io.millrace.server.queue.DeliveryBatch;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.PrefetchWindow;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueConsumer;
import io.millrace.server.queue.SettleBatch;
import io.millrace.server.queue.SettleBatch.Outcome;

/**
 * A consumer as its channel sees it: gathers what its client settles into one batch a read cycle. Lives on the
 * connection's loop. What {@code basic.get} fetched belongs to one of these, too, which never gets deliveries.
 */
final class Consumer implements ConsumerSink {
    private final Channel channel;
    private final ChannelHost host;
    private final QueueConsumer queueConsumer;
    private final DeliveryWriter writer;
    private final int prefetch;
    private SettleBatch settling;
    /** How many deliveries were settled at once the last time: the next batch gets room for as many. */
    private int expectedSettled;

    private boolean gone;

    /** A consumer that {@code basic.consume} made. */
    Consumer(
            Channel channel,
            ChannelHost host,
            Queue queue,
            ShortString tag,
            boolean automaticAck,
            boolean exclusive,
            int prefetch,
            PrefetchWindow window,
            long priority) {
        this.channel = channel;
        this.host = host;
        this.queueConsumer = new QueueConsumer(queue, this, tag, automaticAck, exclusive, prefetch, window, priority);
        this.writer = new DeliveryWriter(channel.number(), tag);
        this.prefetch = prefetch;
    }

    /** What stands for {@code basic.get} on this queue. */
    Consumer(Channel channel, ChannelHost host, Queue queue) {
        this.channel = channel;
        this.host = host;
        this.queueConsumer = queue.getter();
        this.writer = null;
        this.prefetch = 0;
    }

    QueueConsumer queueConsumer() {
        return queueConsumer;
    }

    /** Writes its deliveries. */
    DeliveryWriter writer() {
        return writer;
    }

    Queue queue() {
        return queueConsumer.queue();
    }

    ShortString tag() {
        return queueConsumer.tag();
    }

    ConsumerView view() {
        return new ConsumerView(
                queue().name().toString(),
                tag().toString(),
                !queueConsumer.automaticAck(),
                queueConsumer.exclusive(),
                prefetch);
    }

    /** It gets no further deliveries; what it has it may still settle. */
    void leaves() {
        gone = true;
    }

    /** Whether it gets no further deliveries. */
    boolean isGone() {
        return gone;
    }

    /** Whether its deliveries count against the channel's window. */
    boolean countsInWindow() {
        return queueConsumer.sink() != null;
    }

    /** Adds a delivery to what goes back to the queue at the end of the read cycle. */
    void settle(Outcome outcome, Message message, long sequence) {
        if (settling != null && settling.outcome() != outcome) {
            handOverSettled();
        }
        if (settling == null) {
            settling = new SettleBatch(queueConsumer, outcome, expectedSettled);
            channel.hasSettled(this);
        }
        settling.add(message, sequence);
    }

    /** Hands over what was gathered. */
    void handOverSettled() {
        SettleBatch batch = settling;
        settling = null;
        if (batch != null) {
            expectedSettled = batch.count() + batch.count() / 8;
            batch.handOver();
        }
    }

    /** Asks the queue to go on, if it stopped because the socket or the window was full. */
    void resumeIfParked() {
        if (queueConsumer.isParked()) {
            Queue queue = queue();
            queue.home().run(() -> queue.resume(queueConsumer));
        }
    }

    @Override
    public HomeLoop loop() {
        return host.loop();
    }

    @Override
    public boolean isWritable() {
        return host.outbound().isWritable();
    }

    @Override
    public void handedOver(long bytes) {
        host.outbound().handedOver(bytes);
    }

    @Override
    public void deliver(DeliveryBatch batch) {
        if (host.outbound().received(batch.bytes())) {
            host.writable();
        }
        channel.deliver(this, batch);
    }

    @Override
    public void cancelledByQueue(QueueConsumer consumer) {
        channel.cancelledByQueue(this);
    }
}
