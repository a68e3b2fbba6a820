package io.millrace.interop;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Publishes persistent messages with confirms, a window at a time, until the broker is gone. */
final class CrashPublisher {
    private static final int WINDOW = 1_000;

    private final Channel channel;
    private final String exchange;
    private final int publisher;
    private final CrashLedger ledger;
    private final Semaphore window = new Semaphore(WINDOW);
    private long confirmedUpTo;

    private CrashPublisher(Channel channel, String exchange, int publisher, CrashLedger ledger) {
        this.channel = channel;
        this.exchange = exchange;
        this.publisher = publisher;
        this.ledger = ledger;
    }

    /** Returns the thread, which ends when the connection does. */
    static Thread start(Connection connection, String exchange, int publisher, CrashLedger ledger) throws IOException {
        CrashPublisher one = new CrashPublisher(connection.createChannel(), exchange, publisher, ledger);
        one.channel.confirmSelect();
        one.channel.addConfirmListener(one::confirmed, (tag, multiple) -> ledger.refused(publisher, tag));
        connection.addShutdownListener(cause -> one.window.release(Integer.MAX_VALUE / 2));
        Thread thread = new Thread(one::publish, "publisher " + publisher);
        thread.start();
        return thread;
    }

    private void publish() {
        try {
            // The channel numbers its confirms from 1, and so do we.
            for (long sequence = 1; ; sequence++) {
                window.acquireUninterruptibly();
                byte[] body = ledger.publishing(publisher, sequence);
                channel.basicPublish(exchange, "", MessageProperties.PERSISTENT_BASIC, body);
            }
        } catch (IOException | AlreadyClosedException e) {
            assert !channel.isOpen() : e;
        }
    }

    private void confirmed(long tag, boolean multiple) {
        // Single confirms may come out of order: what is below may not be taken for confirmed.
        long first = multiple ? confirmedUpTo + 1 : tag;
        for (long sequence = first; sequence <= tag; sequence++) {
            if (ledger.confirmed(publisher, sequence)) {
                window.release();
            }
        }
        if (multiple) {
            confirmedUpTo = Math.max(confirmedUpTo, tag);
        }
    }
}
