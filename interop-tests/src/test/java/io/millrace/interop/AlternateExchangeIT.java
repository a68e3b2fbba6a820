package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@WithBroker
class AlternateExchangeIT {
    @Test
    void takesWhatFindsNoQueueWithItsKeyAndCountsAsRouted(Client client) throws Exception {
        String rest = client.exchange("fanout");
        String main = client.exchange("direct", Map.of("alternate-exchange", rest));
        String wanted = client.queue();
        String others = client.queue();
        Channel channel = client.channel();
        channel.queueBind(wanted, main, "wanted");
        channel.queueBind(others, rest, "");
        List<Return> returned = new CopyOnWriteArrayList<>();
        channel.addReturnListener(returned::add);
        channel.confirmSelect();
        channel.basicPublish(main, "wanted", true, null, Client.octets("wanted"));
        channel.basicPublish(main, "unwanted", true, null, Client.octets("unwanted"));
        assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
        assertEquals(List.of(), returned);
        assertEquals(List.of("wanted"), client.drain(wanted));
        assertEquals("unwanted", channel.basicGet(others, true).getEnvelope().getRoutingKey());
    }

    @Test
    void isAskedAgainForItsOwnAlternateAndACircleEnds(Client client) throws Exception {
        String first = client.deletedLaterExchange();
        String last = client.exchange("direct", Map.of("alternate-exchange", first));
        Channel channel = client.channel();
        channel.exchangeDeclare(first, "direct", true, false, Map.of("alternate-exchange", last));
        String queue = client.queue();
        channel.queueBind(queue, last, "key");
        client.publish(first, "key", "in the alternate");
        List<Return> returned = new CopyOnWriteArrayList<>();
        channel.addReturnListener(returned::add);
        channel.confirmSelect();
        channel.basicPublish(first, "nowhere", true, null, Client.octets("lost"));
        assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
        assertEquals(1, returned.size());
        assertEquals(List.of("in the alternate"), client.drain(queue));
    }
}
