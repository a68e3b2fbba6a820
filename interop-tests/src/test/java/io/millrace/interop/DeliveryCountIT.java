package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a message was delivered in vain goes with it from queue to queue, as RabbitMQ was seen to have it. */
@WithBroker
class DeliveryCountIT {
    /** What is done to a message in its first queue, and what two deliveries of the next one, a nack apart, tell. */
    @ParameterizedTest
    @CsvSource({
        "classic, reject-drop,                    R 1/1 R 1/1",
        "classic, nack-drop,                      - -/- R 1/-",
        "classic, nack reject-drop,               R 1/1 R 1/1",
        "classic, reject reject reject-drop,      R 3/3 R 1/3",
        "classic, close close nack-drop,          R 2/2 R 1/2",
        "classic, nack reject nack reject-drop,   R 2/2 R 1/2",
        "quorum,  reject-drop,                    R 1/1 R 1/1",
        "quorum,  nack-drop,                      - -/- R 1/-",
        "quorum,  close close reject-drop,        R 3/3 R 1/3",
        "quorum,  reject reject nack-drop,        R 2/2 R 1/2",
        "quorum,  nack reject nack reject-drop,   R 2/2 R 1/2",
    })
    void theNextQueueGoesOnCounting(String type, String fate, String told, Client client) throws Exception {
        Channel channel = client.channel();
        String next = client.deletedLaterQueue();
        String first = client.deletedLaterQueue();
        channel.queueDeclare(next, true, false, false, Map.of("x-queue-type", "quorum"));
        Map<String, Object> arguments = new HashMap<>(Map.of("x-queue-type", type));
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", next);
        channel.queueDeclare(first, true, false, false, arguments);
        client.publish("", first, "m");
        for (String act : fate.split(" ", -1)) {
            client.awaitReady(first, 1);
            settle(client, first, act);
        }
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            client.awaitReady(next, 1);
            GetResponse got = channel.basicGet(next, false);
            channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
            Map<String, Object> headers = got.getProps().getHeaders();
            seen.add((got.getEnvelope().isRedeliver() ? "R" : "-") + " " + headers.getOrDefault("x-acquired-count", "-")
                    + "/" + headers.getOrDefault("x-delivery-count", "-"));
        }
        assertEquals(told, String.join(" ", seen));
    }

    private static void settle(Client client, String queue, String act) throws Exception {
        Channel channel = client.channel();
        long tag = channel.basicGet(queue, false).getEnvelope().getDeliveryTag();
        if (!act.equals("close")) {
            boolean requeue = !act.endsWith("-drop");
            if (act.startsWith("reject")) {
                channel.basicReject(tag, requeue);
            } else {
                channel.basicNack(tag, false, requeue);
            }
        }
        channel.close();
    }
}
