package io.millrace.interop;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;

@WithBroker
class ExclusiveQueueIT {
    @Test
    void isForItsConnectionOnly(Client client) throws Exception {
        String queue = client.name();
        client.channel().queueDeclare(queue, false, true, false, Map.of());
        client.channel().queueDeclarePassive(queue);
        Channel other = client.connect().createChannel();
        Closes.channel(405, lockedText(queue), () -> other.queueDeclarePassive(queue));
        Channel another = client.connect().createChannel();
        Closes.channel(405, lockedText(queue), () -> another.basicConsume(queue, (tag, delivery) -> {}, tag -> {}));
    }

    @Test
    void losesNoBindingToAnotherConnection(Client client) throws Exception {
        String queue = client.name();
        Channel owner = client.channel();
        owner.queueDeclare(queue, false, true, false, Map.of());
        owner.queueBind(queue, "amq.direct", queue);
        Connection stranger = client.connect();
        Closes.channel(405, lockedText(queue), () -> stranger.createChannel().queueUnbind(queue, "amq.direct", queue));
        // One that is not there may be taken away by anyone.
        stranger.createChannel().queueUnbind(queue, "amq.direct", "no-such-key");
        owner.queueUnbind(queue, "amq.direct", queue);
    }

    @Test
    void goesWithItsConnectionBeforeTheCloseIsAnswered(Client client) throws Exception {
        String queue = client.name();
        Connection owner = client.connect();
        owner.createChannel().queueDeclare(queue, true, true, false, Map.of());
        owner.close();
        Channel other = client.channel();
        Closes.channel(
                404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", () -> other.queueDeclarePassive(queue));
    }

    private static String lockedText(String queue) {
        return "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '" + queue + "' in vhost '/'. "
                + "It could be originally declared on another connection or the exclusive property value "
                + "does not match that of the original declaration.";
    }
}
