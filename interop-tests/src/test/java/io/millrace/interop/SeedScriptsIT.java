package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three scripts as people write them, run as they are. They connect to {@code localhost} and the standard port, so that
 * port must be free. They do not agree whether {@code task_queue} is durable.
 */
@Tag("own-broker")
class SeedScriptsIT {
    private static final int STANDARD_PORT = 5672;
    private static final Path PRODUCER = Settings.seedScripts().resolve("producer.py");
    private static final Path CONSUMER = Settings.seedScripts().resolve("consumer.py");
    private static final Path EXCHANGE_SETUP = Settings.seedScripts().resolve("exchange_setup.py");
    private static final String PRODUCED = "Produced message: Hello, World!";
    private static final String RECEIVED = "Received message: b'Hello, World!'";

    @Test
    void producerAndConsumerMeet() throws Exception {
        try (BrokerProcess broker = BrokerProcess.startOnPort(STANDARD_PORT, "seed")) {
            assertEquals(List.of(PRODUCED), ExternalProgram.runPython(PRODUCER));
            consumeOneAndCountTheRest(broker);
        }
    }

    @Test
    void theExchangeSetUpRoutesToTheQueue() throws Exception {
        try (BrokerProcess broker = BrokerProcess.startOnPort(STANDARD_PORT, "seed")) {
            assertEquals(
                    List.of("Exchange and bindings created successfully"), ExternalProgram.runPython(EXCHANGE_SETUP));
            assertRoutesToTheQueue(broker);
        }
    }

    /** Only a broker that takes a redeclaration with another durability for the same can serve all three. */
    @Test
    @Tag("differs")
    void allThreeRunOneAfterAnotherWhereRedeclarationIsRelaxed() throws Exception {
        try (BrokerProcess broker =
                BrokerProcess.startOnPort(STANDARD_PORT, "seed-relaxed", "--set", "queue.redeclare=relaxed")) {
            ExternalProgram.runPython(EXCHANGE_SETUP);
            assertRoutesToTheQueue(broker);
            ExternalProgram.runPython(PRODUCER);
            consumeOneAndCountTheRest(broker);
            ExternalProgram.runPython(EXCHANGE_SETUP);
        }
    }

    /**
     * The consumer prints before it acknowledges and never ends. That it prints the second message says that it has
     * sent the acknowledgement of the first.
     */
    private static void consumeOneAndCountTheRest(BrokerProcess broker) throws Exception {
        try (ExternalProgram consumer = ExternalProgram.startPython(CONSUMER)) {
            consumer.awaitLine(RECEIVED);
            try (Connection connection = broker.connectionFactory().newConnection();
                    Channel channel = connection.createChannel()) {
                channel.basicPublish("", "task_queue", null, Client.octets("second"));
            }
            consumer.awaitLine("Received message: b'second'");
        }
        try (Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            assertTrue(channel.messageCount("task_queue") <= 1, "the first message was not acknowledged");
        }
    }

    private static void assertRoutesToTheQueue(BrokerProcess broker) throws Exception {
        try (Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            channel.basicPublish("task_exchange", "task.routing.key", null, Client.octets("routed"));
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            assertEquals(
                    "routed", Client.text(channel.basicGet("task_queue", true).getBody()));
        }
    }
}
