package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
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
 * Many lives of one data directory, each ended by {@code kill -9} at a random moment: publishers to several queues,
 * consumers, purges, deletions and declarations. {@code -Dinterop.kill.rounds=500} for a long run,
 * {@code -Dinterop.kill.seed} to repeat one.
 */
@Tag("own-broker")
class KillRoundsIT {
    private static final int PUBLISHERS = 3;
    private static final int CONFIRMS_MAX = 2_500;
    private static final double TRANSIENT_SHARE = 0.2;
    /** What is in this one stays over several lives. */
    private static final String KEPT = "kept";

    private static final int KEPT_ROUNDS = 5;
    private static final String WORKED = "worked";
    private static final String PURGED = "purged";
    private static final String FLEETING = "fleeting";
    private static final List<Destination> DESTINATIONS = List.of(
            new Destination("fan", "", List.of(KEPT, WORKED, PURGED)),
            new Destination("", WORKED, List.of(WORKED)),
            new Destination("", FLEETING, List.of(FLEETING)));

    private final KillLedger ledger = new KillLedger(List.of(KEPT, WORKED, PURGED, FLEETING));
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
        }
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
            for (String queue : all ? List.of(WORKED, PURGED, FLEETING, KEPT) : List.of(WORKED, PURGED, FLEETING)) {
                assertEquals(List.of(), ledger.faults(queue, drain(channel, queue)), where + queue);
            }
            for (String queue : declared) {
                // Fails, and closes the channel, if it is not there.
                channel.queueDelete(requireThere(channel, queue));
            }
            declared.clear();
        }
    }

    private static String requireThere(Channel channel, String queue) throws IOException {
        return channel.queueDeclarePassive(queue).getQueue();
    }

    /** Takes all that a queue has. Messages come in order, so the one published last of all marks the end. */
    private static List<byte[]> drain(Channel channel, String queue) throws Exception {
        channel.basicPublish("", queue, null, new byte[0]);
        List<byte[]> bodies = new ArrayList<>();
        Inbox inbox = Inbox.openAutoAck(channel, queue);
        for (byte[] body = inbox.next().getBody();
                body.length > 0;
                body = inbox.next().getBody()) {
            bodies.add(body);
        }
        channel.basicCancel(inbox.tag());
        return bodies;
    }
}
