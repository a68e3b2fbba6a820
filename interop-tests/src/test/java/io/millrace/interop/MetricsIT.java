package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("own-broker")
class MetricsIT {
    @Test
    void countsWhatClientsDoUnderRabbitMqsNames() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("metrics");
                Connection connection = broker.connectionFactory().newConnection();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("counted", true, false, false, null);
            channel.confirmSelect();
            byte[] body = "counted".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 3; i++) {
                channel.basicPublish("", "counted", MessageProperties.PERSISTENT_BASIC, body);
            }
            channel.waitForConfirmsOrDie();
            channel.basicGet("counted", false);

            String scrape = scrape(broker);
            assertSample(scrape, "rabbitmq_connections 1.0");
            assertSample(scrape, "rabbitmq_channels 1.0");
            assertSample(scrape, "rabbitmq_queues 1.0");
            assertSample(scrape, "rabbitmq_queues_created_total 1.0");
            assertSample(scrape, "rabbitmq_queue_messages_ready 2.0");
            assertSample(scrape, "rabbitmq_queue_messages_unacked 1.0");
            assertSample(scrape, "rabbitmq_global_messages_received_total{protocol=\"amqp091\"} 3.0");
            assertSample(scrape, "rabbitmq_global_messages_confirmed_total{protocol=\"amqp091\"} 3.0");
            assertTrue(scrape.contains("rabbitmq_identity_info{"), scrape);
        }
    }

    private static void assertSample(String scrape, String line) {
        assertTrue(scrape.lines().anyMatch(line::equals), () -> "no line '" + line + "' in\n" + scrape);
    }

    private static String scrape(BrokerProcess broker) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(broker.metrics()).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode());
        return response.body();
    }
}
