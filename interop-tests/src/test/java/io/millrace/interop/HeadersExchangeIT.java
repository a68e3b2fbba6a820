package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@WithBroker
class HeadersExchangeIT {
    private static final Map<String, Object> BOTH = Map.of("colour", "red", "x-size", 1);

    @Test
    void allWantsEveryHeaderButThoseWithX(Client client) throws Exception {
        assertEquals(
                List.of("red", "both", "red and more"),
                matched(client, Map.of("x-match", "all", "colour", "red", "x-size", 1)));
    }

    @Test
    void allIsTheDefault(Client client) throws Exception {
        assertEquals(List.of("red", "both", "red and more"), matched(client, Map.of("colour", "red")));
    }

    @Test
    void anyWantsOneHeaderButNotOneWithX(Client client) throws Exception {
        assertEquals(
                List.of("red", "both", "red and more", "shape"),
                matched(client, Map.of("x-match", "any", "colour", "red", "shape", "round", "x-size", 1)));
    }

    @Test
    void allWithXWantsThoseToo(Client client) throws Exception {
        assertEquals(List.of("both"), matched(client, Map.of("x-match", "all-with-x", "colour", "red", "x-size", 1)));
    }

    @Test
    void anyWithXTakesThoseToo(Client client) throws Exception {
        assertEquals(
                List.of("both", "size"),
                matched(client, Map.of("x-match", "any-with-x", "colour", "green", "x-size", 1)));
    }

    @Test
    void withoutArgumentsAllTakesEverythingAndAnyNothing(Client client) throws Exception {
        assertEquals(
                List.of("red", "both", "red and more", "blue", "shape", "size", "none"),
                matched(client, Map.of("x-match", "all")));
        assertEquals(List.of(), matched(client, Map.of("x-match", "any")));
    }

    @Test
    void aVoidArgumentAsksForPresenceOnly(Client client) throws Exception {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("colour", null);
        assertEquals(List.of("red", "both", "red and more", "blue"), matched(client, arguments));
    }

    @Test
    void anUnknownMatchClosesTheChannel(Client client) throws Exception {
        String exchange = client.exchange("headers");
        String queue = client.queue();
        Channel channel = client.channel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - Invalid x-match field value <<\"some\">>; "
                        + "expected all, any, all-with-x, or any-with-x",
                () -> channel.queueBind(queue, exchange, "", Map.of("x-match", "some")));
    }

    /** The names of the messages that a binding with these arguments lets through, of seven. */
    private static List<String> matched(Client client, Map<String, Object> arguments) throws Exception {
        String exchange = client.exchange("headers");
        String queue = client.queue();
        client.channel().queueBind(queue, exchange, "", arguments);
        publish(client, exchange, "red", Map.of("colour", "red"));
        publish(client, exchange, "both", BOTH);
        publish(client, exchange, "red and more", Map.of("colour", "red", "shape", "flat"));
        publish(client, exchange, "blue", Map.of("colour", "blue"));
        publish(client, exchange, "shape", Map.of("shape", "round"));
        publish(client, exchange, "size", Map.of("x-size", 1L));
        publish(client, exchange, "none", null);
        return client.drain(queue);
    }

    private static void publish(Client client, String exchange, String name, Map<String, Object> headers)
            throws Exception {
        client.publish(
                exchange,
                "any key",
                new AMQP.BasicProperties.Builder().headers(headers).build(),
                name);
    }
}
