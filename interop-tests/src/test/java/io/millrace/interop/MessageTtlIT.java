package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that may not wait for ever: they go to nobody but the dead-letter exchange, also after a restart. */
@Tag("own-broker")
class MessageTtlIT {
    private static AMQP.BasicProperties expiring(String millis) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .expiration(millis)
                .build();
    }

    private static void declare(Channel channel, String queue, Object ttl, String deadLetters) throws Exception {
        channel.queueDeclare(deadLetters, true, false, false, Map.of());
        channel.queueDeclare(
                queue,
                true,
                false,
                false,
                Map.of(
                        "x-message-ttl", ttl,
                        "x-dead-letter-exchange", "",
                        "x-dead-letter-routing-key", deadLetters));
    }

    @Test
    void theLowerOfTheTwoTimesCounts() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("message-ttl")) {
            Client client = new Client(broker.connectionFactory());
            declare(client.channel(), "patient", 3_600_000, "late");
            client.publish("", "patient", expiring("7200000"), "stays");
            client.publish("", "patient", expiring("1"), "goes");
            assertEquals(
                    List.of("goes"), Inbox.openAutoAck(client.channel(), "late").texts(1));
            assertEquals(List.of("stays"), client.drain("patient"));
            declare(client.channel(), "hasty", 1, "later");
            client.publish("", "hasty", expiring("7200000"), "goes too");
            assertEquals(
                    List.of("goes too"),
                    Inbox.openAutoAck(client.channel(), "later").texts(1));
        }
    }

    @Test
    void zeroIsForThoseWhoWaitAlready() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("message-ttl")) {
            Client client = new Client(broker.connectionFactory());
            declare(client.channel(), "now", 0, "late");
            client.publish("", "now", "nobody waits");
            Inbox inbox = Inbox.openAutoAck(client.channel(), "now");
            client.publish("", "now", "somebody waits");
            assertEquals(List.of("somebody waits"), inbox.texts(1));
            assertEquals(List.of("nobody waits"), client.drain("late"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeGoesOnWhileTheBrokerIsDown(DurabilityIT.End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("message-ttl")) {
            Client before = new Client(broker.connectionFactory());
            declare(before.channel(), "q", 3_600_000, "late");
            before.publish("", "q", "stays");
            before.publish("", "q", expiring("100"), "goes");

            end.of(broker);
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            assertEquals(
                    List.of("goes"), Inbox.openAutoAck(after.channel(), "late").texts(1));
            assertEquals(List.of("stays"), after.drain("q"));
        }
    }
}
