package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dead letters that their queue keeps until somebody has taken them. */
@Tag("own-broker")
class AtLeastOnceIT {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Map<String, Object> ARGUMENTS = Map.of(
            "x-queue-type",
            "quorum",
            "x-overflow",
            "reject-publish",
            "x-dead-letter-exchange",
            "dlx",
            "x-dead-letter-strategy",
            "at-least-once");

    private static GetResponse await(Channel channel, String queue) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        GetResponse got = channel.basicGet(queue, true);
        while (got == null && System.nanoTime() < end) {
            got = channel.basicGet(queue, true);
        }
        assertNotNull(got, "no message came");
        return got;
    }

    private static void giveUp(Channel channel) throws Exception {
        GetResponse got = channel.basicGet("q", false);
        channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
    }

    @Test
    void aMessageWithoutATargetIsKeptThroughAKillAndArrivesOnceThereIsOne() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("at-least-once")) {
            Client before = new Client(broker.connectionFactory());
            Channel channel = before.channel();
            channel.queueDeclare("q", true, false, false, ARGUMENTS);
            before.publish("", "q", "precious");
            giveUp(channel);
            assertNull(channel.basicGet("q", true));

            broker.kill();
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            Channel next = after.channel();
            next.queueDeclare("q", true, false, false, ARGUMENTS);
            giveUp(next);
            assertNull(next.basicGet("q", true));
            next.exchangeDeclare("dlx", "fanout", true);
            next.queueDeclare("dead", true, false, false, Map.of());
            next.queueBind("dead", "dlx", "");
            GetResponse dead = await(next, "dead");
            assertEquals("precious", new String(dead.getBody(), StandardCharsets.UTF_8));
            assertEquals(
                    "q", dead.getProps().getHeaders().get("x-last-death-queue").toString());
        }
    }

    @Test
    void aFullTargetGetsWhatItRefusedWhenThereIsRoom() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("at-least-once")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            channel.queueDeclare("q", true, false, false, ARGUMENTS);
            channel.exchangeDeclare("dlx", "fanout", true);
            channel.queueDeclare("dead", true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
            channel.queueBind("dead", "dlx", "");
            client.publish("", "q", "first", "second");
            giveUp(channel);
            giveUp(channel);
            assertEquals("first", new String(await(channel, "dead").getBody(), StandardCharsets.UTF_8));
            assertEquals("second", new String(await(channel, "dead").getBody(), StandardCharsets.UTF_8));
        }
    }
}
