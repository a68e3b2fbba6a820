package io.millrace.interop;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;

/**
 * Publishes to several exchanges, persistent and transient, a window at a time, until the broker is gone. Where an
 * exchange delays messages they are due shortly afterwards.
 */
final class KillPublisher {
    private static final int WINDOW = 300;
    private static final int DELAY_MILLIS = 30;

    /** Where messages go, and the queues that they reach. */
    record Destination(String exchange, String routingKey, List<String> queues) {}

    private record Sent(KillLedger.Id id, Destination destination) {}

    private final Channel channel;
    private final int publisher;
    private final List<Destination> destinations;
    private final double transientShare;
    private final KillLedger ledger;
    private final Random random;
    private final Semaphore window = new Semaphore(WINDOW);
    private final ConcurrentNavigableMap<Long, Sent> unconfirmed = new ConcurrentSkipListMap<>();
    private volatile boolean stopped;

    private KillPublisher(
            Connection connection,
            int publisher,
            List<Destination> destinations,
            double transientShare,
            KillLedger ledger,
            long seed)
            throws IOException {
        this.channel = connection.createChannel();
        this.publisher = publisher;
        this.destinations = destinations;
        this.transientShare = transientShare;
        this.ledger = ledger;
        this.random = new Random(seed);
        channel.confirmSelect();
        channel.addConfirmListener(this::confirmed, (tag, multiple) -> {
            throw new AssertionError("refused " + tag);
        });
        connection.addShutdownListener(cause -> window.release(Integer.MAX_VALUE / 2));
    }

    /** A publisher and its thread, which ends when the connection does. */
    record Running(KillPublisher publisher, Thread thread) {
        /** Publishes no more, and returns when everything is confirmed. */
        void finish() throws InterruptedException {
            publisher.stopped = true;
            publisher.window.release();
            thread.join();
            long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
            while (!publisher.unconfirmed.isEmpty()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(publisher.unconfirmed.size() + " messages are not confirmed");
                }
                Thread.onSpinWait();
            }
        }
    }

    static Running start(
            Connection connection,
            int publisher,
            List<Destination> destinations,
            double transientShare,
            KillLedger ledger,
            long seed)
            throws IOException {
        KillPublisher one = new KillPublisher(connection, publisher, destinations, transientShare, ledger, seed);
        Thread thread = new Thread(one::publish, "publisher " + publisher);
        thread.start();
        return new Running(one, thread);
    }

    private void publish() {
        try {
            // The channel numbers its confirms from 1, and so do we.
            for (long sequence = 1; ; sequence++) {
                window.acquireUninterruptibly();
                if (stopped) {
                    return;
                }
                Destination destination = destinations.get(random.nextInt(destinations.size()));
                boolean persistent = random.nextDouble() >= transientShare;
                KillLedger.Id id = new KillLedger.Id(ledger.round(), publisher, sequence, persistent);
                unconfirmed.put(sequence, new Sent(id, destination));
                ledger.publishing(id, destination.queues());
                channel.basicPublish(
                        destination.exchange(),
                        destination.routingKey(),
                        (persistent ? MessageProperties.PERSISTENT_BASIC : MessageProperties.BASIC)
                                .builder()
                                .priority(id.priority())
                                .headers(Map.of("x-delay", DELAY_MILLIS))
                                .build(),
                        id.body());
            }
        } catch (IOException | AlreadyClosedException e) {
            assert !channel.isOpen() : e;
        }
    }

    private void confirmed(long tag, boolean multiple) {
        Map<Long, Sent> all = multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
        int count = 0;
        for (Sent sent : all.values()) {
            ledger.confirmed(sent.id, sent.destination.queues());
            count++;
        }
        all.clear();
        window.release(count);
    }
}
