package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class ConsumerCancelIT {
    @Test
    void aConsumerIsToldWhenItsQueueIsDeleted(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        Inbox inbox = Inbox.open(channel, queue);
        client.channel().queueDelete(queue);
        assertEquals(inbox.tag(), inbox.awaitCancel());
        assertTrue(channel.isOpen());
        channel.queueDeclarePassive(client.queue());
    }

    @Test
    void aCancelledConsumerGetsNoMoreButMayAcknowledgeWhatItHas(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a");
        Channel channel = client.channel();
        Inbox inbox = Inbox.open(channel, queue);
        var a = inbox.next();
        channel.basicCancel(inbox.tag());
        client.publish("", queue, "b");
        inbox.ack(a);
        Client.settle(channel, queue);
        assertEquals(0, inbox.size());
        channel.close();
        assertEquals(List.of("b"), client.drain(queue));
    }

    @Test
    void aConsumerTagIsUniqueOnItsChannel(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.connect().createChannel();
        channel.basicConsume(queue, true, "tag", (tag, delivery) -> {}, tag -> {});
        // The client library has a check of its own; this goes around it.
        AMQP.Basic.Consume again = new AMQP.Basic.Consume.Builder()
                .queue(queue)
                .consumerTag("tag")
                .noAck(true)
                .build();
        Closes.connection(530, "NOT_ALLOWED - attempt to reuse consumer tag 'tag'", () -> channel.rpc(again));
    }

    @Test
    void anExclusiveConsumerIsAlone(Client client) throws Exception {
        String queue = client.queue();
        client.channel()
                .basicConsume(queue, true, "one", false, true, null, new com.rabbitmq.client.DefaultConsumer(null));
        Channel second = client.channel();
        Closes.channel(
                403,
                "ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use",
                () -> Inbox.open(second, queue));
    }
}
