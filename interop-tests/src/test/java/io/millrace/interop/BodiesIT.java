package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every body arrives as it was sent, however many pass through beside it and whatever becomes of them. */
@WithBroker
class BodiesIT {
    private static final int MESSAGES = 60_000;
    private static final int WAIT_SECONDS = 60;

    private static final class Delivered {
        final int number;
        final byte[] body;

        Delivered(Delivery delivery) {
            this(delivery.getProperties(), delivery.getBody());
        }

        Delivered(AMQP.BasicProperties properties, byte[] body) {
            this.number = Integer.parseInt(properties.getMessageId());
            this.body = body;
        }
    }

    @Test
    void areTheSameWhenConsumersAcknowledgeRejectAndLeaveSomeBehind(Client client) throws Exception {
        String fast = client.queue();
        String slow = client.queue();
        BlockingQueue<Delivered> taken = new LinkedBlockingQueue<>();
        Channel automatic = client.channel();
        automatic.basicConsume(fast, true, (tag, d) -> taken.add(new Delivered(d)), tag -> {});
        Channel manual = client.channel();
        manual.basicQos(100);
        manual.basicConsume(
                slow,
                false,
                (tag, d) -> {
                    Delivered message = new Delivered(d);
                    long deliveryTag = d.getEnvelope().getDeliveryTag();
                    if (message.number % 50 == 1 && !d.getEnvelope().isRedeliver()) {
                        manual.basicReject(deliveryTag, true);
                        return;
                    }
                    taken.add(message);
                    manual.basicAck(deliveryTag, false);
                },
                tag -> {});
        String kept = client.queue();
        Channel publisher = client.channel();
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            boolean stays = i % 1_000 == 7;
            String queue = stays ? kept : i % 5 == 1 ? slow : fast;
            AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                    .deliveryMode(1 + i % 2)
                    .priority(i % 3)
                    .messageId(Integer.toString(i))
                    .build();
            publisher.basicPublish("", queue, properties, body(i));
            if (stays) {
                left.add(i);
            }
        }
        for (int i = left.size(); i < MESSAGES; i++) {
            check(taken.poll(WAIT_SECONDS, TimeUnit.SECONDS));
        }
        assertEquals(0, taken.size());
        for (int number : left) {
            GetResponse response = publisher.basicGet(kept, true);
            Delivered message = new Delivered(response.getProps(), response.getBody());
            assertEquals(number, message.number);
            check(message);
        }
    }

    private static void check(Delivered message) {
        assertArrayEquals(body(message.number), message.body, () -> "body of " + message.number);
    }

    private static byte[] body(int number) {
        Random random = new Random(number);
        byte[] body = new byte[random.nextInt(random.nextInt(20) == 0 ? 12_000 : 600)];
        random.nextBytes(body);
        return body;
    }
}
