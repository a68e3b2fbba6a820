package io.millrace.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.queue.TestLoop;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueRecoveryTest {
    private final Queue queue = new Queue(
            new QueueSettings(3, "/", ShortString.of("q"), true, false, null, FieldTable.EMPTY),
            new TestLoop("home"),
            unused -> {},
            QueueMemory.alone(bytes -> {}));
    private final QueueRecovery recovery = new QueueRecovery(Map.of(3, queue));

    @Test
    void queuesThatAreGoneAreNotLive() {
        assertTrue(recovery.isLive(3));
        assertFalse(recovery.isLive(4));
    }

    @Test
    void aQueueHasTheMessagesThatTheLogCounted() {
        recovery.recovered(3, 2, 10, 5);
        assertEquals(2, recovery.messages());
        assertEquals(2, queue.readyCount());
        queue.deliveredUpTo((id, sequence) -> assertEquals(List.of(3, 5L), List.of(id, sequence)));
    }
}
