package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that wait before they are delivered again. */
@Tag("own-broker")
class RetryIT {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static Map<String, Object> arguments(String type, Object... more) {
        Map<String, Object> arguments = new HashMap<>(Map.of("x-queue-type", type, "x-delayed-retry-type", "failed"));
        for (int i = 0; i < more.length; i += 2) {
            arguments.put((String) more[i], more[i + 1]);
        }
        return arguments;
    }

    /** Asks until there is a message. */
    private static GetResponse await(Channel channel, String queue) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        GetResponse got = channel.basicGet(queue, false);
        while (got == null && System.nanoTime() < end) {
            got = channel.basicGet(queue, false);
        }
        assertTrue(got != null, "no message came");
        return got;
    }

    private static String body(GetResponse got) {
        return new String(got.getBody(), StandardCharsets.UTF_8);
    }

    private static void reject(Channel channel, GetResponse got) throws Exception {
        channel.basicReject(got.getEnvelope().getDeliveryTag(), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum"})
    void othersOvertakeWhatWaitsAndWhatIsOutOfAttemptsIsDeadLettered(String type) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("retry")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            channel.queueDeclare("failed", true, false, false, null);
            channel.queueDeclare(
                    "q",
                    true,
                    false,
                    false,
                    arguments(
                            type,
                            "x-delayed-retry-min",
                            300,
                            "x-delivery-limit",
                            2,
                            "x-dead-letter-exchange",
                            "",
                            "x-dead-letter-routing-key",
                            "failed"));
            client.publish("", "q", "poison");
            client.publish("", "q", "fine");
            reject(channel, channel.basicGet("q", false));
            assertEquals("fine", body(channel.basicGet("q", true)));
            GetResponse again = await(channel, "q");
            assertEquals(
                    Map.of("x-acquired-count", 1L, "x-delivery-count", 1L),
                    again.getProps().getHeaders());
            reject(channel, again);
            reject(channel, await(channel, "q"));
            GetResponse dead = await(channel, "failed");
            assertEquals("poison", body(dead));
            assertEquals(
                    "delivery_limit",
                    dead.getProps().getHeaders().get("x-last-death-reason").toString());
            assertNull(dead.getProps().getHeaders().get("x-delivery-count"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsAndWhatIsParkedOutlivesTheBroker(DurabilityIT.End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("retry")) {
            Client before = new Client(broker.connectionFactory());
            Channel channel = before.channel();
            Map<String, Object> slow = arguments("classic", "x-delayed-retry-min", 1500);
            Map<String, Object> parking = arguments("classic", "x-delayed-retry-min", 1, "x-delivery-limit", 0);
            channel.queueDeclare("slow", true, false, false, slow);
            channel.queueDeclare("parking", true, false, false, parking);
            before.publish("", "slow", MessageProperties.BASIC, "waits");
            before.publish("", "parking", MessageProperties.PERSISTENT_BASIC, "parked");
            reject(channel, channel.basicGet("slow", false));
            reject(channel, channel.basicGet("parking", false));
            // Behind what came back, and confirmed: so that is in the log as well.
            before.publish("", "slow", MessageProperties.PERSISTENT_BASIC, "next");
            before.publish("", "parking", MessageProperties.PERSISTENT_BASIC, "next");

            end.of(broker);
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            Channel next = after.channel();
            next.queueDeclare("slow", true, false, false, slow);
            next.queueDeclare("parking", true, false, false, parking);
            assertEquals(List.of("next"), after.drain("parking"));
            // The start may take longer than the delay, and what is due comes first.
            GetResponse again = await(next, "slow");
            if (body(again).equals("next")) {
                again = await(next, "slow");
            }
            assertEquals("waits", body(again));
            assertEquals(
                    Map.of("x-acquired-count", 1L, "x-delivery-count", 1L),
                    again.getProps().getHeaders());
            assertEquals(1, next.queuePurge("parking").getMessageCount());
        }
    }
}
