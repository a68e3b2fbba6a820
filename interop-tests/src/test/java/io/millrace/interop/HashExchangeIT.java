package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Exchanges that send each message to one of several queues. In RabbitMQ some of them are plugins. */
@Tag("differs")
@WithBroker
class HashExchangeIT {
    private static final int MESSAGES = 200;

    private static void publish(Client client, String exchange) throws Exception {
        Channel channel = client.channel();
        channel.confirmSelect();
        for (int i = 0; i < MESSAGES; i++) {
            BasicProperties properties = new BasicProperties.Builder()
                    .headers(Map.of("customer", i % 10))
                    .build();
            channel.basicPublish(exchange, "key-" + i, properties, Client.octets(Integer.toString(i % 10)));
        }
        channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
    }

    @Test
    void whatHasTheSameHeaderStaysTogether(Client client) throws Exception {
        String exchange = client.exchange("x-consistent-hash", Map.of("hash-header", "customer"));
        String one = client.queue();
        String other = client.queue();
        client.channel().queueBind(one, exchange, "1");
        client.channel().queueBind(other, exchange, "1");

        publish(client, exchange);

        List<String> first = client.drain(one);
        List<String> second = client.drain(other);
        assertEquals(MESSAGES, first.size() + second.size());
        TreeSet<String> customers = new TreeSet<>(first);
        customers.retainAll(second);
        assertEquals(new TreeSet<>(), customers);
    }

    @Test
    void aMessageGoesToOneQueueAndWhenThatIsGoneToAnother(Client client) throws Exception {
        for (String type : List.of("x-consistent-hash", "x-modulus-hash", "x-random", "x-local-random")) {
            String key = type.equals("x-consistent-hash") ? "5" : "";
            String exchange = client.exchange(type);
            String one = client.queue();
            String other = client.queue();
            client.channel().queueBind(one, exchange, key);
            client.channel().queueBind(other, exchange, key);

            publish(client, exchange);
            int first = client.drain(one).size();
            int second = client.drain(other).size();
            assertEquals(MESSAGES, first + second, type);
            assertTrue(first > 0 && second > 0, type + ": " + first + " and " + second);

            client.channel().queueUnbind(one, exchange, key);
            publish(client, exchange);
            assertEquals(List.of(), client.drain(one), type);
            assertEquals(MESSAGES, client.drain(other).size(), type);
        }
    }
}
