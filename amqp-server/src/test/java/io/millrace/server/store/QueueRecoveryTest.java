package io.millrace.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueSettings;
import io.millrace.server.queue.TestLoop;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueRecoveryTest {
    /** Format, empty exchange, key "q", two octets of properties, body "x". */
    private static final byte[] STORED = {1, 0, 1, 'q', 0, 0, 0, 2, 0, 0, 'x'};

    private final Queue queue = new Queue(
            new QueueSettings(3, "/", ShortString.of("q"), true, false, null, FieldTable.EMPTY),
            new TestLoop("home"),
            unused -> {},
            bytes -> {});
    private final QueueRecovery recovery = new QueueRecovery(Map.of(3, queue));

    @Test
    void queuesThatAreGoneAreNotLive() {
        assertTrue(recovery.isLive(3));
        assertFalse(recovery.isLive(4));
    }

    @Test
    void aMessageThatCannotBeReadIsLeftOutAndTheOthersAreNot() {
        recovery.message(3, 1, STORED.clone(), false);
        recovery.message(3, 2, new byte[] {9}, false);
        recovery.message(3, 3, new byte[] {1, 0}, false);
        recovery.message(3, 4, new byte[] {1, 0, 0, 0, 0, 0, 99}, false);
        recovery.message(3, 5, STORED.clone(), true);
        recovery.lastSequence(3, 10);
        assertEquals(2, recovery.messages());
        assertEquals(2, queue.readyCount());
    }
}
