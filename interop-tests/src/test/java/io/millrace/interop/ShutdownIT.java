package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("own-broker")
class ShutdownIT {
    /** 0, or what a JVM reports when its hooks have run for SIGTERM. */
    private static final Set<Integer> CLEAN = Set.of(0, 128 + 15);

    @Test
    void sigtermTellsTheClientsWhyAndEndsTheProcess() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("shutdown")) {
            Connection idle = broker.connectionFactory().newConnection();
            Connection consuming = broker.connectionFactory().newConnection();
            Inbox.open(
                    consuming.createChannel(),
                    consuming.createChannel().queueDeclare().getQueue());
            int exit = broker.stop();
            String text = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'";
            Closes.eventually(idle, 320, text);
            Closes.eventually(consuming, 320, text);
            assertTrue(CLEAN.contains(exit), "exit code " + exit);
        }
    }
}
