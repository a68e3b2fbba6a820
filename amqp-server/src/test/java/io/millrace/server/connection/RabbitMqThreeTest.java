package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.method.TxMethod;
import io.millrace.server.vhost.Compatibility;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What clients of a virtual host that is compatible with RabbitMQ 3 get, where those of RabbitMQ 4 get something else.
 */
class RabbitMqThreeTest {
    private final TestBroker broker = new TestBroker(Compatibility.RABBITMQ_3);
    private final TestClient client = broker.open("a");

    @AfterEach
    void end() {
        broker.end();
    }

    @Test
    void topicBindingKeysHaveAnyNumberOfHashes() {
        client.call(1, Asks.declare("q"));
        assertEquals(List.of("1 queue.bind-ok"), client.call(1, Asks.bind("q", "amq.topic", "#.a.#.b.#")));
    }

    @Test
    void anUnknownTypeOfExchangeEndsTheConnection() {
        assertEquals(
                List.of("0 connection.close COMMAND_INVALID - unknown exchange type 'x-none' 40/10"),
                client.call(1, Asks.declareExchange("x", "x-none", false)));
    }

    @Test
    void aCommitForgetsWhatWasForAQueueThatIsGone() {
        client.call(1, Asks.declare("q"));
        client.call(1, new TxMethod.Select());
        client.addPublish(1, "", "q", "a").flush();
        broker.open("other").call(1, Asks.delete("q"));
        assertEquals(List.of("1 tx.commit-ok"), client.call(1, new TxMethod.Commit()));
    }
}
