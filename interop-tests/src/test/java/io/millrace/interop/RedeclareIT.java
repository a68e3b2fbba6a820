package io.millrace.interop;

import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is there may be declared again if it is the same in all that matters; the refusal names what differs. */
@WithBroker
class RedeclareIT {
    @Test
    void theSameAgainIsFine(Client client) throws Exception {
        String queue = client.queue(Map.of("x-message-ttl", 60_000));
        String exchange = client.exchange("topic");
        Channel channel = client.channel();
        channel.queueDeclare(queue, true, false, false, Map.of("x-message-ttl", 60_000L));
        channel.exchangeDeclare(exchange, "topic", true);
    }

    @Test
    void aQueuesDurabilityMatters(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'durable' for queue '" + queue
                        + "' in vhost '/': received 'false' but current is 'true'",
                () -> channel.queueDeclare(queue, false, false, false, Map.of()));
    }

    @Test
    void aQueuesAutoDeleteMatters(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue '" + queue
                        + "' in vhost '/': received 'true' but current is 'false'",
                () -> channel.queueDeclare(queue, true, false, true, Map.of()));
    }

    @Test
    void aQueuesArgumentsMatter(Client client) throws Exception {
        String queue = client.queue(Map.of("x-message-ttl", 1_000));
        Channel channel = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '" + queue
                        + "' in vhost '/': received '2000' but current is '1000'",
                () -> channel.queueDeclare(queue, true, false, false, Map.of("x-message-ttl", 2_000)));
        Channel other = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '" + queue
                        + "' in vhost '/': received none but current is the value '1000' of type 'signedint'",
                () -> other.queueDeclare(queue, true, false, false, Map.of()));
    }

    @Test
    void anExchangesTypeMatters(Client client) throws Exception {
        String exchange = client.exchange("topic");
        Channel channel = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'type' for exchange '" + exchange
                        + "' in vhost '/': received 'direct' but current is 'topic'",
                () -> channel.exchangeDeclare(exchange, "direct", true));
    }

    @Test
    void anExchangesDurabilityMatters(Client client) throws Exception {
        String exchange = client.exchange("topic");
        Channel channel = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange '" + exchange
                        + "' in vhost '/': received 'false' but current is 'true'",
                () -> channel.exchangeDeclare(exchange, "topic", false));
    }

    @Test
    void anUnknownExchangeTypeIsRefused(Client client) throws Exception {
        Channel channel = client.channel();
        String exchange = client.deletedLaterExchange();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - unknown exchange type 'x-teapot'",
                () -> channel.exchangeDeclare(exchange, "x-teapot"));
    }
}
