package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues and exchanges that drop duplicates. In RabbitMQ they are a plugin of others. */
@Tag("own-broker")
class DeduplicationIT {
    private static final String ARGUMENT = "x-message-deduplication";
    private static final String HEADER = "x-deduplication-header";

    private static void publish(Channel channel, String exchange, String routingKey, Object key, String body)
            throws IOException {
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(2)
                .headers(Map.of(HEADER, key))
                .build();
        channel.basicPublish(exchange, routingKey, properties, Client.octets(body));
    }

    private static void confirmed(Channel channel) throws Exception {
        channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
    }

    private static List<String> drain(Channel channel, String queue) throws IOException {
        List<String> bodies = new ArrayList<>();
        for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            bodies.add(Client.text(got.getBody()));
        }
        return bodies;
    }

    @Test
    void aQueueKnowsWhatItHoldsAndWhatItHeldAlsoAfterAKill() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("deduplication-queue")) {
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.queueDeclare("held", true, false, false, Map.of(ARGUMENT, true));
                channel.queueDeclare("cached", true, false, false, Map.of(ARGUMENT, true, "x-cache-size", 2));
                channel.confirmSelect();
                for (String queue : List.of("held", "cached")) {
                    publish(channel, "", queue, "a", "a1");
                    publish(channel, "", queue, "a", "a2");
                    publish(channel, "", queue, 7, "seven");
                    confirmed(channel);
                }
                assertEquals(List.of("a1", "seven"), drain(channel, "cached"));
            }
            broker.kill();
            broker.restart();
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.confirmSelect();
                for (String queue : List.of("held", "cached")) {
                    publish(channel, "", queue, "a", "a3");
                    publish(channel, "", queue, 7L, "seven again");
                    publish(channel, "", queue, "b", "b1");
                    publish(channel, "", queue, "a", "a4");
                    confirmed(channel);
                }
                assertEquals(List.of("a1", "seven", "b1"), drain(channel, "held"));
                assertEquals(List.of("b1", "a4"), drain(channel, "cached"));
                publish(channel, "", "held", "a", "a5");
                confirmed(channel);
                assertEquals(List.of("a5"), drain(channel, "held"));
            }
        }
    }

    @Test
    void anExchangeRoutesAMessageOnceAlsoAfterARestartAndAKill() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("deduplication-exchange")) {
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.exchangeDeclare("fan", ARGUMENT, true, false, Map.of("x-cache-size", 100));
                channel.exchangeDeclare("topics", "topic", true, false, Map.of(ARGUMENT, true, "x-cache-ttl", 600_000));
                for (String queue : List.of("one", "two")) {
                    channel.queueDeclare(queue, true, false, false, Map.of());
                    channel.queueBind(queue, "fan", "");
                }
                channel.queueDeclare("three", true, false, false, Map.of());
                channel.queueBind("three", "topics", "a.*");
                channel.confirmSelect();
                publishAll(channel, "first");
                confirmed(channel);
            }
            for (boolean kill : new boolean[] {false, true}) {
                if (kill) {
                    broker.kill();
                } else {
                    assertEquals(0, broker.stop());
                }
                broker.restart();
                try (Connection connection = broker.connectionFactory().newConnection();
                        Channel channel = connection.createChannel()) {
                    channel.confirmSelect();
                    publishAll(channel, "again");
                    confirmed(channel);
                    for (String queue : List.of("one", "two", "three")) {
                        List<String> expected = kill ? List.of() : List.of("first 1", "first 2");
                        assertEquals(expected, drain(channel, queue));
                    }
                }
            }
            assertTrue(Client.text(broker.metrics().toURL().openStream().readAllBytes())
                    .contains("rabbitmq_global_messages_duplicates_dropped_total{protocol=\"amqp091\"} 6.0"));
        }
    }

    private static void publishAll(Channel channel, String text) throws IOException {
        for (int key : new int[] {1, 2, 1}) {
            publish(channel, "fan", "", key, text + " " + key);
            publish(channel, "topics", "a.b", key, text + " " + key);
        }
        // Leaves no key: nothing is bound for it.
        publish(channel, "topics", "b", 3, text);
    }

    /** Whatever was confirmed when the broker was killed is there once, although all of it is published again. */
    @Test
    void whatIsSentAgainAfterAKillUnderLoadComesOnce() throws Exception {
        int count = 1_000;
        Set<Long> confirmedTags = new ConcurrentSkipListSet<>();
        try (BrokerProcess broker = BrokerProcess.start("deduplication-load")) {
            Connection first = broker.connectionFactory().newConnection();
            Channel channel = first.createChannel();
            channel.queueDeclare("direct", true, false, false, Map.of(ARGUMENT, true));
            channel.exchangeDeclare("fan", ARGUMENT, true, false, Map.of("x-cache-size", count));
            // On the loops of two connections, one of which is likely not to be the exchange's.
            for (String queue : List.of("behind", "far behind")) {
                try (Connection other = broker.connectionFactory().newConnection()) {
                    Channel declaring = other.createChannel();
                    declaring.queueDeclare(queue, true, false, false, Map.of());
                    declaring.queueBind(queue, "fan", "");
                }
            }
            channel.confirmSelect();
            CountDownLatch half = new CountDownLatch(count);
            channel.addConfirmListener(
                    (tag, multiple) -> {
                        for (long next = multiple ? 1 : tag; next <= tag; next++) {
                            if (confirmedTags.add(next)) {
                                half.countDown();
                            }
                        }
                    },
                    (tag, multiple) -> {});
            publishNumbers(channel, count);
            assertTrue(half.await(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            broker.kill();
            broker.restart();
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel again = connection.createChannel()) {
                again.confirmSelect();
                publishNumbers(again, count);
                confirmed(again);
                List<String> direct = consume(again, "direct");
                assertEquals(count, direct.size(), "duplicates, or something is lost");
                assertEquals(count, new HashSet<>(direct).size());
                for (String queue : List.of("behind", "far behind")) {
                    checkComesOnce(consume(again, queue), count, confirmedTags);
                }
            }
            first.abort();
        }
    }

    /** All that is there, with fewer round trips. */
    private static List<String> consume(Channel channel, String queue) throws Exception {
        int count = (int) channel.messageCount(queue);
        return Inbox.openAutoAck(channel, queue).texts(count);
    }

    private static void checkComesOnce(List<String> bodies, int count, Set<Long> confirmedTags) {
        for (int i = 0; i < count; i++) {
            String body = Integer.toString(i);
            int times = Collections.frequency(bodies, body);
            // Tags begin at 1, and each number has two.
            boolean wasConfirmed = confirmedTags.contains(2L * i + 2);
            assertTrue(times == 1 || (times == 2 && !wasConfirmed), () -> body + " came " + times + " times");
        }
    }

    private static void publishNumbers(Channel channel, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            publish(channel, "", "direct", i, Integer.toString(i));
            publish(channel, "fan", "", i, Integer.toString(i));
        }
    }

    @Test
    void duplicatesOfWhatIsDelayedAreDroppedWhenTheyArePublished() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("deduplication-delayed")) {
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.exchangeDeclare(
                        "later", "fanout", true, false, Map.of("x-delayed-exchange", true, ARGUMENT, true));
                channel.queueDeclare("q", true, false, false, Map.of());
                channel.queueBind("q", "later", "");
                channel.confirmSelect();
                publishLater(channel, "a", "a1");
                publishLater(channel, "a", "a2");
                confirmed(channel);
            }
            broker.kill();
            broker.restart();
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.confirmSelect();
                publishLater(channel, "a", "a3");
                publishLater(channel, "b", "b1");
                confirmed(channel);
                assertEquals(
                        List.of("a1", "b1"), Inbox.openAutoAck(channel, "q").texts(2));
                assertEquals(List.of(), drain(channel, "q"));
                assertEquals(List.of(), broker.rabbitmqctl("-q", "list_delayed_messages", "later"));
            }
        }
    }

    private static void publishLater(Channel channel, String key, String body) throws IOException {
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(2)
                .headers(Map.of(HEADER, key, "x-delay", 300))
                .build();
        channel.basicPublish("later", "", properties, Client.octets(body));
    }

    @Test
    void aPolicyMakesQueuesDropDuplicatesAndEndsIt() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("deduplication-policy");
                Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("q", true, false, false, Map.of());
            channel.exchangeDeclare("fan", ARGUMENT, true, false, Map.of("x-cache-size", 100));
            channel.queueBind("q", "fan", "");
            channel.confirmSelect();
            broker.rabbitmqctl("set_policy", "once", "^q$", "{\"x-message-deduplication\":true}");
            broker.rabbitmqctl("set_policy", "few", "^fan$", "{\"x-cache-size\":1}", "--apply-to", "exchanges");
            publish(channel, "", "q", "a", "a1");
            publish(channel, "", "q", "a", "a2");
            confirmed(channel);
            broker.rabbitmqctl("clear_policy", "once");
            publish(channel, "", "q", "a", "a3");
            for (String key : List.of("b", "b", "c", "b")) {
                publish(channel, "fan", "", key, key);
            }
            confirmed(channel);
            assertEquals(List.of("a1", "a3", "b", "c", "b"), drain(channel, "q"));
        }
    }

    @Test
    void argumentsThatMeanNothingAreRefused() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("deduplication-arguments");
                Connection connection = broker.connectionFactory().newConnection()) {
            Channel exchanges = connection.createChannel();
            Closes.channel(
                    406,
                    "PRECONDITION_FAILED - Missing or invalid argument, 'x-cache-size' must be an integer greater than"
                            + " 0",
                    () -> exchanges.exchangeDeclare("x", ARGUMENT, true, false, Map.of()));
            Channel queues = connection.createChannel();
            Closes.channel(
                    406,
                    "PRECONDITION_FAILED - invalid arg 'x-message-deduplication' for queue 'q' in vhost '/':"
                            + " {unacceptable_type,longstr}",
                    () -> queues.queueDeclare("q", true, false, false, Map.of(ARGUMENT, "true")));
        }
    }
}
