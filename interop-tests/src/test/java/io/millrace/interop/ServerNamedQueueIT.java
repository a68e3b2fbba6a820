package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@WithBroker
class ServerNamedQueueIT {
    @Test
    void theBrokerMakesAName(Client client) throws Exception {
        Channel channel = client.channel();
        String one = channel.queueDeclare().getQueue();
        String two = channel.queueDeclare("", false, true, true, Map.of()).getQueue();
        assertTrue(one.startsWith("amq.gen-"), one);
        assertNotEquals(one, two);
    }

    @Test
    void theChannelRemembersItForMethodsWithAnEmptyName(Client client) throws Exception {
        String exchange = client.exchange("direct");
        Channel channel = client.channel();
        AMQP.Queue.DeclareOk declared = channel.queueDeclare();
        channel.queueBind("", exchange, "key");
        client.publish(exchange, "key", "a");
        assertEquals("a", Client.text(channel.basicGet("", true).getBody()));
        client.publish("", declared.getQueue(), "b");
        assertEquals(List.of("b"), Inbox.openAutoAck(channel, "").texts(1));
    }

    @Test
    void namesThatTheBrokerMakesAreReserved(Client client) throws Exception {
        Channel channel = client.channel();
        Closes.channel(
                403,
                "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
                () -> channel.queueDeclare("amq.mine", true, false, false, Map.of()));
        Channel other = client.channel();
        Closes.channel(
                403,
                "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
                () -> other.exchangeDeclare("amq.mine", "direct"));
    }
}
