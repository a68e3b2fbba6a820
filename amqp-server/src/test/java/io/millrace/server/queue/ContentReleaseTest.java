package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.codec.Content;
import io.millrace.codec.ContentBlocks;
import io.millrace.codec.ContentFiller;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages whose bodies lie in the only block that there is: a new one fits when the queue has released them all. */
class ContentReleaseTest {
    private static final byte[] LIST = BasicProperties.NONE.encode();
    private static final int BLOCK = 64 << 10;
    private static final int BODY = BLOCK / 8;
    private static final int MESSAGES = 8;

    private final ContentFiller filler = new ContentBlocks(BLOCK).filler();
    private final Message[] messages = new Message[MESSAGES];

    ContentReleaseTest() {
        for (int i = 0; i < MESSAGES; i++) {
            messages[i] = new Message(ShortString.EMPTY, ShortString.of("q"), fill(i), false);
        }
        assertNull(fill(0));
    }

    private Content fill(int octet) {
        byte[] body = new byte[BODY];
        body[0] = (byte) octet;
        return filler.fill(LIST, Unpooled.wrappedBuffer(body), 0, BODY);
    }

    private List<RecordingSink.Delivery> deliver(QueueFixture fixture) {
        fixture.publish(messages);
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.settleDown();
        assertEquals(MESSAGES, sink.deliveries().size());
        return List.copyOf(sink.deliveries());
    }

    private static void settle(QueueFixture fixture, List<RecordingSink.Delivery> some, SettleBatch.Outcome outcome) {
        fixture.client.on(() -> some.forEach(delivery -> delivery.settle(outcome)));
        fixture.settleDown();
    }

    @Test
    void whatIsAcknowledgedIsReleased() {
        QueueFixture fixture = QueueFixture.ofTransient();
        List<RecordingSink.Delivery> deliveries = deliver(fixture);
        settle(fixture, deliveries.subList(1, MESSAGES), SettleBatch.Outcome.ACKNOWLEDGE);
        assertNull(fill(0));
        assertEquals(0, deliveries.get(0).message().content().body()[0]);
        settle(fixture, deliveries.subList(0, 1), SettleBatch.Outcome.ACKNOWLEDGE);
        assertNotNull(fill(0));
        assertThrows(IllegalStateException.class, () -> messages[0].content());
    }

    @Test
    void whatComesBackIsNot() {
        QueueFixture fixture = QueueFixture.ofTransient();
        List<RecordingSink.Delivery> deliveries = deliver(fixture);
        settle(fixture, deliveries.subList(1, MESSAGES), SettleBatch.Outcome.DISCARD);
        settle(fixture, deliveries.subList(0, 1), SettleBatch.Outcome.REQUEUE);
        assertNull(fill(0));
    }

    @Test
    void whatIsPurgedIsReleased() {
        QueueFixture fixture = QueueFixture.ofTransient();
        fixture.publish(messages);
        fixture.settleDown();
        fixture.home.on(fixture.queue::purge);
        assertNotNull(fill(0));
    }

    @Test
    void whatGoesToTheStoreIsReleasedOnceItIsWritten() {
        QueueFixture fixture = new QueueFixture(false, false, 1);
        fixture.publish(Messages.transientOf(1));
        fixture.publish(messages);
        fixture.home.runAll();
        assertNull(fill(0));
        while (fixture.store.runOne()) {
            fixture.home.runAll();
        }
        assertNotNull(fill(0));
    }

    @Test
    void aCopyWithAnotherEnvelopeOutlivesTheMessage() {
        List<Message> copies = new ArrayList<>();
        for (Message message : messages) {
            copies.add(message.with(Envelope.EMPTY.withTtl(1_000)));
            message.release();
        }
        assertNotNull(fill(99));
        assertEquals(5, copies.get(5).content().body()[0]);
    }
}
