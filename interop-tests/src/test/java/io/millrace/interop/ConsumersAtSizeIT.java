package io.millrace.interop;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What queues do about their consumers, and without any, at size, see {@link SizeTrial}. */
@Tag("own-broker")
class ConsumersAtSizeIT {
    private static final String QUEUE = "q";
    private static final int CONSUMERS = 4;
    private static final int PREFETCH = 1_000;
    private static final int GROUP = 250;
    private static final int EXPIRES_MILLIS = 3_000;

    private static SerialLedger publish(SizeTrial trial, Map<String, Object> arguments) throws Exception {
        try (Channel channel = trial.connection().createChannel()) {
            channel.queueDeclare(QUEUE, true, false, false, arguments);
        }
        SerialLedger ledger = new SerialLedger();
        trial.publish(ledger, serial -> QUEUE);
        trial.faultIfMiscounted(QUEUE, ledger);
        return ledger;
    }

    /** Consumers one after the other take a part each, and go in the middle of it, one of them with the broker. */
    @Test
    void oneConsumerAtATimeGoesOnWhereTheOtherLeftOff() throws Exception {
        try (SizeTrial trial = SizeTrial.start("single-active")) {
            SerialLedger ledger = publish(trial, Map.of("x-single-active-consumer", true));
            BitSet acknowledged = new BitSet();
            takeParts(trial, ledger, acknowledged);
            trial.kill();
            trial.restart();
            takeParts(trial, ledger, acknowledged);
            BitSet left = ledger.confirmed();
            left.andNot(acknowledged);
            new SerialDrain(trial, QUEUE, ledger)
                    .owing(left)
                    .inOrder(serial -> serial)
                    .all();
            trial.verify();
        }
    }

    private static void takeParts(SizeTrial trial, SerialLedger ledger, BitSet acknowledged) throws Exception {
        List<Connection> connections = new ArrayList<>();
        List<Inbox> inboxes = new ArrayList<>();
        for (int i = 0; i < CONSUMERS; i++) {
            Connection connection = trial.broker().connectionFactory().newConnection();
            Channel channel = connection.createChannel();
            channel.basicQos(PREFETCH);
            connections.add(connection);
            inboxes.add(Inbox.open(channel, QUEUE));
        }
        for (int active = 0; active < CONSUMERS; active++) {
            take(trial, ledger, inboxes.get(active), acknowledged);
            for (int other = active + 1; other < CONSUMERS; other++) {
                trial.faultUnless(inboxes.get(other).size() == 0, "delivered to a consumer that is not active");
            }
            connections.get(active).abort(1_000);
        }
    }

    private static void take(SizeTrial trial, SerialLedger ledger, Inbox inbox, BitSet acknowledged) throws Exception {
        int part = trial.somewhereIn(SizeTrial.MESSAGES / CONSUMERS / 2);
        BitSet group = new BitSet();
        // What nobody acknowledged, and was confirmed, comes first.
        BitSet owed = ledger.confirmed();
        owed.andNot(acknowledged);
        int next = owed.nextSetBit(0);
        int last = -1;
        for (int taken = 1; taken <= part; taken++) {
            Delivery delivery = inbox.next();
            int serial = SerialPublisher.serial(delivery.getBody());
            trial.faultUnless(ledger.isPublished(serial) && serial > last, "out of order " + serial);
            trial.faultUnless(serial <= next, serial + " before " + next);
            if (serial == next) {
                next = owed.nextSetBit(next + 1);
            }
            last = serial;
            group.set(serial);
            if (taken % GROUP == 0) {
                acknowledged.or(group);
                inbox.getChannel().basicAck(delivery.getEnvelope().getDeliveryTag(), true);
            }
        }
    }

    @Test
    void aQueueThatNobodyUsesGoesWithAllItHas() throws Exception {
        try (SizeTrial trial = SizeTrial.start("expires")) {
            publish(trial, Map.of());
            trial.broker().rabbitmqctl("set_policy", "unused", "^q$", "{\"expires\":" + EXPIRES_MILLIS + "}");
            trial.killAndRestart();
            long octets = octets(trial);
            long used = System.currentTimeMillis();
            try (Channel channel = trial.connection().createChannel()) {
                channel.queueDeclare(QUEUE, true, false, false, Map.of());
            }
            while (isThere(trial)) {
                if (System.currentTimeMillis() - used > EXPIRES_MILLIS + Settings.PATIENCE.toMillis()) {
                    trial.fault("it does not go");
                    break;
                }
            }
            long unused = System.currentTimeMillis() - used;
            trial.faultUnless(unused >= EXPIRES_MILLIS, "gone after " + unused + " ms");
            trial.tell("gone after %d ms, %d MB of %d left", unused, octets(trial) >> 20, octets >> 20);
            trial.killAndRestart();
            trial.faultUnless(!isThere(trial), "came back");
            trial.verify();
        }
    }

    private static boolean isThere(SizeTrial trial) throws Exception {
        return trial.broker().rabbitmqctl("-q", "list_queues", "name").contains(QUEUE);
    }

    private static long octets(SizeTrial trial) throws IOException {
        try (Stream<Path> files = Files.list(trial.broker().dataDirectory().resolve("messages"))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
