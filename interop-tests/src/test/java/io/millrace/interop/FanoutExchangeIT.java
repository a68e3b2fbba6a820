package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class FanoutExchangeIT {
    @Test
    void routesToEveryBoundQueueOnceWhateverTheKey(Client client) throws Exception {
        String exchange = client.exchange("fanout");
        String one = client.queue();
        String two = client.queue();
        Channel channel = client.channel();
        channel.queueBind(one, exchange, "");
        channel.queueBind(two, exchange, "a");
        channel.queueBind(two, exchange, "b");
        client.publish(exchange, "", "1");
        client.publish(exchange, "b", "2");
        client.publish(exchange, "c", "3");
        assertEquals(List.of("1", "2", "3"), client.drain(one));
        assertEquals(List.of("1", "2", "3"), client.drain(two));
    }
}
