package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class ManyChannelsIT {
    @Test
    void twoHundredChannelsOfOneConnectionWorkSideBySide(Client client) throws Exception {
        Connection connection = client.connect();
        List<Channel> channels = new ArrayList<>();
        List<String> queues = new ArrayList<>();
        List<Inbox> inboxes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Channel channel = connection.createChannel();
            channels.add(channel);
            queues.add(channel.queueDeclare().getQueue());
            inboxes.add(Inbox.open(channel, queues.get(i)));
        }
        for (int i = 0; i < 200; i++) {
            // Into the queue of another channel.
            channels.get(i).basicPublish("", queues.get((i + 77) % 200), null, Client.octets("from " + i));
        }
        for (int i = 0; i < 200; i++) {
            assertEquals("from " + (i + 123) % 200, inboxes.get(i).nextText());
        }
        for (Channel channel : channels) {
            channel.close();
        }
        connection.createChannel().close();
    }
}
