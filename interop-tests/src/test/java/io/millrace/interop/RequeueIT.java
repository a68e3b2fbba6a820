package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class RequeueIT {
    @Test
    void aRejectedMessageReturnsToItsPlaceMarkedRedelivered(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b", "c");
        Channel channel = client.channel();
        GetResponse a = channel.basicGet(queue, false);
        channel.basicGet(queue, false);
        channel.basicReject(a.getEnvelope().getDeliveryTag(), true);
        assertEquals(List.of("a again", "c"), takeAll(channel, queue));
    }

    @Test
    void aMultipleNackReturnsAllUpToItsTag(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b", "c", "d");
        Channel channel = client.channel();
        Inbox inbox = Inbox.open(channel, queue);
        Delivery last = null;
        for (String expected : List.of("a", "b", "c")) {
            last = inbox.next();
            assertEquals(expected, Client.text(last.getBody()));
        }
        inbox.next();
        channel.basicCancel(inbox.tag());
        channel.basicNack(last.getEnvelope().getDeliveryTag(), true, true);
        assertEquals(List.of("a again", "b again", "c again"), takeAll(channel, queue));
    }

    @Test
    void withoutRequeueItIsGone(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b", "c");
        Channel channel = client.channel();
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
        channel.basicNack(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false, false);
        channel.close();
        assertEquals(List.of("c"), client.drain(queue));
    }

    @Test
    void recoverReturnsEverythingOfTheChannel(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b");
        Channel channel = client.channel();
        Inbox inbox = Inbox.open(channel, queue);
        inbox.texts(2);
        channel.basicRecover(true);
        Delivery a = inbox.next();
        assertEquals("a", Client.text(a.getBody()));
        assertTrue(a.getEnvelope().isRedeliver());
        assertEquals(3, a.getEnvelope().getDeliveryTag());
        assertEquals("b", inbox.nextText());
    }

    @Test
    void anotherConsumerGetsWhatALostConnectionHeld(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b");
        Channel lost = client.connect().createChannel();
        Inbox.open(lost, queue).texts(2);
        Channel channel = client.channel();
        assertNull(channel.basicGet(queue, true));
        lost.getConnection().close();
        assertEquals(List.of("a again", "b again"), takeAll(channel, queue));
    }

    private static List<String> takeAll(Channel channel, String queue) throws Exception {
        List<String> taken = new ArrayList<>();
        for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            taken.add(Client.text(got.getBody()) + (got.getEnvelope().isRedeliver() ? " again" : ""));
        }
        return taken;
    }
}
