package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The C client's command line tools. */
@WithBroker
class AmqpToolsIT {
    @Test
    void declarePublishGetConsumeDelete(Client client) throws Exception {
        String url = "--url=" + client.uri();
        String queue = client.deletedLaterQueue();
        assertEquals(List.of(queue), ExternalProgram.run("amqp-declare-queue", url, "--queue=" + queue, "--durable"));
        for (String body : List.of("one", "two", "three")) {
            ExternalProgram.run("amqp-publish", url, "--routing-key=" + queue, "--body=" + body, "--persistent");
        }
        assertEquals(List.of("one"), ExternalProgram.run("amqp-get", url, "--queue=" + queue));
        // The tool starts the program once for each message, with the body as its input; this one ends the line.
        assertEquals(
                List.of("two", "three"),
                ExternalProgram.run("amqp-consume", url, "--queue=" + queue, "--count=2", "sed", "$a\\"));
        ExternalProgram.run("amqp-delete-queue", url, "--queue=" + queue);
        Channel channel = client.channel();
        Closes.channel(
                404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", () -> channel.queueDeclarePassive(queue));
    }
}
