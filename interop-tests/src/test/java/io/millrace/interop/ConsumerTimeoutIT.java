package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.GetResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Consumers of quorum queues that do not settle what they get. */
@Tag("own-broker")
class ConsumerTimeoutIT {
    @Test
    void aConsumerThatTakesTooLongIsCancelledAndItsMessageComesBack() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("consumer-timeout", "--set", "consumer_timeout=300")) {
            Client client = new Client(broker.connectionFactory());
            Channel channel = client.channel();
            channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "quorum"));
            CountDownLatch cancelled = new CountDownLatch(1);
            channel.basicConsume("q", false, new DefaultConsumer(channel) {
                @Override
                public void handleCancel(String consumerTag) {
                    cancelled.countDown();
                }
            });
            client.publish("", "q", "slow");
            assertTrue(cancelled.await(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS), "was not cancelled");
            GetResponse again = client.channel().basicGet("q", true);
            assertTrue(again.getEnvelope().isRedeliver());
            assertEquals(Map.of("x-acquired-count", 1L), again.getProps().getHeaders());
            channel.basicAck(1, false);
            assertEquals(0, channel.messageCount("q"));
        }
    }
}
