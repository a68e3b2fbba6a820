package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a queue gives up goes to its dead-letter exchange with its history, and no crash comes between. */
@Tag("own-broker")
class DeadLetterIT {
    private static final int MESSAGES = 3000;

    private static void declare(Channel channel, String type, Map<String, Object> more) throws Exception {
        channel.queueDeclare("target", true, false, false, Map.of("x-queue-type", type));
        Map<String, Object> arguments = new HashMap<>(more);
        arguments.put("x-queue-type", type);
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", "target");
        channel.queueDeclare("source", true, false, false, arguments);
    }

    @Test
    void theHistoryOfAMessageSaysWhereItDiedAndWhy() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("dead-letter")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            declare(channel, "classic", Map.of());
            client.publish("", "source", "m");
            GetResponse got = channel.basicGet("source", false);
            channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
            Delivery letter = Inbox.openAutoAck(channel, "target").next();
            Map<String, Object> headers = letter.getProperties().getHeaders();
            assertEquals("source", headers.get("x-first-death-queue").toString());
            assertEquals("rejected", headers.get("x-last-death-reason").toString());
            Map<?, ?> death = (Map<?, ?>) ((List<?>) headers.get("x-death")).get(0);
            assertEquals(1L, death.get("count"));
            assertEquals("source", death.get("queue").toString());
            assertEquals("[source]", death.get("routing-keys").toString());
        }
    }

    /** As applications of RabbitMQ 3 count their attempts. */
    @Test
    void whereRabbitMq3IsMeantAMessageThatIsPublishedAgainKeepsItsCount() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("dead-letter", "--set", "compatibility.rabbitmq=3")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            declare(channel, "classic", Map.of());
            client.publish("", "source", "m");
            Inbox letters = Inbox.openAutoAck(channel, "target");
            Delivery letter = null;
            for (int attempt = 0; attempt < 3; attempt++) {
                GetResponse got = channel.basicGet("source", false);
                channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
                letter = letters.next();
                client.publish("", "source", letter.getProperties(), "m");
            }
            List<?> deaths = (List<?>) letter.getProperties().getHeaders().get("x-death");
            assertEquals(1, deaths.size());
            assertEquals(3L, ((Map<?, ?>) deaths.get(0)).get("count"));
        }
    }

    /** Killed while messages expire from one queue into the other: each of them is in one of them, or in both. */
    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum"})
    void aKillBetweenTheQueuesLosesNothing(String type) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("dead-letter")) {
            Client before = new Client(broker.connectionFactory());
            Channel channel = before.channel();
            declare(channel, type, Map.of("x-message-ttl", 300));
            channel.confirmSelect();
            for (int i = 0; i < MESSAGES; i++) {
                channel.basicPublish(
                        "", "source", MessageProperties.PERSISTENT_BASIC, Client.octets(Integer.toString(i)));
            }
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            // The first letters are there: the others are on their way.
            Inbox arrived = Inbox.open(before.channel(), "target");
            arrived.texts(10);

            broker.kill();
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            Inbox letters = Inbox.openAutoAck(after.channel(), "target");
            Set<String> there = new TreeSet<>();
            while (there.size() < MESSAGES) {
                there.add(letters.nextText());
            }
            assertEquals(MESSAGES, there.size());
        }
    }
}
