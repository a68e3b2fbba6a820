package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import io.millrace.interop.KillPublisher.Destination;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A file system that is filled to its end: publishers wait, nobody loses anything, and it goes on when there is space.
 */
@Tag("own-broker")
@Tag("differs")
class SmallDiskIT {
    private static final int MEBIBYTES = 80;
    private static final int BALLAST_BYTES = 24 << 20;
    private static final String QUEUE = "filled";

    private final KillLedger ledger = new KillLedger(List.of(QUEUE));
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /** The limit is a good way off the end of the disk: the alarm comes first. */
    @Test
    void theAlarmBlocksPublishersUntilSpaceReturns() throws Exception {
        fillAndFree("--set=disk_free_limit.absolute=40MiB");
    }

    /** Without a limit: the store finds no room. */
    @Test
    void aStoreWithoutRoomBlocksPublishersUntilSpaceReturns() throws Exception {
        fillAndFree("--set=disk_free_limit.absolute=0");
    }

    private void fillAndFree(String limit) throws Exception {
        try (BrokerProcess broker = BrokerProcess.startOnSmallDisk(
                MEBIBYTES,
                "small-disk",
                limit,
                "--set=log_file_size=4MiB",
                "--set=segment_file_size=1MiB",
                "--set=queue_memory_messages=1000")) {
            Path ballast = broker.dataDirectory().resolve("ballast");
            fill(ballast, BALLAST_BYTES);
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.queueDeclare(QUEUE, true, false, false, Map.of());
                KillPublisher.Running publisher = KillPublisher.start(
                        watched(broker), 1, List.of(new Destination("", QUEUE, List.of(QUEUE))), 0, ledger, 1);
                assertEquals("low on disk", next());
                consumersGoOn(channel);
                declarationsFailWhereThereIsNoSpaceAtAll(connection, ballast.resolveSibling("more"));
                Files.delete(ballast);
                assertEquals("unblocked", next());
                publisher.finish();
                assertEquals(List.of(), ledger.faults(QUEUE, drain(channel)));
            }
        }
    }

    /** A connection that writes down when it is blocked. */
    private Connection watched(BrokerProcess broker) throws Exception {
        Connection connection = broker.connectionFactory().newConnection();
        connection.addBlockedListener(told::add, () -> told.add("unblocked"));
        return connection;
    }

    private String next() throws InterruptedException {
        String next = told.poll(3 * Settings.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("neither blocked nor unblocked");
        }
        return next;
    }

    private void consumersGoOn(Channel channel) throws Exception {
        CountDownLatch acknowledged = new CountDownLatch(500);
        String tag = channel.basicConsume(QUEUE, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String consumer, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                ledger.acknowledging(QUEUE, body);
                channel.basicAck(envelope.getDeliveryTag(), false);
                acknowledged.countDown();
            }
        });
        assertTrue(acknowledged.await(Settings.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        channel.basicCancel(tag);
    }

    private static void declarationsFailWhereThereIsNoSpaceAtAll(Connection connection, Path more) throws Exception {
        fill(more, Long.MAX_VALUE);
        Channel channel = connection.createChannel();
        Closes.channel(
                406,
                "PRECONDITION_FAILED - the disk is full: 0 octets are free, a change of definitions needs 8388608",
                () -> channel.queueDeclare("another", true, false, false, Map.of()));
        Files.delete(more);
        connection.createChannel().queueDeclare("another", true, false, false, Map.of());
    }

    /** Writes so many octets, or as many as the disk takes. */
    private static void fill(Path file, long octets) throws IOException {
        byte[] piece = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < octets; written += piece.length) {
                out.write(piece);
            }
        } catch (IOException e) {
            assertTrue(e.getMessage().contains("No space left"), e::toString);
        }
    }

    private static List<byte[]> drain(Channel channel) throws Exception {
        List<byte[]> bodies = new ArrayList<>();
        for (GetResponse got = channel.basicGet(QUEUE, true); got != null; got = channel.basicGet(QUEUE, true)) {
            bodies.add(got.getBody());
        }
        return bodies;
    }
}
