package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Quorum queues: what fails is counted, and everything is kept. */
@Tag("own-broker")
class QuorumQueueIT {
    private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

    private static String body(GetResponse got) {
        return new String(got.getBody(), StandardCharsets.UTF_8);
    }

    @Test
    void aMessageThatIsRejectedTooOftenIsGivenUp() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("quorum")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "quorum", "x-delivery-limit", 2));
            client.publish("", "q", "poison");
            for (int i = 0; i < 3; i++) {
                GetResponse got = channel.basicGet("q", false);
                assertEquals(i > 0, got.getEnvelope().isRedeliver());
                channel.basicReject(got.getEnvelope().getDeliveryTag(), true);
            }
            assertNull(channel.basicGet("q", true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void messagesAndTheirCountsOutliveTheBroker(DurabilityIT.End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("quorum")) {
            Client before = new Client(broker.connectionFactory());
            Channel channel = before.channel();
            channel.queueDeclare("q", true, false, false, QUORUM);
            before.publish("", "q", MessageProperties.BASIC, "first");
            before.publish("", "q", MessageProperties.BASIC, "second");
            GetResponse got = channel.basicGet("q", false);
            channel.basicReject(got.getEnvelope().getDeliveryTag(), true);
            got = channel.basicGet("q", false);
            channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
            // Behind what came back, and confirmed: so that is in the log as well.
            before.publish("", "q", MessageProperties.BASIC, "third");

            end.of(broker);
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            Channel next = after.channel();
            next.queueDeclare("q", true, false, false, QUORUM);
            GetResponse first = next.basicGet("q", true);
            assertEquals("first", body(first));
            assertTrue(first.getEnvelope().isRedeliver());
            assertEquals(
                    Map.of("x-acquired-count", 2L, "x-delivery-count", 1L),
                    first.getProps().getHeaders());
            GetResponse second = next.basicGet("q", true);
            assertEquals("second", body(second));
            assertNull(second.getProps().getHeaders());
            assertEquals(List.of("third"), after.drain("q"));
        }
    }
}
