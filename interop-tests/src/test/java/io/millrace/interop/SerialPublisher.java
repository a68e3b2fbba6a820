package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Publishes numbered persistent messages with confirms, a window at a time, until all are answered for or the broker is
 * gone.
 */
final class SerialPublisher {
    private static final int WINDOW = 2_000;
    private static final int BODY_BYTES = 100;

    /** How a message is published. */
    interface Form {
        /** Where to. */
        default String exchange(int serial) {
            return "";
        }

        String routingKey(int serial);

        default AMQP.BasicProperties properties(int serial) {
            return PERSISTENT;
        }

        /** The number that its body has. */
        default int bodyOf(int serial) {
            return serial;
        }

        /** The broker answered for it. */
        default void answered(int serial) {
            // Most need not know.
        }
    }

    static final AMQP.BasicProperties PERSISTENT =
            new AMQP.BasicProperties.Builder().deliveryMode(2).build();

    private final Channel channel;
    private final SerialLedger ledger;
    private final int[] serials;
    private final Semaphore window = new Semaphore(WINDOW);
    /** By delivery tag. Belongs to the client's thread. */
    private final BitSet answered = new BitSet();

    private final Form form;
    private int sent;

    private SerialPublisher(Channel channel, SerialLedger ledger, int[] serials, Form form) throws IOException {
        this.form = form;
        this.channel = channel;
        this.ledger = ledger;
        this.serials = serials;
        channel.confirmSelect();
        channel.addConfirmListener(
                (tag, multiple) -> answered(tag, multiple, true), (tag, multiple) -> answered(tag, multiple, false));
        channel.getConnection().addShutdownListener(cause -> window.release(Integer.MAX_VALUE / 2));
    }

    /** Publishes these, and returns how many of them were sent before the broker was gone. */
    static int publish(Connection connection, SerialLedger ledger, int[] serials, Form form)
            throws IOException, InterruptedException {
        SerialPublisher one = new SerialPublisher(connection.createChannel(), ledger, serials, form);
        try {
            one.publish();
        } catch (IOException | AlreadyClosedException e) {
            // The broker is gone, which the caller will see.
            one.channel.getConnection().abort(1_000);
        }
        return one.sent;
    }

    private void publish() throws IOException, InterruptedException {
        for (int serial : serials) {
            window.acquire();
            if (!channel.isOpen()) {
                return;
            }
            ledger.publishing(serial);
            sent++;
            channel.basicPublish(
                    form.exchange(serial), form.routingKey(serial), form.properties(serial), body(form.bodyOf(serial)));
        }
        if (!window.tryAcquire(WINDOW, Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("not all messages are confirmed within " + Settings.PATIENCE);
        }
    }

    private void answered(long tag, boolean multiple, boolean taken) {
        int last = (int) tag;
        int count = 0;
        for (int next = multiple ? answered.nextClearBit(1) : last;
                next <= last;
                next = answered.nextClearBit(next + 1)) {
            answered.set(next);
            form.answered(serials[next - 1]);
            ledger.settled(serials[next - 1], taken);
            count++;
        }
        window.release(count);
    }

    static byte[] body(int serial) {
        byte[] body = new byte[BODY_BYTES];
        Arrays.fill(body, (byte) serial);
        ByteBuffer.wrap(body).putInt(serial);
        return body;
    }

    /** The number that a body has; -1 when it is none of ours, or was changed. */
    static int serial(byte[] body) {
        int serial = body.length < Integer.BYTES ? -1 : ByteBuffer.wrap(body).getInt();
        return serial >= 0 && Arrays.equals(body, body(serial)) ? serial : -1;
    }
}
