package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Policies change how a stream that is there keeps its messages. */
@Tag("own-broker")
class StreamPolicyIT {
    private static long firstOffset(Client client) throws Exception {
        Channel channel = client.channel();
        channel.basicQos(1);
        Delivery oldest =
                Inbox.open(channel, "s", Map.of("x-stream-offset", "first")).next();
        channel.close();
        return (Long) oldest.getProperties().getHeaders().get("x-stream-offset");
    }

    private static void publish(Client client, int count) throws Exception {
        Channel channel = client.channel();
        channel.confirmSelect();
        for (int i = 0; i < count; i++) {
            channel.basicPublish("", "s", MessageProperties.PERSISTENT_BASIC, new byte[100]);
            if (i % 50 == 49) {
                channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            }
        }
        channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
    }

    @Test
    void whatIsTooMuchGoesAtOnce() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("stream-policy")) {
            Client client = new Client(broker.connectionFactory());
            Map<String, Object> arguments = Map.of("x-queue-type", "stream");
            client.channel().queueDeclare("s", true, false, false, arguments);
            broker.rabbitmqctl(
                    "set_policy", "small", "^s$", "{\"stream-max-segment-size-bytes\":5000}", "--apply-to", "streams");
            publish(client, 1000);
            assertEquals(0, firstOffset(client));

            broker.rabbitmqctl(
                    "set_operator_policy", "ceiling", "^s$", "{\"max-length-bytes\":20000}", "--apply-to", "queues");
            assertEquals(
                    List.of("s\tsmall\tceiling"),
                    broker.rabbitmqctl("list_queues", "--silent", "name", "policy", "operator_policy"));
            publish(client, 100);
            long first = firstOffset(client);
            assertTrue(first > 500, "first offset: " + first);
            client.channel().queueDeclare("s", true, false, false, arguments);
        }
    }
}
