package io.millrace.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.server.queue.Message;
import org.junit.jupiter.api.Test;

/** What cannot be read must say so, since the store leaves it out. */
class SegmentMessageStoreTest {
    /** Format, empty exchange, key "q", two octets of properties, body "x". */
    private static final byte[] STORED = {1, 0, 1, 'q', 0, 0, 0, 2, 0, 0, 'x'};

    @Test
    void aMessageOfAnotherFormatIsRefused() {
        assertEquals(1, Message.read(STORED.clone()).content().bodyLength());
        assertThrows(RuntimeException.class, () -> Message.read(new byte[] {9}));
        assertThrows(RuntimeException.class, () -> Message.read(new byte[] {1, 0}));
        assertThrows(RuntimeException.class, () -> Message.read(new byte[] {1, 0, 0, 0, 0, 0, 99}));
    }
}
