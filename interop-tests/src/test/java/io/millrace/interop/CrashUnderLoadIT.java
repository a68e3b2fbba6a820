package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills the broker while publishers and consumers are at work, starts it again, and compares what it has with what it
 * promised: every confirmed and unacknowledged message is there once, in the order of its publisher, and nothing was
 * invented.
 */
@Tag("own-broker")
class CrashUnderLoadIT {
    private static final int ROUNDS = 3;
    private static final int PUBLISHERS = 3;
    private static final int CONSUMERS = 2;
    private static final String EXCHANGE = "load";
    /** Its consumers keep up more or less, so that acknowledgements are under way when the broker dies. */
    private static final String WORKED = "worked";
    /** Nobody consumes from it. */
    private static final String KEPT = "kept";

    @Test
    void everyConfirmedMessageIsThereOnceAndInOrder() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (BrokerProcess broker = BrokerProcess.start("crash")) {
            declare(broker);
            for (int round = 1; round <= ROUNDS; round++) {
                CrashLedger ledger = new CrashLedger(round, PUBLISHERS);
                underLoadUntil(2_000 + random.nextInt(10_000), ledger, broker);
                broker.restart();
                String where = "seed " + seed + " round " + round + " ";
                assertEquals(List.of(), ledger.faults(drain(broker, KEPT), false), where + KEPT);
                assertEquals(List.of(), ledger.faults(drain(broker, WORKED), true), where + WORKED);
            }
        }
    }

    private static void declare(BrokerProcess broker) throws Exception {
        try (Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(EXCHANGE, BuiltinExchangeType.FANOUT, true);
            for (String queue : List.of(WORKED, KEPT)) {
                channel.queueDeclare(queue, true, false, false, Map.of());
                channel.queueBind(queue, EXCHANGE, "");
            }
        }
    }

    /** Publishes and consumes until so many messages are confirmed, and kills the broker while that goes on. */
    private static void underLoadUntil(int confirms, CrashLedger ledger, BrokerProcess broker) throws Exception {
        for (int i = 0; i < CONSUMERS; i++) {
            CrashConsumer.start(broker.connectionFactory().newConnection(), WORKED, ledger);
        }
        List<Thread> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            Connection connection = broker.connectionFactory().newConnection();
            publishers.add(CrashPublisher.start(connection, EXCHANGE, i, ledger));
        }
        ledger.awaitConfirmed(confirms);
        broker.kill();
        for (Thread publisher : publishers) {
            publisher.join();
        }
    }

    /** Takes all that a queue has. Messages come in order, so the one published last of all marks the end. */
    private static List<byte[]> drain(BrokerProcess broker, String queue) throws Exception {
        try (Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            channel.basicPublish("", queue, null, new byte[0]);
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            List<byte[]> bodies = new ArrayList<>();
            Inbox inbox = Inbox.openAutoAck(channel, queue);
            for (byte[] body = inbox.next().getBody();
                    body.length > 0;
                    body = inbox.next().getBody()) {
                bodies.add(body);
            }
            return bodies;
        }
    }
}
