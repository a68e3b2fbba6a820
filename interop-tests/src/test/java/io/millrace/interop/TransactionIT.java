package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithBroker
class TransactionIT {
    @Test
    void publishesAreSeenAfterTheCommitOnly(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        channel.txSelect();
        channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, Client.octets("a"));
        channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, Client.octets("b"));
        assertEquals(0, client.channel().messageCount(queue));
        channel.txCommit();
        assertEquals(List.of("a", "b"), client.drain(queue));
    }

    @Test
    void aRollbackForgetsThePublishes(Client client) throws Exception {
        String queue = client.queue();
        Channel channel = client.channel();
        channel.txSelect();
        channel.basicPublish("", queue, null, Client.octets("forgotten"));
        channel.txRollback();
        channel.basicPublish("", queue, null, Client.octets("kept"));
        channel.txCommit();
        assertEquals(List.of("kept"), client.drain(queue));
    }

    @Test
    void acknowledgementsCountAfterTheCommitOnly(Client client) throws Exception {
        String queue = client.queue();
        client.publish("", queue, "a", "b");
        Channel channel = client.channel();
        channel.txSelect();
        GetResponse a = channel.basicGet(queue, false);
        channel.basicAck(a.getEnvelope().getDeliveryTag(), false);
        channel.txCommit();
        GetResponse b = channel.basicGet(queue, false);
        channel.basicAck(b.getEnvelope().getDeliveryTag(), false);
        channel.close();
        client.awaitReady(queue, 1);
        assertEquals(List.of("b"), client.drain(queue));
    }

    @Test
    void aCommitOutsideOfATransactionClosesTheChannel(Client client) throws Exception {
        Channel channel = client.channel();
        Closes.channel(406, "PRECONDITION_FAILED - channel is not transactional", channel::txCommit);
    }

    @Test
    void aChannelIsTransactionalOrConfirmingNotBoth(Client client) throws Exception {
        Channel transactional = client.channel();
        transactional.txSelect();
        Closes.channel(
                406, "PRECONDITION_FAILED - cannot switch from tx to confirm mode", transactional::confirmSelect);
        Channel confirming = client.channel();
        confirming.confirmSelect();
        Closes.channel(406, "PRECONDITION_FAILED - cannot switch from confirm to tx mode", confirming::txSelect);
    }
}
