package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The Python client, by itself and together with the Java client. */
@WithBroker
class PikaIT {
    private static final Path PRODUCER = Settings.pythonScripts().resolve("producer.py");
    private static final Path CONSUMER = Settings.pythonScripts().resolve("consumer.py");
    private static final Path EXCHANGE_SETUP = Settings.pythonScripts().resolve("exchange_setup.py");

    @Test
    void declaresPublishesAndConsumes(Client client) throws Exception {
        String exchange = client.deletedLaterExchange();
        String queue = client.deletedLaterQueue();
        ExternalProgram.runPython(EXCHANGE_SETUP, client.uri(), exchange, queue, "task");
        ExternalProgram.runPython(PRODUCER, client.uri(), exchange, "task", "one", "two", "three");
        assertEquals(List.of("one", "two", "three"), ExternalProgram.runPython(CONSUMER, client.uri(), queue, "3"));
        assertNull(client.channel().basicGet(queue, true));
    }

    @Test
    void waitsForMessagesThatComeLater(Client client) throws Exception {
        String queue = client.queue();
        try (ExternalProgram consumer = ExternalProgram.startPython(CONSUMER, client.uri(), queue, "2")) {
            client.publish("", queue, "first");
            consumer.awaitLine("first");
            client.publish("", queue, "second");
            assertEquals(List.of("first", "second"), consumer.awaitSuccess());
        }
    }

    @Test
    void whatItPublishesTheJavaClientReads(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        ExternalProgram.runPython(PRODUCER, client.uri(), "", queue, "grüße");
        GetResponse got = channel.basicGet(queue, true);
        assertEquals("grüße", Client.text(got.getBody()));
        assertEquals(2, got.getProps().getDeliveryMode());
        assertEquals("text/plain", got.getProps().getContentType());
        assertEquals(1, got.getProps().getHeaders().get("position"));
        assertEquals("pika", got.getProps().getHeaders().get("client").toString());
    }

    @Test
    void whatTheJavaClientPublishesItReads(Client client) throws Exception {
        String queue = client.queue();
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .headers(Map.of("position", 7))
                .build();
        client.publish("", queue, properties, "grüße");
        assertEquals(List.of("grüße"), ExternalProgram.runPython(CONSUMER, client.uri(), queue, "1"));
    }
}
