package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A client that reads nothing any more, and is not known to be dead since it sends. */
class StalledClientIT {
    private static final int MESSAGES = 64;
    private static final int MESSAGE_OCTETS = 128 << 10;
    private static final AMQP.BasicProperties PROPERTIES = MessageProperties.PERSISTENT_BASIC;

    @Test
    void isCutOffAndItsMessagesAreForOthers() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(
                        "stalled",
                        "--set",
                        "tcp_listen_options.send_timeout=500",
                        "--set",
                        "tcp_listen_options.sndbuf=64KiB");
                Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel();
                Socket socket = new Socket()) {
            channel.queueDeclare("q", true, false, false, Map.of());
            channel.confirmSelect();
            for (int i = 0; i < MESSAGES; i++) {
                channel.basicPublish("", "q", PROPERTIES, new byte[MESSAGE_OCTETS]);
            }
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());

            socket.setReceiveBufferSize(64 << 10);
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), broker.connectionFactory().getPort()));
            RawHandshake.open(socket, 0);
            RawHandshake.consume(socket, "q");
            long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
            while (channel.consumerCount("q") != 0 || channel.messageCount("q") < MESSAGES) {
                assertTrue(System.nanoTime() - deadline < 0, "the consumer or its messages are still there");
            }
            assertEquals(MESSAGES, channel.messageCount("q"));
        }
    }
}
