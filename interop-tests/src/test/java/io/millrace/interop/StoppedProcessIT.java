package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.millrace.interop.KillPublisher.Destination;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The broker's process is stopped under load, as by a machine that is moved, and goes on later: what clients were
 * promised holds, nobody is taken for dead who sent heartbeats all the time, and what fell due meanwhile is seen to.
 * {@code -Dinterop.stop.seconds=300} for a longer stop.
 */
@Tag("own-broker")
class StoppedProcessIT {
    private static final int PUBLISHERS = 2;
    private static final int CONFIRMS = 2_000;
    private static final String QUEUE = "stopped";
    private static final String PATIENT = "patient";
    private static final String EXPIRED = "expired";

    private final KillLedger ledger = new KillLedger(List.of(QUEUE));

    @Test
    void nothingIsLostAndNobodyIsTakenForDead() throws Exception {
        int seconds = Settings.number("interop.stop.seconds", 30);
        try (BrokerProcess broker = BrokerProcess.start("stopped")) {
            ConnectionFactory factory = broker.connectionFactory();
            Connection connection = connect(factory);
            Channel channel = connection.createChannel();
            channel.queueDeclare(QUEUE, true, false, false, Map.of());
            publishWithExpiry(broker);
            List<KillPublisher.Running> publishers = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                List<Destination> destinations = List.of(new Destination("", QUEUE, List.of(QUEUE)));
                publishers.add(KillPublisher.start(connect(factory), i, destinations, 0, ledger, i));
            }
            ledger.awaitConfirmed(CONFIRMS);
            try (Beating idle = Beating.open(broker)) {
                stopFor(seconds, broker);
                idle.requireAlive();
            }
            ledger.awaitConfirmed(CONFIRMS);
            for (KillPublisher.Running publisher : publishers) {
                publisher.finish();
            }
            List<byte[]> bodies = new ArrayList<>();
            for (GetResponse got = channel.basicGet(QUEUE, true); got != null; got = channel.basicGet(QUEUE, true)) {
                bodies.add(got.getBody());
            }
            assertEquals(List.of(), ledger.faults(QUEUE, bodies));
            new Client(factory).awaitReady(EXPIRED, 1);
            assertEquals(1, channel.messageCount(PATIENT));
        }
    }

    /** One message that falls due while the broker is stopped, and one that does not. */
    private static void publishWithExpiry(BrokerProcess broker) throws Exception {
        Client client = new Client(broker.connectionFactory());
        Channel channel = client.channel();
        channel.queueDeclare(EXPIRED, true, false, false, Map.of());
        channel.queueDeclare(
                PATIENT,
                true,
                false,
                false,
                Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", EXPIRED));
        for (String expiration : List.of("5000", "3600000")) {
            AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                    .deliveryMode(2)
                    .expiration(expiration)
                    .build();
            client.publish("", PATIENT, properties, expiration);
        }
        client.close();
    }

    /** The Java client would judge the broker by heartbeats of its own; that is not what is tested. */
    private static Connection connect(ConnectionFactory factory) throws Exception {
        ConnectionFactory changed = factory.clone();
        changed.setRequestedHeartbeat(0);
        return changed.newConnection();
    }

    private static void stopFor(int seconds, BrokerProcess broker) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        broker.signal("STOP");
        try {
            assertFalse(never.await(seconds, TimeUnit.SECONDS));
        } finally {
            broker.signal("CONT");
        }
    }

    /** A client that sends a heartbeat every half second, whatever the broker does, and judges nobody. */
    private static final class Beating implements AutoCloseable {
        private static final byte[] HEARTBEAT = {8, 0, 0, 0, 0, 0, 0, (byte) 0xCE};

        private final Socket socket;
        private final CountDownLatch ended = new CountDownLatch(1);
        private final Thread thread = new Thread(this::beat, "heartbeats");

        private Beating(Socket socket) {
            this.socket = socket;
        }

        static Beating open(BrokerProcess broker) throws Exception {
            Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), broker.connectionFactory().getPort());
            socket.setSoTimeout((int) Settings.PATIENCE.toMillis());
            RawHandshake.open(socket, 1);
            Beating beating = new Beating(socket);
            beating.thread.start();
            return beating;
        }

        private void beat() {
            try {
                while (!ended.await(500, TimeUnit.MILLISECONDS)) {
                    socket.getOutputStream().write(HEARTBEAT);
                }
            } catch (IOException | InterruptedException e) {
                // The broker has closed the socket: requireAlive finds that out, too.
                ended.countDown();
            }
        }

        /** Five more heartbeats of the broker: it had time to take this client for dead. */
        void requireAlive() throws Exception {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < 5; i++) {
                assertEquals(8, RawHandshake.frameType(in), "the broker has closed the connection");
            }
        }

        @Override
        public void close() throws IOException {
            ended.countDown();
            socket.close();
        }
    }
}
