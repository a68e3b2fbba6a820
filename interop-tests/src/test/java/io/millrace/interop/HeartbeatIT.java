package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** These need real time: the shortest interval of the protocol is a second. */
@WithBroker
class HeartbeatIT {
    @Test
    void anIdleClientWithTheShortestIntervalStaysConnected(Client client) throws Exception {
        Connection connection = client.connect(settings -> settings.setRequestedHeartbeat(1));
        assertEquals(1, connection.getHeartbeat());
        CountDownLatch closed = new CountDownLatch(1);
        connection.addShutdownListener(cause -> closed.countDown());
        // Both sides give up after two or three silent intervals; nothing but heartbeats is sent for five.
        assertFalse(closed.await(5, TimeUnit.SECONDS));
        assertTrue(connection.isOpen());
        connection.createChannel().close();
    }

    @Test
    void aSilentClientIsDisconnected(Client client) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), client.port())) {
            socket.setSoTimeout((int) Settings.PATIENCE.toMillis());
            RawHandshake.open(socket, 1);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int heartbeats = 0;
            for (int type = RawHandshake.frameType(in); type >= 0; type = RawHandshake.frameType(in)) {
                assertEquals(8, type);
                heartbeats++;
            }
            assertTrue(heartbeats > 0);
        }
    }
}
