package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queues that have as much as they may: the oldest go, or the new ones are refused, and publishers are told. */
@Tag("own-broker")
class LengthLimitIT {
    private static String limited(Client client, Map<String, Object> limits) throws Exception {
        Channel channel = client.channel();
        channel.queueDeclare("dropped", true, false, false, Map.of());
        Map<String, Object> arguments = new HashMap<>(limits);
        arguments.put("x-dead-letter-exchange", "");
        arguments.put("x-dead-letter-routing-key", "dropped");
        channel.queueDeclare("q", true, false, false, arguments);
        return "q";
    }

    /** Publishes one by one; says of each whether it was confirmed. */
    private static List<Boolean> publish(Client client, String... bodies) throws Exception {
        Channel channel = client.channel();
        channel.confirmSelect();
        List<Boolean> confirmed = new ArrayList<>();
        for (String body : bodies) {
            channel.basicPublish("", "q", null, Client.octets(body));
            confirmed.add(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
        }
        return confirmed;
    }

    @Test
    void theOldestGoToTheDeadLetterExchange() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("length-limit")) {
            Client client = new Client(broker.connectionFactory());
            limited(client, Map.of("x-max-length", 2));
            assertEquals(List.of(true, true, true, true), publish(client, "a", "b", "c", "d"));
            assertEquals(List.of("c", "d"), client.drain("q"));
            assertEquals(List.of("a", "b"), client.drain("dropped"));
        }
    }

    @Test
    void bodiesCountByTheirOctets() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("length-limit")) {
            Client client = new Client(broker.connectionFactory());
            limited(client, Map.of("x-max-length-bytes", 10));
            publish(client, "aaaa", "bbbb", "cccc");
            assertEquals(List.of("bbbb", "cccc"), client.drain("q"));
            publish(client, "far too long for it");
            assertEquals(List.of(), client.drain("q"));
        }
    }

    @Test
    void newOnesAreRefusedAndGoNowhere() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("length-limit")) {
            Client client = new Client(broker.connectionFactory());
            limited(client, Map.of("x-max-length", 2, "x-overflow", "reject-publish"));
            assertEquals(List.of(true, true, false), publish(client, "a", "b", "c"));
            assertEquals(List.of("a", "b"), client.drain("q"));
            assertEquals(List.of(), client.drain("dropped"));
            assertEquals(List.of(true), publish(client, "d"));
        }
    }

    @Test
    void newOnesAreRefusedAndDeadLettered() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("length-limit")) {
            Client client = new Client(broker.connectionFactory());
            limited(client, Map.of("x-max-length", 1, "x-overflow", "reject-publish-dlx"));
            assertEquals(List.of(true, false), publish(client, "a", "b"));
            assertEquals(List.of("a"), client.drain("q"));
            assertEquals(List.of("b"), client.drain("dropped"));
        }
    }

    /** Ten times what may be in memory, so that what is dropped is on the disk as well. */
    @ParameterizedTest
    @EnumSource
    void theLimitHoldsForWhatIsOnTheDisk(DurabilityIT.End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("length-limit", "--set", "queue_memory_messages=200")) {
            Client before = new Client(broker.connectionFactory());
            before.channel().queueDeclare("q", true, false, false, Map.of("x-max-length", 2000));
            Channel channel = before.channel();
            channel.confirmSelect();
            for (int i = 0; i < 3000; i++) {
                channel.basicPublish("", "q", MessageProperties.PERSISTENT_BASIC, Client.octets(Integer.toString(i)));
            }
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());

            end.of(broker);
            broker.restart();

            List<String> expected = new ArrayList<>();
            for (int i = 1000; i < 3000; i++) {
                expected.add(Integer.toString(i));
            }
            assertEquals(expected, new Client(broker.connectionFactory()).drain("q"));
        }
    }
}
