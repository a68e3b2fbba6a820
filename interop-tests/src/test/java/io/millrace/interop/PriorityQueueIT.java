package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queues with {@code x-max-priority}, from publish to delivery and across the end of the broker. */
@Tag("own-broker")
class PriorityQueueIT {
    private static final Map<String, Object> ARGUMENTS = Map.of("x-max-priority", 9);

    private static AMQP.BasicProperties priority(int priority) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .priority(priority)
                .build();
    }

    private static void publish(Channel channel, String queue, int priority, String body) throws Exception {
        channel.basicPublish("", queue, priority(priority), body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void higherPrioritiesAreDeliveredFirst() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("priority")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            channel.queueDeclare("q", true, false, false, ARGUMENTS);
            client.publish("", "q", "none");
            client.publish("", "q", priority(3), "three");
            client.publish("", "q", priority(200), "above");
            client.publish("", "q", priority(9), "nine");
            GetResponse first = channel.basicGet("q", false);
            assertEquals("above", new String(first.getBody(), StandardCharsets.UTF_8));
            channel.basicReject(first.getEnvelope().getDeliveryTag(), true);
            GetResponse again = channel.basicGet("q", true);
            assertEquals("above", new String(again.getBody(), StandardCharsets.UTF_8));
            assertTrue(again.getEnvelope().isRedeliver());
            assertEquals(List.of("nine", "three", "none"), client.drain("q"));
        }
    }

    /** More than is kept in memory, so that most of it goes through the store, before the end and after it. */
    @ParameterizedTest
    @EnumSource
    void theOrderOutlivesTheBroker(DurabilityIT.End end) throws Exception {
        String[] room = {"--set", "queue_memory_messages=1000"};
        try (BrokerProcess broker = BrokerProcess.start("priority", room)) {
            Channel before = new Client(broker.connectionFactory()).channel();
            before.queueDeclare("q", true, false, false, ARGUMENTS);
            before.confirmSelect();
            for (int i = 0; i < 20_000; i++) {
                publish(before, "q", i % 10, Integer.toString(i));
            }
            before.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            List<String> expected = new ArrayList<>();
            for (int priority = 9; priority >= 0; priority--) {
                for (int i = priority; i < 20_000; i += 10) {
                    expected.add(Integer.toString(i));
                }
            }
            for (String body : expected.subList(0, 3000)) {
                GetResponse got = before.basicGet("q", true);
                assertEquals(body, new String(got.getBody(), StandardCharsets.UTF_8));
            }
            // Confirmed behind the acknowledgements, so these are in the log as well.
            publish(before, "q", 0, "last");
            before.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            expected.add("last");

            end.of(broker);
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            after.channel().queueDeclare("q", true, false, false, ARGUMENTS);
            assertEquals(expected.subList(3000, expected.size()), after.drain("q"));
        }
    }
}
