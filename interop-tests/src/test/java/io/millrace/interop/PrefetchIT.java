package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@WithBroker
class PrefetchIT {
    @Test
    void aConsumerHoldsNoMoreThanItsPrefetchAndGetsOneForEachAck(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b", "c", "d", "e");
        Channel channel = client.channel();
        channel.basicQos(2);
        Inbox inbox = Inbox.open(channel, queue);
        Delivery a = inbox.next();
        assertEquals("b", inbox.nextText());
        Client.settle(channel, queue);
        assertEquals(0, inbox.size());
        inbox.ack(a);
        assertEquals("c", inbox.nextText());
        Client.settle(channel, queue);
        assertEquals(0, inbox.size());
        assertEquals(2, channel.messageCount(queue));
    }

    @Test
    void eachConsumerOfAChannelHasItsOwn(Client client) throws Exception {
        String one = client.queue();
        String two = client.queue();
        client.publish("", one, "a", "b");
        client.publish("", two, "c", "d");
        Channel channel = client.channel();
        channel.basicQos(1);
        Inbox first = Inbox.open(channel, one);
        Inbox second = Inbox.open(channel, two);
        assertEquals("a", first.nextText());
        assertEquals("c", second.nextText());
        Client.settle(channel, one);
        Client.settle(channel, two);
        assertEquals(0, first.size() + second.size());
    }

    @Test
    void aNewLimitIsForLaterConsumers(Client client) throws Exception {
        String one = client.queue();
        String two = client.queue();
        client.publish("", one, "a", "b");
        client.publish("", two, "c", "d");
        Channel channel = client.channel();
        channel.basicQos(1);
        Inbox first = Inbox.open(channel, one);
        channel.basicQos(0);
        Inbox second = Inbox.open(channel, two);
        assertEquals(List.of("c", "d"), second.texts(2));
        assertEquals("a", first.nextText());
        Client.settle(channel, one);
        assertEquals(0, first.size());
    }

    @Test
    void doesNotHoldBackConsumersThatNeedNotAcknowledge(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b", "c");
        Channel channel = client.channel();
        channel.basicQos(1);
        assertEquals(List.of("a", "b", "c"), Inbox.openAutoAck(channel, queue).texts(3));
    }

    /** RabbitMQ 4.3 counts by consumer here, unless {@code deprecated_features.permit.global_qos = true}. */
    @Test
    @Tag("differs")
    void aGlobalLimitIsSharedByTheConsumersOfAChannel(Client client) throws Exception {
        String one = client.queue();
        String two = client.queue();
        client.publish("", one, "a", "b");
        client.publish("", two, "c", "d");
        Channel channel = client.channel();
        channel.basicQos(3, true);
        Inbox first = Inbox.open(channel, one);
        Delivery a = first.next();
        assertEquals("b", first.nextText());
        Inbox second = Inbox.open(channel, two);
        assertEquals("c", second.nextText());
        Client.settle(channel, two);
        assertEquals(0, second.size());
        first.ack(a);
        assertEquals("d", second.nextText());
    }

    /** RabbitMQ 4.3 as above. */
    @Test
    @Tag("differs")
    void aGlobalLimitHoldsBackConsumersThatNeedNotAcknowledgeWhileOthersFillIt(Client client) throws Exception {
        String one = client.queue();
        String two = client.queue();
        client.publish("", one, "a");
        client.publish("", two, "b", "c");
        Channel channel = client.channel();
        channel.basicQos(1, true);
        Inbox first = Inbox.open(channel, one);
        Delivery a = first.next();
        Inbox second = Inbox.openAutoAck(channel, two);
        Client.settle(channel, two);
        assertEquals(0, second.size());
        first.ack(a);
        // They take no places themselves.
        assertEquals(List.of("b", "c"), second.texts(2));
    }
}
