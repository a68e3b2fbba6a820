package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class BasicGetIT {
    @Test
    void takesTheOldestAndTellsHowManyRemain(Client client) throws Exception {
        String exchange = client.exchange("direct");
        String queue = client.queue();
        Channel channel = client.channel();
        channel.queueBind(queue, exchange, "key");
        client.publish(exchange, "key", "a", "b", "c");
        GetResponse a = channel.basicGet(queue, true);
        assertEquals("a", Client.text(a.getBody()));
        assertEquals(2, a.getMessageCount());
        assertEquals(exchange, a.getEnvelope().getExchange());
        assertEquals("key", a.getEnvelope().getRoutingKey());
        assertFalse(a.getEnvelope().isRedeliver());
    }

    @Test
    void anEmptyQueueSaysSo(Client client) throws Exception {
        assertNull(client.channel().basicGet(client.queue(), true));
    }

    @Test
    void whatIsNotAcknowledgedComesBackWithTheChannel(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b", "c");
        Channel channel = client.channel();
        GetResponse a = channel.basicGet(queue, false);
        channel.basicGet(queue, false);
        channel.basicAck(a.getEnvelope().getDeliveryTag(), false);
        assertEquals(1, channel.messageCount(queue));
        channel.close();
        client.awaitReady(queue, 2);
        assertEquals(List.of("b", "c"), client.drain(queue));
    }

    @Test
    void aMissingQueueClosesTheChannel(Client client) throws Exception {
        Channel channel = client.channel();
        String missing = client.name();
        Closes.channel(
                404, "NOT_FOUND - no queue '" + missing + "' in vhost '/'", () -> channel.basicGet(missing, true));
    }
}
