package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** What a Spring application asks of a broker, also when the broker is killed. */
@Tag("own-broker")
class SpringAmqpIT {
    private static BrokerProcess broker;
    private static AnnotationConfigApplicationContext context;
    private static SpringShop shop;
    private static RabbitTemplate template;
    private static final Set<String> mayComeAgain = new HashSet<>();

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerProcess.start("spring");
        context = SpringShop.start(broker);
        shop = context.getBean(SpringShop.class);
        template = context.getBean(RabbitTemplate.class);
    }

    @AfterAll
    static void stop() {
        context.close();
        broker.close();
    }

    @Test
    void publishersHearOfConfirmsAndReturns() throws Exception {
        CorrelationData taken = publish("order.new", "fine");
        assertNull(taken.getReturned());
        assertEquals(List.of("fine"), heard(1));
        CorrelationData returned = publish("nobody.listens", "lost");
        assertEquals(312, returned.getReturned().getReplyCode());
        assertEquals("NO_ROUTE", returned.getReturned().getReplyText());
    }

    @Test
    void requestsAreAnsweredByDirectReplies() {
        assertEquals("2", template.convertSendAndReceive(SpringShop.PRICES, (Object) "apple"));
        assertEquals("3", template.convertSendAndReceive(SpringShop.PRICES, (Object) "pear"));
    }

    @Test
    void whatFailsThreeTimesInTheApplicationIsParkedWithTheReason() throws Exception {
        publish("order.new", "bad order");
        assertEquals(List.of("bad order", "bad order", "bad order"), heard(3));
        Message parked = template.receive(SpringShop.PARKED, Settings.PATIENCE.toMillis());
        assertEquals("bad order", Client.text(parked.getBody()));
        Map<String, Object> headers = parked.getMessageProperties().getHeaders();
        assertEquals(SpringShop.EXCHANGE, headers.get("x-original-exchange"));
        assertEquals("order.new", headers.get("x-original-routingKey"));
        assertTrue(headers.get("x-exception-stacktrace").toString().contains("cannot take bad order"));
    }

    @Test
    void whatIsRejectedIsDeadLetteredByTheBroker() throws Exception {
        publish("payment.new", "bad payment");
        assertEquals(List.of("bad payment"), heard(1));
        Message dead = template.receive(SpringShop.DEAD, Settings.PATIENCE.toMillis());
        assertEquals("bad payment", Client.text(dead.getBody()));
        List<Map<String, ?>> deaths = dead.getMessageProperties().getXDeathHeader();
        assertEquals("rejected", deaths.get(0).get("reason"));
        assertEquals(SpringShop.PAYMENTS, deaths.get(0).get("queue"));
        assertEquals(List.of("payment.new"), deaths.get(0).get("routing-keys"));
    }

    @Test
    void remindersComeWhenTheyAreDue() throws Exception {
        List<CorrelationData> published = List.of(remind("later", 1500), remind("sooner", 500), remind("now", 0));
        for (CorrelationData one : published) {
            assertTrue(one.getFuture()
                    .get(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .isAck());
        }
        assertEquals(List.of("now", "sooner", "later"), List.of(reminder(), reminder(), reminder()));
    }

    private static CorrelationData remind(String text, long delayMillis) {
        CorrelationData correlation = new CorrelationData();
        template.convertAndSend(
                SpringShop.REMINDERS,
                SpringShop.REMINDERS,
                text,
                message -> {
                    message.getMessageProperties().setDelayLong(delayMillis);
                    return message;
                },
                correlation);
        return correlation;
    }

    private static String reminder() {
        return (String) template.receiveAndConvert(SpringShop.REMINDERS, Settings.PATIENCE.toMillis());
    }

    /** The application connects, declares and listens again by itself; nothing that was confirmed is missing. */
    @Test
    void everythingGoesOnAfterTheBrokerWasKilled() throws Exception {
        List<String> before = publishOrders(1, 50);
        assertEquals(Set.copyOf(before), Set.copyOf(heard(before.size())));
        // Their acknowledgements may be under way.
        mayComeAgain.addAll(before);
        broker.kill();
        broker.restart();
        List<String> after = publishOrders(51, 100);
        assertEquals(Set.copyOf(after), Set.copyOf(heard(after.size())));
        assertEquals("2", template.convertSendAndReceive(SpringShop.PRICES, (Object) "apple"));
        awaitListenerOfNews();
    }

    /** Its queue went with the connection, and is another one now. */
    private static void awaitListenerOfNews() throws Exception {
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        while (publish("news", "good news").getReturned() != null) {
            assertTrue(System.nanoTime() - deadline < 0, "nobody listens to the news");
        }
        assertEquals(List.of("good news"), heard(1));
    }

    private static List<String> publishOrders(int first, int last) throws Exception {
        List<String> orders =
                IntStream.rangeClosed(first, last).mapToObj(i -> "order " + i).toList();
        for (String order : orders) {
            publish("order.new", order);
        }
        return orders;
    }

    /** Publishes until it is confirmed; while there is no connection it is tried again. */
    private static CorrelationData publish(String routingKey, String text) throws Exception {
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        while (true) {
            CorrelationData correlation = new CorrelationData();
            try {
                template.convertAndSend(SpringShop.EXCHANGE, routingKey, text, correlation);
                CorrelationData.Confirm confirm =
                        correlation.getFuture().get(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (confirm.isAck()) {
                    return correlation;
                }
            } catch (AmqpException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    private static List<String> heard(int count) throws InterruptedException {
        return IntStream.range(0, count).mapToObj(i -> next()).toList();
    }

    private static String next() {
        try {
            String text = shop.heard.poll(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertNotNull(text, "nothing was heard");
            return mayComeAgain.contains(text) ? next() : text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
