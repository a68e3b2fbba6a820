package io.millrace.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Acknowledges in groups, and writes down what it is about to acknowledge. */
final class CrashConsumer extends DefaultConsumer {
    private static final int PREFETCH = 200;
    private static final int GROUP = 20;

    private final CrashLedger ledger;
    private final List<byte[]> group = new ArrayList<>();

    private CrashConsumer(Channel channel, CrashLedger ledger) {
        super(channel);
        this.ledger = ledger;
    }

    static void start(Connection connection, String queue, CrashLedger ledger) throws IOException {
        Channel channel = connection.createChannel();
        channel.basicQos(PREFETCH);
        channel.basicConsume(queue, false, new CrashConsumer(channel, ledger));
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
            throws IOException {
        group.add(body);
        if (group.size() == GROUP) {
            // Before it is sent: the broker may have it although we never hear so.
            group.forEach(ledger::acknowledging);
            group.clear();
            getChannel().basicAck(envelope.getDeliveryTag(), true);
        }
    }
}
