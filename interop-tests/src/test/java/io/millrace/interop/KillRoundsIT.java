package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import io.millrace.interop.KillPublisher.Destination;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many lives of one data directory, each ended by {@code kill -9} at a random moment: publishers to queues of every
 * kind, consumers, purges, deletions, declarations and dead letters. {@code -Dinterop.kill.rounds=500} for a long run,
 * {@code -Dinterop.kill.seed} to repeat one.
 */
@Tag("own-broker")
class KillRoundsIT {
    private static final int PUBLISHERS = 3;
    private static final int CONFIRMS_MAX = 1_500;
    private static final double TRANSIENT_SHARE = 0.2;
    /** What is in this one stays over several lives. */
    private static final String KEPT = "kept";

    private static final int KEPT_ROUNDS = 5;
    private static final String WORKED = "worked";
    private static final String PURGED = "purged";
    private static final String FLEETING = "fleeting";
    private static final String QUORUM = "quorum";
    private static final String URGENT = "urgent";
    /** Takes so many messages; what it has no room for goes to the next one. */
    private static final String BOUNDED = "bounded";

    private static final int BOUNDED_MESSAGES = 300;
    private static final String OVERFLOW = "overflow";
    /** A stream, which is deleted and declared again after every life. */
    private static final String EVENTS = "events";
    /** What consumers send back to this one comes again after a while. */
    private static final String RETRIED = "retried";

    private static final int RETRY_MILLIS = 50;
    private static final int REFUSALS = 300;
    /** Behind an exchange that keeps messages for a moment. */
    private static final String LATE = "late";
    /** Of the message that marks the end of a queue: quorum queues take one without a priority before the lowest. */
    private static final AMQP.BasicProperties LAST =
            new AMQP.BasicProperties.Builder().priority(0).build();

    private static final Map<String, Map<String, Object>> WIDE = Map.of(
            QUORUM,
            Map.of("x-queue-type", "quorum"),
            URGENT,
            Map.of("x-max-priority", 5),
            RETRIED,
            Map.of(
                    "x-delayed-retry-type",
                    "all",
                    "x-delayed-retry-min",
                    RETRY_MILLIS,
                    "x-delayed-retry-max",
                    RETRY_MILLIS),
            BOUNDED,
            Map.of(
                    "x-max-length",
                    BOUNDED_MESSAGES,
                    "x-dead-letter-exchange",
                    "",
                    "x-dead-letter-routing-key",
                    OVERFLOW),
            EVENTS,
            Map.of("x-queue-type", "stream", "x-stream-max-segment-size-bytes", 1_000_000));
    private static final List<Destination> DESTINATIONS = List.of(
            new Destination("fan", "", List.of(KEPT, WORKED, PURGED)),
            new Destination("wide", "", List.copyOf(WIDE.keySet())),
            new Destination("later", "", List.of(LATE)),
            new Destination("", WORKED, List.of(WORKED)),
            new Destination("", FLEETING, List.of(FLEETING)));

    private final KillLedger ledger = new KillLedger(
                    List.of(KEPT, WORKED, PURGED, FLEETING, QUORUM, URGENT, BOUNDED, EVENTS, RETRIED, LATE))
            .unordered(RETRIED)
            .mayKeepTransient(RETRIED)
            .unordered(LATE)
            .keepsAll(QUORUM)
            .keepsAll(EVENTS)
            .ordersByPriority(QUORUM)
            .ordersByPriority(URGENT);
    /** Queues whose declaration was answered. */
    private final List<String> declared = new ArrayList<>();

    @Test
    void whatWasPromisedIsKeptThroughManyKills() throws Exception {
        long seed = Long.getLong("interop.kill.seed", System.nanoTime());
        int rounds = Settings.number("interop.kill.rounds", 50);
        System.out.println("KillRoundsIT: -Dinterop.kill.seed=" + seed);
        Random random = new Random(seed);
        try (BrokerProcess broker = BrokerProcess.start(
                "kills",
                "--set=log_file_size=1MiB",
                "--set=segment_file_size=64KiB",
                "--set=queue_memory_messages=500")) {
            declareTopology(broker);
            for (int round = 1; round <= rounds; round++) {
                ledger.nextRound();
                liveAndDie(broker, random);
                broker.restart();
                verify(broker, "seed " + seed + " round " + round + " ", round % KEPT_ROUNDS == 0 || round == rounds);
            }
        }
    }

