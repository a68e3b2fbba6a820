package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Exchanges that give the latest messages to whoever is bound. In RabbitMQ they are a plugin. */
@Tag("own-broker")
class RecentHistoryIT {
    private static final String TYPE = "x-recent-history";

    @Test
    void aQueueThatIsBoundGetsTheLatestMessagesAlsoAfterAKill() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("recent-history")) {
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.exchangeDeclare("news", TYPE, true, false, Map.of("x-recent-history-length", 2));
                channel.confirmSelect();
                for (String body : List.of("one", "two", "three")) {
                    channel.basicPublish("news", "", MessageProperties.BASIC, Client.octets(body));
                }
                BasicProperties unkept = new BasicProperties.Builder()
                        .headers(Map.of("x-recent-history-no-store", true))
                        .build();
                channel.basicPublish("news", "", unkept, Client.octets("not kept"));
                channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
                assertEquals(List.of("two", "three"), bindAndDrain(channel));
            }
            broker.kill();
            broker.restart();
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                assertEquals(List.of("two", "three"), bindAndDrain(channel));
                channel.exchangeDelete("news");
                channel.exchangeDeclare("news", TYPE, true, false, Map.of());
                assertEquals(List.of(), bindAndDrain(channel));
            }
        }
    }

    /** Through another exchange, so that both ways are gone. */
    private static List<String> bindAndDrain(Channel channel) throws Exception {
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, "news", "");
        String relay = "relay-" + queue;
        channel.exchangeDeclare(relay, "fanout", false, true, Map.of());
        String behind = channel.queueDeclare().getQueue();
        channel.queueBind(behind, relay, "");
        channel.exchangeBind(relay, "news", "");
        List<String> direct = drain(channel, queue);
        assertEquals(direct, drain(channel, behind));
        return direct;
    }

    private static List<String> drain(Channel channel, String queue) throws Exception {
        int count = (int) channel.messageCount(queue);
        return Inbox.openAutoAck(channel, queue).texts(count);
    }

    @Test
    void aLengthThatIsNoneIsRefused() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("recent-history-length");
                Connection connection = broker.connectionFactory().newConnection()) {
            Channel channel = connection.createChannel();
            Closes.channel(
                    406,
                    "PRECONDITION_FAILED - Invalid argument 0, 'x-recent-history-length' must be a positive integer",
                    () -> channel.exchangeDeclare("x", TYPE, true, false, Map.of("x-recent-history-length", 0)));
        }
    }
}
