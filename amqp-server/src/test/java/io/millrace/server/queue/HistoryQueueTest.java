package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryQueueTest {
    private static final int HISTORY_ID = 40;
    private static final int LENGTH = 3;

    private final QueueFixture fixture = QueueFixture.durable();
    private final HistoryQueue history = new HistoryQueue(
            new QueueSettings(HISTORY_ID, "/", ShortString.of("x"), true, false, null, FieldTable.EMPTY),
            fixture.home,
            fixture.unused::add,
            new QueueMemory(bytes -> {}, fixture.store, Integer.MAX_VALUE, Long.MAX_VALUE),
            LENGTH);

    private void publish(Message... messages) {
        PublishBatch batch = new PublishBatch(history, fixture.origin);
        for (Message message : messages) {
            batch.add(message);
        }
        fixture.home.on(batch::handOver);
        fixture.settleDown();
    }

    private List<Message> replayed() {
        RecordingSink sink = fixture.sink();
        fixture.consume(sink, 0);
        fixture.home.on(() -> history.replay(message -> Route.of(fixture.queue)));
        fixture.settleDown();
        List<Message> messages = new ArrayList<>();
        sink.deliveries().forEach(delivery -> messages.add(delivery.message()));
        return messages;
    }

    @Test
    void givesTheLatestMessagesInTheirOrder() {
        Message[] all = new Message[5];
        for (int i = 0; i < all.length; i++) {
            all[i] = Messages.persistentOf(i + 1);
        }
        publish(all);

        assertEquals(List.of(all[2], all[3], all[4]), replayed());
    }

    @Test
    void keepsTransientMessagesLikePersistentOnes() {
        publish(Messages.transientOf(1));

        assertEquals(List.of("publish " + HISTORY_ID + ":1"), fixture.journal.takeRecords());
    }

    @Test
    void readsWhatAnEarlierRunLeftBeforeItGivesIt() {
        Message first = Messages.persistentOf(1);
        Message second = Messages.persistentOf(2);
        fixture.store.has(HISTORY_ID, 8, first);
        fixture.store.has(HISTORY_ID, 9, second);
        history.recover(HISTORY_ID, 2, 9, 0);

        assertEquals(List.of(first, second), replayed());
    }

    @Test
    void whatComesAfterARestartGoesBehindWhatWasThere() {
        Message old = Messages.persistentOf(1);
        fixture.store.has(HISTORY_ID, 8, old);
        history.recover(HISTORY_ID, 1, 8, 0);
        Message fresh = Messages.persistentOf(2);
        publish(fresh);

        assertEquals(List.of(old, fresh), replayed());
        assertEquals(
                List.of("publish " + HISTORY_ID + ":9"),
                fixture.journal.takeRecords().subList(0, 1));
    }
}
