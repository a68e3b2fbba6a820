package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadyMessagesTest {
    private final ReadyMessages ready = new FifoMessages();

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257, 511, 512, 513, 2000})
    void messagesComeOutInTheOrderTheyWentIn(int count) {
        Message[] messages = new Message[count];
        for (int i = 0; i < count; i++) {
            messages[i] = Messages.transientOf(i % 3);
            ready.add(messages[i], i + 1, i % 7 == 0);
        }
        assertEquals(count, ready.size());
        for (int i = 0; i < count; i++) {
            assertSame(messages[i], ready.poll());
            assertEquals(i + 1, ready.polledSequence());
            assertEquals(i % 7 == 0, ready.polledRedelivered());
        }
        assertNull(ready.poll());
        assertTrue(ready.isEmpty());
        assertEquals(0, ready.bytes());
    }

    @Test
    void aQueueThatRunsEmptyAtAChunksEndGoesOn() {
        long sequence = 1;
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 256; i++) {
                ready.add(Messages.transientOf(1), sequence + i, false);
            }
            for (int i = 0; i < 256; i++) {
                ready.poll();
                assertEquals(sequence + i, ready.polledSequence());
            }
            sequence += 256;
        }
        assertNull(ready.poll());
    }

    @Test
    void whatIsPutBackIsFirstAgainAndRedelivered() {
        for (int i = 1; i <= 3; i++) {
            ready.add(Messages.transientOf(10), i, false);
        }
        Message first = ready.poll();
        Message second = ready.poll();
        ready.putBack(second, 2);
        ready.putBack(first, 1);
        assertEquals(30, ready.bytes());
        assertSame(first, ready.poll());
        assertTrue(ready.polledRedelivered());
        assertSame(second, ready.poll());
        assertEquals(2, ready.polledSequence());
        ready.poll();
        assertFalse(ready.polledRedelivered());
        assertEquals(0, ready.size());
    }
}
