package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies of what is published and delivered, while a virtual host is traced. */
@Tag("own-broker")
class FirehoseIT {
    @Test
    void aTracedVirtualHostShowsWhatIsPublishedAndDelivered() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("firehose")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            String traces = channel.queueDeclare().getQueue();
            channel.queueBind(traces, "amq.rabbitmq.trace", "#");
            String queue = client.queue();
            channel.queueBind(queue, "amq.direct", "key");

            client.publish("amq.direct", "key", "before");
            broker.rabbitmqctl("trace_on");
            assertEquals(List.of("/\ttrue"), broker.rabbitmqctl("list_vhosts", "--silent", "name", "tracing"));
            AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                    .messageId("id")
                    .headers(Map.of("h", 1))
                    .build();
            channel.confirmSelect();
            channel.basicPublish("amq.direct", "key", properties, Client.octets("traced"));
            channel.waitForConfirmsOrDie(Settings.PATIENCE.toMillis());
            channel.basicConsume(queue, true, (tag, delivery) -> {}, tag -> {});
            List<GetResponse> copies = copies(channel, traces, 3);
            broker.rabbitmqctl("trace_off");
            client.publish("amq.direct", "key", "after");

            assertEquals(
                    List.of(
                            "publish.amq.direct traced",
                            "deliver." + queue + " before",
                            "deliver." + queue + " traced"),
                    copies.stream()
                            .map(copy -> copy.getEnvelope().getRoutingKey() + " " + Client.text(copy.getBody()))
                            .toList());
            Map<String, Object> published = copies.get(0).getProps().getHeaders();
            assertEquals("amq.direct", published.get("exchange_name").toString());
            assertEquals("[key]", published.get("routing_keys").toString());
            assertEquals("[" + queue + "]", published.get("routed_queues").toString());
            assertEquals("guest", published.get("user").toString());
            assertEquals(channel.getChannelNumber(), published.get("channel"));
            Map<?, ?> traced = (Map<?, ?>) published.get("properties");
            assertEquals("id", traced.get("message_id").toString());
            assertEquals(Map.of("h", 1), traced.get("headers"));
            assertEquals(0, copies.get(2).getProps().getHeaders().get("redelivered"));
            assertNull(channel.basicGet(traces, true));
        }
    }

    /** The next of them; a delivery and its copy take different ways. */
    private static List<GetResponse> copies(Channel channel, String queue, int count) throws Exception {
        List<GetResponse> copies = new ArrayList<>();
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        while (copies.size() < count && System.nanoTime() < deadline) {
            GetResponse copy = channel.basicGet(queue, true);
            if (copy != null) {
                copies.add(copy);
            }
        }
        return copies;
    }
}
