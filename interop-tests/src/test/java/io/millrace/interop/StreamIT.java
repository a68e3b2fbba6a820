package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.TrafficListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Streams: read from anywhere, by many, after a restart and after a kill; limits take the oldest. */
@Tag("own-broker")
class StreamIT {
    private static final String STREAM = "events";
    private static final Map<String, Object> ARGUMENTS = Map.of("x-queue-type", "stream");
    private static final int PREFETCH = 100;

    private static void declare(Channel channel, Map<String, Object> arguments) throws Exception {
        channel.queueDeclare(STREAM, true, false, false, arguments);
    }

    private static Inbox read(Connection connection, Map<String, Object> arguments) throws Exception {
        Channel channel = connection.createChannel();
        channel.basicQos(PREFETCH);
        return Inbox.open(channel, STREAM, arguments);
    }

    private static Inbox readFrom(Connection connection, Object offset) throws Exception {
        return read(connection, Map.of("x-stream-offset", offset));
    }

    private static long offset(Delivery delivery) {
        return (Long) delivery.getProperties().getHeaders().get("x-stream-offset");
    }

    private static String[] numbered(int from, int to) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            texts.add("m" + i);
        }
        return texts.toArray(String[]::new);
    }

    @Test
    void isReadFromAnywhereBeforeAndAfterAKill() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("stream")) {
            Client before = new Client(broker.connectionFactory());
            declare(before.channel(), ARGUMENTS);
            before.publish("", STREAM, numbered(0, 9));
            checkStarts(before.connect());

            broker.kill();
            broker.restart();

            Client after = new Client(broker.connectionFactory());
            declare(after.channel(), ARGUMENTS);
            checkStarts(after.connect());
            Inbox next = read(after.connect(), Map.of());
            after.publish("", STREAM, "m10");
            assertEquals(10, offset(next.next()));
        }
    }

    /** A stream does not give the same messages again, but has room for as many more. */
    @Test
    void recoverIsAnsweredBehindTheDeliveriesThatItMadeRoomFor() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("stream")) {
            Client client = new Client(broker.connectionFactory());
            declare(client.channel(), ARGUMENTS);
            client.publish("", STREAM, numbered(0, 3));
            List<String> received = new CopyOnWriteArrayList<>();
            Channel channel = client.connect(settings -> settings.setTrafficListener(new Received(received)))
                    .createChannel();
            channel.basicQos(2);
            Inbox inbox = Inbox.open(channel, STREAM, Map.of("x-stream-offset", "first"));
            inbox.texts(2);
            received.clear();
            channel.basicRecover(true);
            assertEquals(List.of("basic.deliver", "basic.deliver", "basic.recover-ok"), received);
        }
    }

    private record Received(List<String> methods) implements TrafficListener {
        @Override
        public void write(Command sent) {}

        @Override
        public void read(Command received) {
            methods.add(received.getMethod().protocolMethodName());
        }
    }

    private static void checkStarts(Connection connection) throws Exception {
        assertEquals(List.of(numbered(0, 9)), readFrom(connection, "first").texts(10));
        assertEquals(List.of(numbered(7, 9)), readFrom(connection, 7).texts(3));
        assertEquals(List.of("m9"), readFrom(connection, "last").texts(1));
        assertEquals(List.of(numbered(0, 9)), readFrom(connection, "1h").texts(10));
        assertEquals(
                List.of(numbered(0, 9)),
                readFrom(connection, Date.from(Instant.EPOCH)).texts(10));
    }

    @Test
    void acknowledgementsMakeRoomForMore() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("stream")) {
            Client client = new Client(broker.connectionFactory());
            declare(client.channel(), ARGUMENTS);
            client.publish("", STREAM, numbered(0, 299));
            Inbox inbox = readFrom(client.connect(), "first");
            for (long expected = 0; expected < 300; expected++) {
                Delivery delivery = inbox.next();
                assertEquals(expected, offset(delivery));
                inbox.ack(delivery);
            }
        }
    }

    @Test
    void filtersPickMessagesOut() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("stream")) {
            Client client = new Client(broker.connectionFactory());
            declare(client.channel(), ARGUMENTS);
            for (String region : List.of("north", "south", "west", "north")) {
                AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                        .headers(Map.of("x-stream-filter-value", region))
                        .build();
                client.publish("", STREAM, properties, region);
            }
            client.publish("", STREAM, "anywhere");
            Connection connection = client.connect();
            Inbox north = read(connection, Map.of("x-stream-offset", "first", "x-stream-filter", "north"));
            assertEquals(List.of("north", "north"), north.texts(2));
            Inbox others = read(
                    connection,
                    Map.of(
                            "x-stream-offset",
                            "first",
                            "x-stream-filter",
                            List.of("south", "west"),
                            "x-stream-match-unfiltered",
                            true));
            assertEquals(List.of("south", "west", "anywhere"), others.texts(3));
        }
    }

    @Test
    void theOldestSegmentsGoPastTheLimit() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("stream")) {
            Client client = new Client(broker.connectionFactory());
            declare(
                    client.channel(),
                    Map.of(
                            "x-queue-type", "stream",
                            "x-max-length-bytes", 20_000,
                            "x-stream-max-segment-size-bytes", 2_000));
            client.publish("", STREAM, numbered(0, 999));
            Inbox inbox = readFrom(client.connect(), "first");
            Delivery oldest = inbox.next();
            long first = offset(oldest);
            assertTrue(first > 500 && first < 990, "first offset: " + first);
            assertEquals("m" + first, Client.text(oldest.getBody()));
        }
    }

    @Test
    void everyConfirmedMessageIsThereAfterAKillUnderLoad() throws Exception {
        int publishers = 3;
        try (BrokerProcess broker = BrokerProcess.start("stream")) {
            Client client = new Client(broker.connectionFactory());
            declare(client.channel(), Map.of("x-queue-type", "stream", "x-stream-max-segment-size-bytes", 1_000_000));
            client.channel().exchangeDeclare("load", BuiltinExchangeType.FANOUT, true);
            client.channel().queueBind(STREAM, "load", "");
            CrashLedger ledger = new CrashLedger(1, publishers);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < publishers; i++) {
                threads.add(CrashPublisher.start(broker.connectionFactory().newConnection(), "load", i, ledger));
            }
            ledger.awaitConfirmed(5_000);
            broker.kill();
            for (Thread thread : threads) {
                thread.join();
            }
            broker.restart();
            assertEquals(List.of(), ledger.faults(readAll(broker), false));
        }
    }

    /** Reads the stream up to a message published last of all, without a gap. */
    private static List<byte[]> readAll(BrokerProcess broker) throws Exception {
        Client client = new Client(broker.connectionFactory());
        client.publish("", STREAM, "");
        Inbox inbox = readFrom(client.connect(), "first");
        List<byte[]> bodies = new ArrayList<>();
        Delivery delivery = inbox.next();
        while (delivery.getBody().length > 0) {
            assertEquals(bodies.size(), offset(delivery));
            bodies.add(delivery.getBody());
            inbox.ack(delivery);
            delivery = inbox.next();
        }
        return bodies;
    }
}
