package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream that remembers how far a consumer has come, across the end of the broker. */
@Tag("own-broker")
@Tag("differs")
class StreamOffsetIT {
    private static final Map<String, Object> TRACKED =
            Map.of("x-stream-offset", "first", "x-stream-automatic-offset-tracking", true);

    private static BlockingQueue<Delivery> consume(Channel channel, String tag) throws Exception {
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        channel.basicQos(10);
        channel.basicConsume("s", false, tag, false, false, TRACKED, (name, got) -> deliveries.add(got), name -> {});
        return deliveries;
    }

    private static String take(Channel channel, BlockingQueue<Delivery> deliveries, boolean acknowledge)
            throws Exception {
        Delivery delivery = deliveries.poll(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (acknowledge) {
            channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
        }
        return Client.text(delivery.getBody());
    }

    @ParameterizedTest
    @EnumSource
    void itGoesOnWhereItLeftOff(DurabilityIT.End end) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start("stream-offset")) {
            Client before = new Client(broker.connectionFactory());
            Channel channel = before.channel();
            channel.queueDeclare("s", true, false, false, Map.of("x-queue-type", "stream"));
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                bodies.add("m" + i);
            }
            before.publish("", "s", bodies.toArray(String[]::new));
            BlockingQueue<Delivery> first = consume(channel, "reader");
            for (int i = 0; i < 20; i++) {
                assertEquals("m" + i, take(channel, first, true));
            }
            assertEquals("m20", take(channel, first, false));
            Client.settle(channel, "s");
            // The stream has had the acknowledgements, and writes in the order in which it is asked to.
            before.publish("", "s", "m50");

            end.of(broker);
            broker.restart();

            Channel next = new Client(broker.connectionFactory()).channel();
            BlockingQueue<Delivery> second = consume(next, "reader");
            for (int i = 20; i < 51; i++) {
                assertEquals("m" + i, take(next, second, true));
            }
            BlockingQueue<Delivery> other = consume(next, "another");
            assertEquals("m0", take(next, other, true));
        }
    }
}
