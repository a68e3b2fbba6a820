package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A feature of queues at a size: its messages are published, and taken again, with a {@code kill -9} in the middle of
 * both. {@code -Dinterop.messages=2000000} for many, {@code -Dinterop.seed} to repeat one; what it took is printed at
 * the end. With few messages the broker has room for fewer still, so that they are on the disk there, too.
 */
final class SizeTrial implements AutoCloseable {
    static final int MESSAGES = Settings.number("interop.messages", 20_000);
    /** From here on the broker has its own settings. */
    private static final int MANY = 500_000;

    private static final long MEMORY_MAX = 512L << 20;
    private static final int FAULTS_MAX = 10;

    private final String feature;
    private final BrokerProcess broker;
    private final long seed = Long.getLong("interop.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> faults = new ArrayList<>();
    private final List<String> figures = new ArrayList<>();
    private long peakBytes;
    private Connection connection;

    private SizeTrial(String feature, BrokerProcess broker) {
        this.feature = feature;
        this.broker = broker;
    }

    static SizeTrial start(String feature) throws Exception {
        BrokerProcess broker = MESSAGES >= MANY
                ? BrokerProcess.start(feature)
                : BrokerProcess.start(
                        feature,
                        "--set=log_file_size=1MiB",
                        "--set=segment_file_size=64KiB",
                        "--set=queue_memory_messages=" + MESSAGES / 20);
        SizeTrial trial = new SizeTrial(feature, broker);
        System.out.println(feature + ": -Dinterop.messages=" + MESSAGES + " -Dinterop.seed=" + trial.seed);
        trial.connection = broker.connectionFactory().newConnection();
        return trial;
    }

    Random random() {
        return random;
    }

    BrokerProcess broker() {
        return broker;
    }

    /** A connection to the broker as it runs now. */
    Connection connection() {
        return connection;
    }

    /** A number between a quarter and three quarters of another. */
    int somewhereIn(int count) {
        return count / 4 + random.nextInt(Math.max(1, count / 2));
    }

    /** Publishes every message, and kills the broker meanwhile. */
    void publish(SerialLedger ledger, SerialPublisher.Form form) throws Exception {
        publish(ledger, IntStream.range(0, MESSAGES).toArray(), form);
    }

    /**
     * Publishes these messages, and kills the broker meanwhile; those of them that were under way are not sent again.
     */
    void publish(SerialLedger ledger, int[] serials, SerialPublisher.Form form) throws Exception {
        int killAfter = somewhereIn(serials.length);
        Thread killer = new Thread(() -> killWhenSettled(ledger, killAfter), "killer");
        killer.start();
        long begun = System.nanoTime();
        int sent = SerialPublisher.publish(connection, ledger, serials, form);
        long first = System.nanoTime() - begun;
        killer.join();
        restart();
        int[] others =
                IntStream.range(sent, serials.length).map(i -> serials[i]).toArray();
        begun = System.nanoTime();
        SerialPublisher.publish(connection, ledger, others, form);
        tellRate("published", serials.length, first + System.nanoTime() - begun);
    }

    private void killWhenSettled(SerialLedger ledger, int count) {
        try {
            if (!ledger.awaitSettled(count, patienceMillis())) {
                fault("not " + count + " messages were answered for");
            }
            kill();
        } catch (Exception e) {
            fault(e.toString());
        }
    }

    /** How long something may take that is to be done with all messages. */
    long patienceMillis() {
        return Settings.PATIENCE.toMillis() * Math.max(1, MESSAGES / 200_000);
    }

    void kill() throws Exception {
        peakBytes = Math.max(peakBytes, broker.peakMemoryBytes());
        broker.kill();
    }

    /** Starts the broker that was killed. */
    void restart() throws Exception {
        connection.abort(1_000);
        long begun = System.nanoTime();
        broker.restart();
        connection = broker.connectionFactory().newConnection();
        connection.createChannel().close();
        figures.add(String.format(Locale.ROOT, "recovered %.1f s", (System.nanoTime() - begun) / 1e9));
    }

    void killAndRestart() throws Exception {
        kill();
        restart();
    }

    long count(String queue) throws Exception {
        try (Channel channel = connection.createChannel()) {
            return channel.messageCount(queue);
        }
    }

    /** Returns when a queue has so many messages ready. */
    void awaitCount(String queue, long count) throws Exception {
        awaitCount(queue, count, count);
    }

    /** Returns when a queue has so many messages ready, or a few of those besides that nobody answered for. */
    void awaitCount(String queue, long count, long most) throws Exception {
        try (Channel channel = connection.createChannel()) {
            long least = Long.MAX_VALUE;
            long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
            for (long now = channel.messageCount(queue); now < count || now > most; now = channel.messageCount(queue)) {
                if (now < least) {
                    // It gets on.
                    least = now;
                    deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
                }
                if (System.nanoTime() - deadline > 0) {
                    fault(queue + " has " + now + " messages, expected " + count + " to " + most);
                    return;
                }
            }
        }
    }

    /** The queue has what was confirmed, and nothing but what may have come besides. */
    void faultIfMiscounted(String queue, SerialLedger ledger) throws Exception {
        long count = count(queue);
        int least = ledger.confirmed().cardinality();
        int most = least + ledger.unanswered().cardinality();
        faultUnless(
                count >= least && count <= most, queue + " has " + count + " messages, not " + least + " to " + most);
    }

    synchronized void fault(String what) {
        if (faults.size() < FAULTS_MAX) {
            faults.add(what);
        }
    }

    void faultUnless(boolean condition, String what) {
        if (!condition) {
            fault(what);
        }
    }

    void tell(String figure, Object... values) {
        figures.add(String.format(Locale.ROOT, figure, values));
    }

    void tellRate(String what, long count, long nanos) {
        tell("%s %,.0f/s", what, count * 1e9 / nanos);
    }

    /** Fails if anything was wrong. */
    void verify() throws Exception {
        peakBytes = Math.max(peakBytes, broker.peakMemoryBytes());
        tell("at most %d MB", peakBytes >> 20);
        System.out.println(feature + ": " + String.join(", ", figures));
        assertEquals(List.of(), faults, feature + ": -Dinterop.seed=" + seed);
        assertEquals(List.of(), broker.complaints());
        assertTrue(peakBytes <= MEMORY_MAX, "resident memory " + (peakBytes >> 20) + " MB");
    }

    @Override
    public void close() {
        connection.abort(1_000);
        broker.close();
    }
}
