package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WithBroker
class TopicExchangeIT {
    /** Pattern, keys that match, keys that do not; the empty key is written -. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a.b     | a.b                 | a a.b.c A.b -",
                "a.*     | a.b a.              | a a.b.c b.a -",
                "*       | a                   | a.b . -",
                "*.*     | a.b . a.            | a a.b.c -",
                "*.b.*   | a.b.c .b.           | a.b b.c a.c.b",
                "#       | a a.b a.b.c - ..    |",
                "a.#     | a a.b a.b.c a.      | b b.a -",
                "#.c     | c b.c a.b.c .c      | c.d a.c.d -",
                "a.#.c   | a.c a.b.c a.b.b.c   | a a.b c a.c.d",
                "#.b.#   | b a.b b.c a.b.c     | a ab -",
                "a.*.#   | a.b a.b.c a.        | a b.a",
                "*.#.c   | a.c a.b.c           | c a.b",
            })
    void matchesWordByWord(String pattern, String matching, String others, Client client) throws Exception {
        String exchange = client.exchange("topic");
        String queue = client.queue();
        Channel channel = client.channel();
        channel.queueBind(queue, exchange, pattern);
        List<String> expected = keys(matching);
        for (String key : expected) {
            client.publish(exchange, key, key);
        }
        for (String key : keys(others)) {
            client.publish(exchange, key, "not to match: " + key);
        }
        assertEquals(expected, client.drain(queue));
    }

    private static List<String> keys(String listed) {
        return listed == null
                ? List.of()
                : Arrays.stream(listed.split(" +", -1))
                        .map(key -> key.equals("-") ? "" : key)
                        .toList();
    }
}
