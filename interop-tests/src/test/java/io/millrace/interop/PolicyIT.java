package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What policies do to queues and exchanges that have been there before them, and to those that come later. */
@Tag("own-broker")
class PolicyIT {
    @Test
    void aLengthLimitComesAndGoesWithItsPolicy() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("policy")) {
            Client client = new Client(broker.connectionFactory());
            client.channel().queueDeclare("limited", true, false, false, Map.of());
            client.channel().queueDeclare("lower", true, false, false, Map.of("x-max-length", 1));
            client.publish("", "limited", "a", "b", "c");

            broker.rabbitmqctl("set_policy", "p", "^l", "{\"max-length\":2}", "--apply-to", "queues");
            assertEquals(List.of("b", "c"), client.drain("limited"));

            client.publish("", "limited", "d", "e", "f");
            client.publish("", "lower", "g", "h");
            assertEquals(List.of("e", "f"), client.drain("limited"));
            assertEquals(List.of("h"), client.drain("lower"));
            assertEquals(
                    List.of("limited\tp\t\t[{<<\"max-length\">>, 2}]", "lower\tp\t\t[{<<\"max-length\">>, 2}]"),
                    broker.rabbitmqctl(
                            "list_queues",
                            "--silent",
                            "name",
                            "policy",
                            "operator_policy",
                            "effective_policy_definition"));

            broker.rabbitmqctl("clear_policy", "p");
            client.publish("", "limited", "i", "j", "k");
            assertEquals(List.of("i", "j", "k"), client.drain("limited"));
        }
    }

    @Test
    void aQueueThatRefusesByPolicyTellsItsPublishers() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("policy")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            channel.queueDeclare("full", true, false, false, Map.of());
            channel.confirmSelect();
            channel.basicPublish("", "full", null, Client.octets("first"));
            assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));

            broker.rabbitmqctl("set_policy", "p", "full", "{\"max-length\":1,\"overflow\":\"reject-publish\"}");
            channel.basicPublish("", "full", null, Client.octets("second"));

            assertFalse(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
            assertEquals(List.of("first"), client.drain("full"));
        }
    }

    @Test
    void anAlternateExchangeByPolicyTakesWhatFindsNoQueue() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("policy")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            channel.exchangeDeclare("main", "direct", true);
            channel.exchangeDeclare("rest", "fanout", true);
            channel.queueDeclare("unrouted", true, false, false, Map.of());
            channel.queueBind("unrouted", "rest", "");
            client.publish("main", "k", "before");

            broker.rabbitmqctl("set_policy", "p", "^main$", "{\"alternate-exchange\":\"rest\"}");
            client.publish("main", "k", "meanwhile");
            broker.kill();
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            after.publish("main", "k", "after a crash");
            broker.rabbitmqctl("clear_policy", "p");
            after.publish("main", "k", "later");
            assertEquals(List.of("meanwhile", "after a crash"), after.drain("unrouted"));
        }
    }

    @Test
    void aPolicyThatMakesNoSenseIsRefused() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("policy")) {
            AssertionError refused = assertThrows(
                    AssertionError.class,
                    () -> broker.rabbitmqctl("set_operator_policy", "o", "", "{\"max-length\":-1}"));

            assertTrue(refused.getMessage().contains("ended with 69"), refused.getMessage());
            assertTrue(refused.getMessage().contains("-1 is not a valid maximum length"), refused.getMessage());
            assertEquals(
                    List.of("Listing operator policy overrides for vhost \"/\" ...", ""),
                    broker.rabbitmqctl("list_operator_policies"));
        }
    }
}
