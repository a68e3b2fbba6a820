package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.rabbitmq.client.Channel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges that choose a queue by chance: one for each message, and all of them in the end. */
@Tag("differs")
@WithBroker
class RandomExchangeIT {
    private static final int MESSAGES = 200;

    @ParameterizedTest
    @ValueSource(strings = {"x-random", "x-local-random"})
    void eachMessageGoesToOneQueueAndAllQueuesGetSome(String type, Client client) throws Exception {
        String exchange = client.exchange(type, Map.of());
        String one = client.queue();
        String other = client.queue();
        client.channel().queueBind(one, exchange, "");
        client.channel().queueBind(other, exchange, "");
        Channel channel = client.channel();
        channel.confirmSelect();
        for (int i = 0; i < MESSAGES; i++) {
            channel.basicPublish(exchange, "same", null, Client.octets("m"));
        }
        channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
        List<String> first = client.drain(one);
        List<String> second = client.drain(other);
        assertEquals(MESSAGES, first.size() + second.size());
        // By chance none of 200 goes to one of two queues once in 10^60 times.
        assertFalse(first.isEmpty() || second.isEmpty());
    }

    @Test
    void aLocalExchangeTakesNoBindingKeys(Client client) throws Exception {
        String exchange = client.exchange("x-local-random", Map.of());
        String queue = client.queue();
        Channel channel = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - Non empty binding 'key' key not permitted",
                () -> channel.queueBind(queue, exchange, "key"));
    }
}
