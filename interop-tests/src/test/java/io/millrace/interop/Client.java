package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A test's way to the broker: connections, names nobody else uses, and the deletion of what it declared. */
final class Client implements AutoCloseable {
    private final ConnectionFactory factory;
    private final String prefix = "interop-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private final List<Connection> connections = new ArrayList<>();
    private final List<String> queues = new ArrayList<>();
    private final List<String> exchanges = new ArrayList<>();
    private int names;
    private Connection own;

    Client(ConnectionFactory factory) {
        this.factory = factory;
    }

    /** A new connection, closed when the test ends. */
    Connection connect() throws IOException, TimeoutException {
        return connect(settings -> {});
    }

    /** A new connection with other settings than the default ones. */
    Connection connect(Consumer<ConnectionFactory> settings) throws IOException, TimeoutException {
        ConnectionFactory changed = factory.clone();
        settings.accept(changed);
        Connection connection = changed.newConnection();
        connections.add(connection);
        return connection;
    }

    /** A new channel on a connection that the test does not get to close. */
    Channel channel() throws IOException, TimeoutException {
        if (own == null) {
            own = connect();
        }
        return own.createChannel();
    }

    /** The address for clients in other languages. */
    String uri() {
        return "amqp://%s:%s@%s:%d"
                .formatted(factory.getUsername(), factory.getPassword(), factory.getHost(), factory.getPort());
    }

    int port() {
        return factory.getPort();
    }

    /** A name nobody else uses. What is declared by it must be deleted by the test, or be exclusive. */
    String name() {
        return prefix + ++names;
    }

    /** A durable queue of its own, deleted when the test ends. */
    String queue() throws IOException, TimeoutException {
        return queue(Map.of());
    }

    String queue(Map<String, Object> arguments) throws IOException, TimeoutException {
        String name = deletedLaterQueue();
        once(channel -> channel.queueDeclare(name, true, false, false, arguments));
        return name;
    }

    /** The name of a queue that the test declares, and that is deleted when the test ends. */
    String deletedLaterQueue() {
        String name = name();
        queues.add(name);
        return name;
    }

    /** A durable exchange of its own, deleted when the test ends. */
    String exchange(String type) throws IOException, TimeoutException {
        return exchange(type, Map.of());
    }

    String exchange(String type, Map<String, Object> arguments) throws IOException, TimeoutException {
        String name = deletedLaterExchange();
        once(channel -> channel.exchangeDeclare(name, type, true, false, arguments));
        return name;
    }

    /** The name of an exchange that the test declares, and that is deleted when the test ends. */
    String deletedLaterExchange() {
        String name = name();
        exchanges.add(name);
        return name;
    }

    /** Publishes persistent messages and returns when all are confirmed, that is: in their queues. */
    void publish(String exchange, String routingKey, String... bodies) throws Exception {
        for (String body : bodies) {
            publish(exchange, routingKey, MessageProperties.PERSISTENT_BASIC, body);
        }
    }

    void publish(String exchange, String routingKey, AMQP.BasicProperties properties, String body) throws Exception {
        try (Channel channel = channel()) {
            channel.confirmSelect();
            channel.basicPublish(exchange, routingKey, properties, octets(body));
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
        }
    }

    /** Takes everything that is ready in a queue, acknowledged, in order. */
    List<String> drain(String queue) throws Exception {
        List<String> bodies = new ArrayList<>();
        try (Channel channel = channel()) {
            for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
                bodies.add(text(got.getBody()));
            }
        }
        return bodies;
    }

    /**
     * Returns when a queue has this many messages ready. What a closed channel held by basic.get comes back some time
     * after close-ok in RabbitMQ.
     */
    void awaitReady(String queue, long count) throws Exception {
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        try (Channel channel = channel()) {
            long ready = channel.messageCount(queue);
            for (; ready != count; ready = channel.messageCount(queue)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(queue + " has " + ready + " messages ready, expected " + count);
                }
            }
        }
    }

    /**
     * Returns when what the queue has sent to consumers of the channel so far has been handed to them. The first call
     * passes the queue, the second everything the broker had in hand for the channel, and the client hands the answer
     * to the consumer behind all deliveries before it.
     */
    static void settle(Channel channel, String queue) throws Exception {
        channel.queueDeclarePassive(queue);
        String fence = channel.queueDeclare().getQueue();
        CountDownLatch passed = new CountDownLatch(1);
        String tag = channel.basicConsume(fence, true, new DefaultConsumer(channel) {
            @Override
            public void handleConsumeOk(String consumerTag) {
                passed.countDown();
            }
        });
        if (!passed.await(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("no consume-ok for the fence");
        }
        channel.basicCancel(tag);
        channel.queueDelete(fence);
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException, TimeoutException {
        for (Connection connection : connections) {
            connection.abort();
        }
        if (queues.isEmpty() && exchanges.isEmpty()) {
            return;
        }
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            for (String exchange : exchanges) {
                channel.exchangeDelete(exchange);
            }
            for (String queue : queues) {
                channel.queueDelete(queue);
            }
        }
    }

    private void once(ChannelUse use) throws IOException, TimeoutException {
        try (Channel channel = channel()) {
            use.with(channel);
        }
    }

    private interface ChannelUse {
        void with(Channel channel) throws IOException;
    }
}
