package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

@WithBroker
class PassiveDeclareIT {
    @Test
    void tellsHowManyMessagesAndConsumersAQueueHas(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        client.publish("", queue, "a", "b", "c");
        channel.basicGet(queue, false);
        AMQP.Queue.DeclareOk counts = channel.queueDeclarePassive(queue);
        assertEquals(queue, counts.getQueue());
        assertEquals(2, counts.getMessageCount());
        assertEquals(0, counts.getConsumerCount());
        Inbox.open(channel, queue).texts(2);
        counts = channel.queueDeclarePassive(queue);
        assertEquals(0, counts.getMessageCount());
        assertEquals(1, counts.getConsumerCount());
    }

    @Test
    void ofAMissingQueueClosesTheChannel(Client client) throws Exception {
        Channel channel = client.channel();
        String missing = client.name();
        Closes.channel(
                404, "NOT_FOUND - no queue '" + missing + "' in vhost '/'", () -> channel.queueDeclarePassive(missing));
    }

    @Test
    void ofAMissingExchangeClosesTheChannelAndTheNumberCanBeUsedAgain(Client client) throws Exception {
        Channel channel = client.channel();
        int number = channel.getChannelNumber();
        String missing = client.name();
        Closes.channel(
                404,
                "NOT_FOUND - no exchange '" + missing + "' in vhost '/'",
                () -> channel.exchangeDeclarePassive(missing));
        Channel again = channel.getConnection().createChannel(number);
        again.exchangeDeclarePassive("amq.direct");
    }
}