    private static void declareTopology(BrokerProcess broker) throws Exception {
        try (Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare("fan", BuiltinExchangeType.FANOUT, true);
            for (String queue : List.of(KEPT, WORKED, PURGED)) {
                channel.queueDeclare(queue, true, false, false, Map.of());
                channel.queueBind(queue, "fan", "");
            }
            channel.queueDeclare(FLEETING, true, false, false, Map.of());
            channel.queueDeclare(OVERFLOW, true, false, false, Map.of());
            channel.exchangeDeclare("later", "x-delayed-message", true, false, Map.of("x-delayed-type", "fanout"));
            channel.queueDeclare(LATE, true, false, false, Map.of());
            channel.queueBind(LATE, "later", "");
            channel.exchangeDeclare("wide", BuiltinExchangeType.FANOUT, true);
            for (String queue : WIDE.keySet()) {
                declareWide(channel, queue);
            }
        }
    }

    private static void declareWide(Channel channel, String queue) throws IOException {
        channel.queueDeclare(queue, true, false, false, WIDE.get(queue));
        channel.queueBind(queue, "wide", "");
    }

    private void liveAndDie(BrokerProcess broker, Random random) throws Exception {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<KillPublisher.Running> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            Connection connection = broker.connectionFactory().newConnection();
            publishers.add(
                    KillPublisher.start(connection, i, DESTINATIONS, TRANSIENT_SHARE, ledger, random.nextLong()));
        }
        for (int i = 0; i < 2; i++) {
            consume(broker.connectionFactory().newConnection(), failures);
        }
        sendBack(broker.connectionFactory().newConnection());
        Connection operated = broker.connectionFactory().newConnection();
        Thread operator = new Thread(() -> operate(operated, failures), "operator");
        operator.start();
        ledger.awaitConfirmed(1 + random.nextInt(CONFIRMS_MAX));
        broker.kill();
        for (KillPublisher.Running publisher : publishers) {
            publisher.thread().join();
        }
        operator.join();
        assertEquals(List.of(), List.copyOf(failures));
    }

    /** Acknowledges in groups. */
    private void consume(Connection connection, ConcurrentLinkedQueue<Throwable> failures) throws IOException {
        Channel channel = connection.createChannel();
        channel.basicQos(100);
        channel.basicConsume(WORKED, false, new DefaultConsumer(channel) {
            private int held;

            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                try {
                    ledger.acknowledging(WORKED, body);
                } catch (AssertionError e) {
                    failures.add(e);
                }
                if (++held % 10 == 0) {
                    channel.basicAck(envelope.getDeliveryTag(), true);
                }
            }
        });
    }

    /** Refuses messages, and keeps those that come when it has refused enough. */
    private static void sendBack(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        channel.basicQos(100);
        channel.basicConsume(RETRIED, false, new DefaultConsumer(channel) {
            private int refused;

            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                if (refused++ < REFUSALS) {
                    channel.basicReject(envelope.getDeliveryTag(), true);
                }
            }
        });
    }

    /** Purges, deletes and declares until the broker is gone. */
    private void operate(Connection connection, ConcurrentLinkedQueue<Throwable> failures) {
        try {
            Channel channel = connection.createChannel();
            for (int step = 0; ; step++) {
                ledger.clearing(PURGED);
                channel.queuePurge(PURGED);
                ledger.cleared(PURGED);
                Set<KillLedger.Id> before = ledger.clearing(FLEETING);
                channel.queueDelete(FLEETING);
                ledger.deleted(FLEETING, before);
                channel.queueDeclare(FLEETING, true, false, false, Map.of());
                ledger.cleared(FLEETING);
                String name = "queue-" + ledger.round() + "-" + step;
                channel.queueDeclare(name, true, false, false, Map.of());
                channel.queueBind(name, "amq.topic", name);
                declared.add(name);
            }
        } catch (IOException | AlreadyClosedException e) {
            assert !connection.isOpen() : e;
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    private void verify(BrokerProcess broker, String where, boolean all) throws Exception {
        try (Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            // The kill may have come between its deletion and its declaration.
            channel.queueDeclare(FLEETING, true, false, false, Map.of());
            for (String queue : List.of(WORKED, PURGED, FLEETING, QUORUM, URGENT)) {
                assertEquals(List.of(), ledger.faults(queue, drain(channel, queue)), where + queue);
            }
            if (all) {
                assertEquals(List.of(), ledger.faults(KEPT, drain(channel, KEPT)), where + KEPT);
            }
            verifyDeadLetters(channel, where);
            for (String queue : List.of(RETRIED, LATE)) {
                assertEquals(List.of(), ledger.faults(queue, drainOwed(channel, queue)), where + queue);
            }
            verifyStream(connection, where);
            for (String queue : declared) {
                // Fails, and closes the channel, if it is not there.
                channel.queueDelete(requireThere(channel, queue));
            }
            declared.clear();
        }
    }

    /** Every message is in one of the two, the older ones among the dead letters. */
    private void verifyDeadLetters(Channel channel, String where) throws Exception {
        List<byte[]> kept = drain(channel, BOUNDED);
        assertTrue(kept.size() <= BOUNDED_MESSAGES, where + BOUNDED + " has " + kept.size());
        List<byte[]> both = new ArrayList<>(drain(channel, OVERFLOW));
        both.addAll(kept);
        assertEquals(List.of(), ledger.faults(BOUNDED, both), where + BOUNDED);
    }

    /** A new stream of the same name begins with nothing. */
    private void verifyStream(Connection connection, String where) throws Exception {
        Channel channel = connection.createChannel();
        channel.basicPublish("", EVENTS, null, new byte[0]);
        channel.basicQos(1_000);
        Inbox inbox = Inbox.open(channel, EVENTS, Map.of("x-stream-offset", "first"));
        List<byte[]> bodies = new ArrayList<>();
        for (Delivery next = inbox.next(); next.getBody().length > 0; next = inbox.next()) {
            bodies.add(next.getBody());
            inbox.ack(next);
        }
        assertEquals(List.of(), ledger.faults(EVENTS, bodies), where + EVENTS);
        channel.queueDelete(EVENTS);
        ledger.deleted(EVENTS, ledger.clearing(EVENTS));
        declareWide(channel, EVENTS);
        ledger.cleared(EVENTS);
        channel.close();
    }

    private static String requireThere(Channel channel, String queue) throws IOException {
        return channel.queueDeclarePassive(queue).getQueue();
    }

    /** Takes all that comes out of a queue in the end: what is owed, in any order and not before it is due. */
    private List<byte[]> drainOwed(Channel channel, String queue) throws Exception {
        List<byte[]> bodies = new ArrayList<>();
        Set<KillLedger.Id> owed = ledger.owed(queue);
        Inbox inbox = Inbox.openAutoAck(channel, queue);
        while (!owed.isEmpty()) {
            byte[] body = inbox.next().getBody();
            bodies.add(body);
            owed.remove(KillLedger.Id.of(body));
        }
        channel.basicPublish("", queue, LAST, new byte[0]);
        takeUpToTheMark(inbox, bodies);
        channel.basicCancel(inbox.tag());
        return bodies;
    }

    /** Takes all that a queue has. Messages come in order, so the one published last of all marks the end. */
    private static List<byte[]> drain(Channel channel, String queue) throws Exception {
        channel.basicPublish("", queue, LAST, new byte[0]);
        List<byte[]> bodies = new ArrayList<>();
        Inbox inbox = Inbox.openAutoAck(channel, queue);
        takeUpToTheMark(inbox, bodies);
        channel.basicCancel(inbox.tag());
        return bodies;
    }

    private static void takeUpToTheMark(Inbox inbox, List<byte[]> bodies) throws InterruptedException {
        for (byte[] body = inbox.next().getBody();
                body.length > 0;
                body = inbox.next().getBody()) {
            bodies.add(body);
        }
    }
}
