package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A consumer that keeps what it is given until the test asks for it. */
final class Inbox extends DefaultConsumer {
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> cancelled = new CompletableFuture<>();

    private String tag;

    private Inbox(Channel channel) {
        super(channel);
    }

    /** The consumer's tag. {@link #getConsumerTag} has it only when a thread of the client's has got to that. */
    String tag() {
        return tag;
    }

    /** A consumer that acknowledges when the test does. */
    static Inbox open(Channel channel, String queue) throws IOException {
        Inbox inbox = new Inbox(channel);
        inbox.tag = channel.basicConsume(queue, false, inbox);
        return inbox;
    }

    /** A consumer that acknowledges when the test does, with arguments. */
    static Inbox open(Channel channel, String queue, Map<String, Object> arguments) throws IOException {
        Inbox inbox = new Inbox(channel);
        inbox.tag = channel.basicConsume(queue, false, arguments, inbox);
        return inbox;
    }

    /** A consumer that need not acknowledge. */
    static Inbox openAutoAck(Channel channel, String queue) throws IOException {
        Inbox inbox = new Inbox(channel);
        inbox.tag = channel.basicConsume(queue, true, inbox);
        return inbox;
    }

    /** The next delivery; waits for it. */
    Delivery next() throws InterruptedException {
        Delivery delivery = deliveries.poll(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (delivery == null) {
            throw new AssertionError("no delivery within " + Settings.PATIENCE);
        }
        return delivery;
    }

    /** The next delivery; null when none comes within a moment. */
    Delivery nextWithin(long millis) throws InterruptedException {
        return deliveries.poll(millis, TimeUnit.MILLISECONDS);
    }

    String nextText() throws InterruptedException {
        return Client.text(next().getBody());
    }

    List<String> texts(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(nextText());
        }
        return texts;
    }

    /** What has arrived and was not taken. To be asked after {@link Client#settle}. */
    int size() {
        return deliveries.size();
    }

    void ack(Delivery delivery) throws IOException {
        getChannel().basicAck(delivery.getEnvelope().getDeliveryTag(), false);
    }

    /** Waits until the broker cancels this consumer and returns its tag. */
    String awaitCancel() throws Exception {
        return cancelled.get(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handleDelivery(String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        deliveries.add(new Delivery(envelope, properties, body));
    }

    @Override
    public void handleCancel(String consumerTag) {
        cancelled.complete(consumerTag);
    }
}
