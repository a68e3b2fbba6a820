package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class ExchangeToExchangeIT {
    @Test
    void messagesFlowOnByTheKeyOfEachBinding(Client client) throws Exception {
        String first = client.exchange("topic");
        String second = client.exchange("direct");
        String queue = client.queue();
        Channel channel = client.channel();
        channel.exchangeBind(second, first, "order.#");
        channel.queueBind(queue, second, "order.new");
        client.publish(first, "order.new", "through both");
        client.publish(first, "order.old", "stopped by the second");
        client.publish(first, "invoice.new", "stopped by the first");
        client.publish(second, "order.new", "into the second");
        assertEquals(List.of("through both", "into the second"), client.drain(queue));
        channel.exchangeUnbind(second, first, "order.#");
        client.publish(first, "order.new", "after the unbind");
        assertEquals(List.of(), client.drain(queue));
    }

    @Test
    void aCircleEndsAndAQueueGetsOneCopy(Client client) throws Exception {
        String one = client.exchange("fanout");
        String two = client.exchange("fanout");
        String queue = client.queue();
        Channel channel = client.channel();
        channel.exchangeBind(two, one, "");
        channel.exchangeBind(one, two, "");
        channel.exchangeBind(one, one, "");
        channel.queueBind(queue, one, "");
        channel.queueBind(queue, two, "");
        client.publish(one, "", "once");
        assertEquals(List.of("once"), client.drain(queue));
    }
}
