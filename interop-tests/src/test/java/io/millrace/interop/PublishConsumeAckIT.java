package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@WithBroker
class PublishConsumeAckIT {
    @Test
    void messagesArriveInOrderWithWhatTheyWerePublishedBy(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        Inbox inbox = Inbox.open(channel, queue);
        channel.basicPublish("", queue, null, Client.octets("one"));
        channel.basicPublish("", queue, null, Client.octets("two"));
        Delivery first = inbox.next();
        assertEquals("one", Client.text(first.getBody()));
        assertEquals("", first.getEnvelope().getExchange());
        assertEquals(queue, first.getEnvelope().getRoutingKey());
        assertEquals(1, first.getEnvelope().getDeliveryTag());
        assertFalse(first.getEnvelope().isRedeliver());
        assertEquals("two", inbox.nextText());
    }

    @Test
    void allPropertiesComeBack(Client client) throws Exception {
        String queue = client.queue();
        AMQP.BasicProperties sent = new AMQP.BasicProperties.Builder()
                .contentType("text/plain")
                .contentEncoding("utf-8")
                .headers(Map.of("text", "ä", "number", 42, "long", 1L << 40, "flag", true, "list", List.of(1, "b")))
                .deliveryMode(2)
                .priority(3)
                .correlationId("correlation")
                .replyTo("reply")
                .expiration("60000")
                .messageId("message")
                .timestamp(Date.from(Instant.ofEpochSecond(1_700_000_000)))
                .type("type")
                .userId("guest")
                .appId("app")
                .clusterId("cluster")
                .build();
        client.publish("", queue, sent, "body");
        AMQP.BasicProperties got = client.channel().basicGet(queue, true).getProps();
        assertEquals("ä", got.getHeaders().get("text").toString());
        assertEquals(42, got.getHeaders().get("number"));
        assertEquals(1L << 40, got.getHeaders().get("long"));
        assertEquals(true, got.getHeaders().get("flag"));
        List<?> list = (List<?>) got.getHeaders().get("list");
        assertEquals(1, list.get(0));
        assertEquals("b", ((LongString) list.get(1)).toString());
        assertEquals(
                sent.builder().headers(null).build(),
                got.builder().headers(null).build());
    }

    @Test
    void bodiesAreAnyOctetsAndMayBeEmpty(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        Inbox inbox = Inbox.openAutoAck(channel, queue);
        byte[] octets = {0, 1, -1, (byte) 0xCE, 127, -128};
        channel.basicPublish("", queue, null, octets);
        channel.basicPublish("", queue, null, new byte[0]);
        assertArrayEquals(octets, inbox.next().getBody());
        assertArrayEquals(new byte[0], inbox.next().getBody());
    }

    @Test
    void whatIsAcknowledgedIsGoneAndTheRestComesBackWhenTheChannelCloses(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b", "c", "d", "e");
        Channel channel = client.channel();
        Inbox inbox = Inbox.open(channel, queue);
        inbox.ack(inbox.next());
        inbox.next();
        Delivery third = inbox.next();
        channel.basicAck(third.getEnvelope().getDeliveryTag(), true);
        channel.close();
        assertEquals(List.of("d", "e"), client.drain(queue));
    }

    @Test
    void anUnknownDeliveryTagClosesTheChannel(Client client) throws Exception {
        Channel channel = client.channel();
        channel.basicAck(7, false);
        Closes.eventually(channel, 406, "PRECONDITION_FAILED - unknown delivery tag 7");
    }

    @Test
    void twoConsumersShareAQueue(Client client) throws Exception {
        String queue = client.queue();
        Inbox one = Inbox.openAutoAck(client.channel(), queue);
        Inbox two = Inbox.openAutoAck(client.channel(), queue);
        client.publish("", queue, "a", "b", "c", "d");
        assertEquals(List.of("a", "c"), one.texts(2));
        assertEquals(List.of("b", "d"), two.texts(2));
    }
}
