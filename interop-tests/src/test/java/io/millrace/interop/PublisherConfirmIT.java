package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@WithBroker
class PublisherConfirmIT {
    @Test
    void waitForConfirmsReturnsWhenThePersistentMessagesAreInTheQueue(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        channel.confirmSelect();
        for (int i = 0; i < 500; i++) {
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, Client.octets("m" + i));
        }
        assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
        assertEquals(500, channel.messageCount(queue));
    }

    @Test
    void everyTagIsConfirmedOnceSinglyOrByMultiple(Client client) throws Exception {
        int count = 2_000;
        String queue = client.queue();
        Channel channel = client.channel();
        channel.confirmSelect();
        ConcurrentSkipListSet<Long> open =
                LongStream.rangeClosed(1, count).boxed().collect(Collectors.toCollection(ConcurrentSkipListSet::new));
        CountDownLatch confirmed = new CountDownLatch(count);
        channel.addConfirmListener(
                (tag, multiple) -> {
                    Set<Long> tags = multiple ? Set.copyOf(open.headSet(tag, true)) : Set.of(tag);
                    tags.stream().filter(open::remove).forEach(t -> confirmed.countDown());
                },
                (tag, multiple) -> fail("nack of " + tag));
        for (int i = 0; i < count; i++) {
            // Persistent and transient mixed: they are confirmed at different times.
            channel.basicPublish(
                    "",
                    queue,
                    i % 3 == 0 ? MessageProperties.BASIC : MessageProperties.PERSISTENT_BASIC,
                    Client.octets("m" + i));
        }
        assertTrue(
                confirmed.await(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
                () -> "not confirmed: " + open.size() + " from " + open.first());
    }

    @Test
    void whatReachesNoQueueIsConfirmedToo(Client client) throws Exception {
        String exchange = client.exchange("fanout");
        Channel channel = client.channel();
        channel.confirmSelect();
        channel.basicPublish(exchange, "nowhere", MessageProperties.PERSISTENT_BASIC, Client.octets("lost"));
        assertTrue(channel.waitForConfirms(Settings.PATIENCE.toMillis()));
    }

    @Test
    void aMissingExchangeClosesTheChannel(Client client) throws Exception {
        Channel channel = client.channel();
        channel.confirmSelect();
        String missing = client.name();
        channel.basicPublish(missing, "key", null, Client.octets("lost"));
        Closes.eventually(channel, 404, "NOT_FOUND - no exchange '" + missing + "' in vhost '/'");
    }
}
