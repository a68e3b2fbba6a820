package io.millrace.server.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.method.BasicMethod;
import io.millrace.codec.method.QueueMethod;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.TestLoop;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A quorum queue whose deliveries must be settled within ten seconds. */
class ConsumerTimeoutTest {
    private static final String CLOSED = "1 channel.close PRECONDITION_FAILED - delivery acknowledgement on channel 1"
            + " timed out. Timeout value used: -1 ms. This timeout value can be configured, see consumers doc guide to"
            + " learn more 0/0";

    private final TestBroker broker = new TestBroker();
    private final TestLoop loop = broker.loop("a");

    @AfterEach
    void end() {
        broker.end();
    }

    private TestClient open(boolean understandsCancel) {
        TestClient client = broker.connect(loop)
                .open(FieldTable.of(
                        Map.of("capabilities", FieldTable.of(Map.of("consumer_cancel_notify", understandsCancel)))));
        FieldTable arguments = FieldTable.of(Map.of("x-queue-type", "quorum", "x-consumer-timeout", 10_000));
        client.call(1, new QueueMethod.Declare(Asks.text("q"), false, true, false, false, false, arguments));
        broker.makeDurable();
        client.take();
        return client;
    }

    private Queue queue() {
        return broker.virtualHost().requireQueue(ShortString.of("q"));
    }

    private List<String> after(TestClient client, long millis) {
        loop.elapse(millis);
        broker.settle();
        return client.take();
    }

    @Test
    void aConsumerThatSettlesNothingInTimeIsCancelledAndItsQueueHasTheMessagesAgain() {
        TestClient client = open(true);
        client.call(1, Asks.consume("q", "t"));
        after(client, 60_000);
        client.addPublish(1, "", "q", "one").addPublish(1, "", "q", "two").flush();
        after(client, 0);
        assertEquals(List.of(), after(client, 9_999));
        assertEquals(List.of("1 basic.cancel"), after(client, 1_001));
        assertEquals(List.of(2, 0, 0), List.of(queue().readyCount(), queue().unackedCount(), queue().consumerCount()));
        // Too late, but not wrong.
        assertEquals(List.of(), client.call(1, new BasicMethod.Ack(1, false)));
        assertEquals(List.of("1 get-ok 3 again, 1 left", "1 body one"), client.call(1, Asks.get("q")));
        assertEquals(List.of(), client.call(1, new BasicMethod.Ack(3, true)));
        assertEquals(1, queue().readyCount());
        assertEquals(0, queue().unackedCount());
        assertEquals(
                List.of("1 channel.close PRECONDITION_FAILED - unknown delivery tag 2 60/80"),
                client.call(1, new BasicMethod.Ack(2, false)));
    }

    @Test
    void oneThatGoesOnSettlingIsLeftAlone() {
        TestClient client = open(true);
        client.call(1, Asks.consume("q", "t"));
        for (int tag = 1; tag <= 20; tag++) {
            client.addPublish(1, "", "q", "m").flush();
            after(client, 9_000);
            assertEquals(List.of(), client.call(1, new BasicMethod.Ack(tag, false)));
        }
        assertEquals(1, queue().consumerCount());
    }

    @Test
    void theChannelOfAClientThatKnowsNoCancelIsClosed() {
        TestClient client = open(false);
        client.call(1, Asks.consume("q", "t"));
        client.addPublish(1, "", "q", "one").flush();
        after(client, 0);
        assertEquals(List.of(CLOSED), after(client, 11_000));
        assertEquals(1, queue().readyCount());
    }

    @Test
    void whatWasFetchedByGetCountsToo() {
        TestClient client = open(true);
        client.addPublish(1, "", "q", "one").flush();
        after(client, 0);
        client.call(1, Asks.get("q"));
        assertEquals(List.of(CLOSED), after(client, 11_000));
        assertEquals(1, queue().readyCount());
    }

    @Test
    void theTimersOfAChannelEndWithIt() {
        TestClient client = open(true);
        client.call(1, Asks.consume("q", "t"));
        client.call(1, new BasicMethod.Cancel(Asks.text("t"), false));
        after(client, 2_000);
        assertEquals(0, loop.timersSet());
    }
}
