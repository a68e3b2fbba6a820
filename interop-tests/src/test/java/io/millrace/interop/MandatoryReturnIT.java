package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@WithBroker
class MandatoryReturnIT {
    @Test
    void anUnroutableMandatoryMessageComesBackBeforeItsConfirm(Client client) throws Exception {
        String exchange = client.exchange("direct");
        Channel channel = client.channel();
        List<Return> returned = new CopyOnWriteArrayList<>();
        channel.addReturnListener(returned::add);
        channel.confirmSelect();
        AMQP.BasicProperties properties =
                new AMQP.BasicProperties.Builder().messageId("id").build();
        channel.basicPublish(exchange, "nowhere", true, properties, Client.octets("body"));
        assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
        assertEquals(1, returned.size());
        Return one = returned.get(0);
        assertEquals("312 NO_ROUTE", one.getReplyCode() + " " + one.getReplyText());
        assertEquals(exchange, one.getExchange());
        assertEquals("nowhere", one.getRoutingKey());
        assertEquals("id", one.getProperties().getMessageId());
        assertEquals("body", Client.text(one.getBody()));
    }

    @Test
    void whatIsRoutedOrNotMandatoryDoesNotComeBack(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        List<Return> returned = new CopyOnWriteArrayList<>();
        channel.addReturnListener(returned::add);
        channel.confirmSelect();
        channel.basicPublish("", queue, true, null, Client.octets("routed"));
        channel.basicPublish("", client.name(), false, null, Client.octets("dropped"));
        assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
        assertEquals(List.of(), returned);
        assertEquals(List.of("routed"), client.drain(queue));
    }
}
