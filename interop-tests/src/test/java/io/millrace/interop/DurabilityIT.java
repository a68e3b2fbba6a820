package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is durable is there after the broker was stopped, and after it was killed; what is not, is not. */
@Tag("own-broker")
class DurabilityIT {
    enum End {
        SIGTERM {
            @Override
            void of(BrokerProcess broker) throws Exception {
                broker.stop();
            }
        },
        KILL {
            @Override
            void of(BrokerProcess broker) throws Exception {
                broker.kill();
            }
        };

        abstract void of(BrokerProcess broker) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void definitionsSurvive(End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("definitions")) {
            Channel before = new Client(broker.connectionFactory()).channel();
            Map<String, Object> limit = Map.of("x-max-length", 10_000);
            before.queueDeclare("durable", true, false, false, limit);
            before.queueDeclare("transient", false, false, false, Map.of());
            before.queueDeclare("deleted", true, false, false, Map.of());
            before.exchangeDeclare("first", BuiltinExchangeType.TOPIC, true);
            before.exchangeDeclare("second", BuiltinExchangeType.HEADERS, true);
            before.exchangeBind("second", "first", "a.#");
            before.queueBind("durable", "second", "", Map.of("colour", "red"));
            before.queueBind("durable", "first", "unbound");
            before.queueUnbind("durable", "first", "unbound");
            before.queueDelete("deleted");

            end.of(broker);
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            after.channel().queueDeclare("durable", true, false, false, limit);
            after.channel().exchangeDeclare("first", BuiltinExchangeType.TOPIC, true);
            assertMissing("queue", "transient", channel -> channel.queueDeclarePassive("transient"), after);
            assertMissing("queue", "deleted", channel -> channel.queueDeclarePassive("deleted"), after);
            AMQP.BasicProperties red = new AMQP.BasicProperties.Builder()
                    .headers(Map.of("colour", "red"))
                    .build();
            after.publish("first", "a.b", red, "through both");
            after.publish("first", "a.b", MessageProperties.BASIC, "without the header");
            after.publish("first", "unbound", red, "by the removed binding");
            assertEquals(List.of("through both"), after.drain("durable"));
        }
    }

    /** As the specification wants it; in RabbitMQ 4.3 such an exchange survives on a single node. */
    @ParameterizedTest
    @EnumSource
    @Tag("differs")
    void aTransientExchangeDoesNot(End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("definitions")) {
            Channel before = new Client(broker.connectionFactory()).channel();
            before.exchangeDeclare("fleeting", BuiltinExchangeType.DIRECT, false);

            end.of(broker);
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            assertMissing("exchange", "fleeting", channel -> channel.exchangeDeclarePassive("fleeting"), after);
        }
    }

    @ParameterizedTest
    @EnumSource
    void persistentMessagesSurviveAndTransientOnesDoNot(End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("messages")) {
            Client before = new Client(broker.connectionFactory());
            Channel channel = before.channel();
            channel.queueDeclare("durable", true, false, false, Map.of());
            before.publish("", "durable", "acknowledged", "held", "ready");
            before.publish("", "durable", MessageProperties.BASIC, "transient");
            before.publish("", "durable", "last");
            GetResponse first = channel.basicGet("durable", false);
            channel.basicGet("durable", false);
            channel.basicAck(first.getEnvelope().getDeliveryTag(), false);
            // Behind the acknowledgement, and confirmed: so that is in the store as well.
            before.publish("", "durable", "marker");

            end.of(broker);
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            assertEquals(List.of("held", "ready", "last", "marker"), after.drain("durable"));
            after.publish("", "durable", "new");
            assertEquals(List.of("new"), after.drain("durable"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMessageComesBackOctetForOctet(End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("octets")) {
            byte[] body = new byte[3 << 20];
            new Random(1).nextBytes(body);
            AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                    .deliveryMode(2)
                    .contentType("application/octet-stream")
                    .headers(Map.of("number", 42))
                    .messageId("id")
                    .build();
            Channel before = new Client(broker.connectionFactory()).channel();
            before.exchangeDeclare("exchange", BuiltinExchangeType.FANOUT, true);
            for (String queue : List.of("one", "two")) {
                before.queueDeclare(queue, true, false, false, Map.of());
                before.queueBind(queue, "exchange", "");
            }
            before.confirmSelect();
            before.basicPublish("exchange", "key", properties, body);
            before.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());

            end.of(broker);
            broker.restart();

            Channel after = new Client(broker.connectionFactory()).channel();
            for (String queue : List.of("one", "two")) {
                GetResponse got = after.basicGet(queue, true);
                assertArrayEquals(body, got.getBody());
                assertEquals(properties, got.getProps());
                assertEquals(
                        "exchange key",
                        got.getEnvelope().getExchange() + " "
                                + got.getEnvelope().getRoutingKey());
            }
        }
    }

    private interface PassiveDeclare {
        void on(Channel channel) throws Exception;
    }

    private static void assertMissing(String kind, String name, PassiveDeclare declare, Client client)
            throws Exception {
        Channel channel = client.channel();
        Closes.channel(404, "NOT_FOUND - no " + kind + " '" + name + "' in vhost '/'", () -> declare.on(channel));
    }
}
