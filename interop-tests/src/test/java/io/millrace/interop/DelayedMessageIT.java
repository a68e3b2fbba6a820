package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that are routed later, through kills of the broker. */
@Tag("own-broker")
class DelayedMessageIT {
    private static final String EXCHANGE = "later";
    private static final String QUEUE = "due";
    private static final long HOUR = 3_600_000;

    private static Channel declare(Connection connection) throws Exception {
        Channel channel = connection.createChannel();
        channel.exchangeDeclare(EXCHANGE, "x-delayed-message", true, false, Map.of("x-delayed-type", "topic"));
        channel.queueDeclare(QUEUE, true, false, false, Map.of());
        channel.queueBind(QUEUE, EXCHANGE, "order.*");
        channel.confirmSelect();
        return channel;
    }

    private static void publish(Channel channel, String body, Map<String, Object> headers) throws Exception {
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(2)
                .messageId("id-" + body)
                .headers(headers)
                .build();
        channel.basicPublish(EXCHANGE, "order.new", true, properties, Client.octets(body));
    }

    @Test
    void aMessageComesWhenItIsDueAndAtOnceWhenThatIsPast() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("delayed")) {
            try (Connection connection = broker.connectionFactory().newConnection()) {
                Channel channel = declare(connection);
                channel.addReturnListener(returned -> {
                    throw new AssertionError("returned: " + returned.getReplyText());
                });
                publish(channel, "at once", Map.of("x-delay", 0));
                publish(channel, "beyond 32 bits", Map.of("x-delay", 1L << 40));
                publish(channel, "soon", Map.of("x-delay", 500));
                publish(channel, "at a time", Map.of("x-deliver-at", System.currentTimeMillis() + 600));
                channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
                Inbox inbox = Inbox.openAutoAck(channel, QUEUE);
                assertEquals("at once", inbox.nextText());
                Delivery soon = inbox.next();
                assertEquals("soon", Client.text(soon.getBody()));
                assertEquals(-500, soon.getProperties().getHeaders().get("x-delay"));
                assertEquals("at a time", inbox.nextText());

                publish(channel, "due meanwhile", Map.of("x-delay", 1000));
                publish(channel, "cancelled", Map.of("x-delay", "3600000"));
                publish(
                        channel,
                        "by timestamp",
                        Map.of("x-deliver-at", Date.from(Instant.now().plusMillis(HOUR))));
                channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            }
            String cancelled = broker.rabbitmqctl("--silent", "list_delayed_messages", EXCHANGE).stream()
                    .filter(line -> line.contains("id-cancelled"))
                    .findFirst()
                    .orElseThrow()
                    .split("\t", -1)[0];
            assertEquals(List.of(), broker.rabbitmqctl("--silent", "cancel_delayed_message", EXCHANGE, cancelled));
            broker.kill();
            broker.restart();
            try (Connection connection = broker.connectionFactory().newConnection()) {
                Channel channel = connection.createChannel();
                assertEquals("due meanwhile", Inbox.openAutoAck(channel, QUEUE).nextText());
                List<String> left = broker.rabbitmqctl("--silent", "list_delayed_messages", EXCHANGE);
                assertEquals(
                        2, left.stream().filter(line -> line.contains("id-")).count());
                assertTrue(left.stream().anyMatch(line -> line.contains("id-beyond 32 bits")), left::toString);
                assertFalse(left.stream().anyMatch(line -> line.contains("id-cancelled")), left::toString);
                channel.exchangeDelete(EXCHANGE);
                declare(connection);
                left = broker.rabbitmqctl("--silent", "list_delayed_messages", EXCHANGE);
                assertFalse(left.stream().anyMatch(line -> line.contains("id-")), left::toString);
            }
        }
    }

    @Test
    void manyMessagesComeAllAlthoughTheBrokerIsKilled() throws Exception {
        int count = 20_000;
        Random random = new Random(1);
        try (BrokerProcess broker =
                BrokerProcess.start("delayed-many", "--set=queue_memory_messages=500", "--set=log_file_size=1MiB")) {
            try (Connection connection = broker.connectionFactory().newConnection()) {
                Channel channel = declare(connection);
                for (int i = 0; i < count; i++) {
                    publish(channel, Integer.toString(i), Map.of("x-delay", 1 + random.nextInt(8000)));
                }
                channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            }
            broker.kill();
            broker.restart();
            try (Connection connection = broker.connectionFactory().newConnection()) {
                Channel channel = connection.createChannel();
                Inbox inbox = Inbox.openAutoAck(channel, QUEUE);
                TreeSet<String> bodies = new TreeSet<>();
                while (bodies.size() < count) {
                    bodies.add(inbox.nextText());
                }
            }
        }
    }
}
