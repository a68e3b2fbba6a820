package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything is rejected, and becomes dead letters, at size, see {@link SizeTrial}. */
@Tag("own-broker")
class DeadLetterAtSizeIT {
    private static final String ORDERS = "orders";
    private static final String FAILED = "failed";
    private static final int GROUP = 100;

    private static Map<String, Object> toFailed() {
        return Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", FAILED);
    }

    @Test
    void aQueueGetsEachOnceAndInOrder() throws Exception {
        try (SizeTrial trial = SizeTrial.start("dead-letters")) {
            declare(trial, Map.of(), toFailed());
            SerialLedger ledger = rejectAll(trial);
            new SerialDrain(trial, FAILED, ledger)
                    .inOrder(serial -> serial)
                    .looking((serial, delivery) -> checkDeath(trial, serial, delivery))
                    .killAfter(trial.somewhereIn(SizeTrial.MESSAGES));
            trial.verify();
        }
    }

    @Test
    void aQuorumQueueHandsOnAtLeastOnce() throws Exception {
        try (SizeTrial trial = SizeTrial.start("dead-letters-at-least-once")) {
            declare(
                    trial,
                    Map.of("x-queue-type", "quorum"),
                    Map.of(
                            "x-queue-type",
                            "quorum",
                            "x-overflow",
                            "reject-publish",
                            "x-dead-letter-strategy",
                            "at-least-once",
                            "x-dead-letter-exchange",
                            "",
                            "x-dead-letter-routing-key",
                            FAILED));
            SerialLedger ledger = rejectAll(trial);
            new SerialDrain(trial, FAILED, ledger)
                    .mayComeTwice(ledger.confirmed())
                    .looking((serial, delivery) -> checkDeath(trial, serial, delivery))
                    .killAfter(trial.somewhereIn(SizeTrial.MESSAGES));
            trial.verify();
        }
    }

    @Test
    void aStreamGetsThemAll() throws Exception {
        try (SizeTrial trial = SizeTrial.start("dead-letters-to-stream")) {
            declare(trial, Map.of("x-queue-type", "stream"), toFailed());
            SerialLedger ledger = rejectAll(trial);
            readStream(trial, ledger);
            trial.verify();
        }
    }

    private static void declare(SizeTrial trial, Map<String, Object> ofTarget, Map<String, Object> ofSource)
            throws Exception {
        try (Channel channel = trial.connection().createChannel()) {
            channel.queueDeclare(FAILED, true, false, false, ofTarget);
            channel.queueDeclare(ORDERS, true, false, false, ofSource);
        }
    }

    private static void checkDeath(SizeTrial trial, int serial, Delivery delivery) {
        Map<String, Object> headers = delivery.getProperties().getHeaders();
        String reason = headers == null ? "none" : String.valueOf(headers.get("x-first-death-reason"));
        trial.faultUnless(reason.equals("rejected"), "reason " + reason + " of " + serial);
    }

    /** Publishes all and rejects all, with a kill in the middle of either. */
    private static SerialLedger rejectAll(SizeTrial trial) throws Exception {
        SerialLedger ledger = new SerialLedger();
        trial.publish(ledger, serial -> ORDERS);
        trial.faultIfMiscounted(ORDERS, ledger);
        long begun = System.nanoTime();
        reject(trial, trial.somewhereIn(SizeTrial.MESSAGES));
        trial.killAndRestart();
        long left = trial.count(ORDERS);
        reject(trial, Integer.MAX_VALUE);
        trial.awaitCount(ORDERS, 0);
        trial.tellRate("rejected", SizeTrial.MESSAGES, System.nanoTime() - begun);
        trial.tell("left at the kill %d", left);
        return ledger;
    }

    /** Returns when so many were rejected, while that goes on, or there are no more. */
    private static void reject(SizeTrial trial, int enough) throws Exception {
        Connection connection = trial.broker().connectionFactory().newConnection();
        Channel channel = connection.createChannel();
        channel.basicQos(2_000);
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger rejected = new AtomicInteger();
        channel.basicConsume(ORDERS, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                int number = rejected.incrementAndGet();
                if (number == enough) {
                    done.countDown();
                }
                try {
                    if (number % GROUP == 0) {
                        channel.basicNack(envelope.getDeliveryTag(), true, false);
                    }
                } catch (AlreadyClosedException e) {
                    assert !channel.isOpen() : e;
                }
            }
        });
        if (enough != Integer.MAX_VALUE) {
            assertTrue(done.await(trial.patienceMillis(), TimeUnit.MILLISECONDS));
            return;
        }
        trial.awaitCount(ORDERS, 0);
        Client.settle(channel, ORDERS);
        channel.basicNack(0, true, false);
        channel.close();
        connection.close();
    }

    private static void readStream(SizeTrial trial, SerialLedger ledger) throws Exception {
        BitSet missing = ledger.confirmed();
        long begun = System.nanoTime();
        int again = 0;
        int read = 0;
        try (Connection connection = trial.broker().connectionFactory().newConnection()) {
            Channel channel = connection.createChannel();
            channel.basicQos(2_000);
            Inbox inbox = Inbox.open(channel, FAILED, Map.of("x-stream-offset", "first"));
            BitSet found = new BitSet();
            while (!missing.isEmpty()) {
                Delivery delivery = inbox.next();
                int serial = SerialPublisher.serial(delivery.getBody());
                trial.faultUnless(ledger.isPublished(serial), "invented or changed: " + serial);
                again += found.get(serial) ? 1 : 0;
                found.set(serial);
                missing.clear(serial);
                if (++read % 500 == 0 || missing.isEmpty()) {
                    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), true);
                }
            }
        }
        trial.tellRate("read", read, System.nanoTime() - begun);
        trial.tell("twice in the stream %d", again);
    }
}
