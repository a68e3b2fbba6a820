package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class DirectExchangeIT {
    @Test
    void routesByTheExactKeyOnceAQueue(Client client) throws Exception {
        String exchange = client.exchange("direct");
        String red = client.queue();
        String both = client.queue();
        Channel channel = client.channel();
        channel.queueBind(red, exchange, "red");
        channel.queueBind(both, exchange, "red");
        channel.queueBind(both, exchange, "blue");
        client.publish(exchange, "red", "1");
        client.publish(exchange, "blue", "2");
        client.publish(exchange, "Red", "3");
        client.publish(exchange, "", "4");
        assertEquals(List.of("1"), client.drain(red));
        assertEquals(List.of("1", "2"), client.drain(both));
    }

    @Test
    void anUnboundKeyRoutesNoMore(Client client) throws Exception {
        String exchange = client.exchange("direct");
        String queue = client.queue();
        Channel channel = client.channel();
        channel.queueBind(queue, exchange, "key");
        channel.queueBind(queue, exchange, "other");
        channel.queueUnbind(queue, exchange, "key");
        client.publish(exchange, "key", "lost");
        client.publish(exchange, "other", "kept");
        assertEquals(List.of("kept"), client.drain(queue));
    }

    @Test
    void theDefaultExchangeKnowsEveryQueueByNameAndCannotBeBound(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "hello");
        assertEquals(List.of("hello"), client.drain(queue));
        Channel channel = client.channel();
        Closes.channel(
                403,
                "ACCESS_REFUSED - operation not permitted on the default exchange",
                () -> channel.queueBind(queue, "", "key"));
    }
}
