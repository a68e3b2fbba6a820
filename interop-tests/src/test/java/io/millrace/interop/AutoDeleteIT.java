package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

@WithBroker
class AutoDeleteIT {
    @Test
    void aQueueGoesWithItsLastConsumerAndNotBeforeTheFirst(Client client) throws Exception {
        String queue = client.deletedLaterQueue();
        Channel channel = client.channel();
        channel.queueDeclare(queue, true, false, true, Map.of());
        channel.queueDeclarePassive(queue);
        Inbox one = Inbox.open(channel, queue);
        Inbox two = Inbox.open(channel, queue);
        channel.basicCancel(one.tag());
        channel.queueDeclarePassive(queue);
        channel.basicCancel(two.tag());
        Closes.channel(
                404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", () -> channel.queueDeclarePassive(queue));
    }

    @Test
    void aQueueGoesWhenTheChannelOfItsLastConsumerCloses(Client client) throws Exception {
        String queue = client.deletedLaterQueue();
        Channel consuming = client.channel();
        consuming.queueDeclare(queue, true, false, true, Map.of());
        Inbox.open(consuming, queue);
        consuming.close();
        Channel channel = client.channel();
        Closes.channel(
                404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", () -> channel.queueDeclarePassive(queue));
    }

    @Test
    void anExchangeGoesWithItsLastBindingAndNotBeforeTheFirst(Client client) throws Exception {
        String exchange = client.deletedLaterExchange();
        String queue = client.queue();
        Channel channel = client.channel();
        channel.exchangeDeclare(exchange, "direct", true, true, Map.of());
        channel.exchangeDeclarePassive(exchange);
        channel.queueBind(queue, exchange, "one");
        channel.queueBind(queue, exchange, "two");
        channel.queueUnbind(queue, exchange, "one");
        channel.exchangeDeclarePassive(exchange);
        channel.queueDelete(queue);
        assertTrue(channel.isOpen());
        Closes.channel(
                404,
                "NOT_FOUND - no exchange '" + exchange + "' in vhost '/'",
                () -> channel.exchangeDeclarePassive(exchange));
    }
}
