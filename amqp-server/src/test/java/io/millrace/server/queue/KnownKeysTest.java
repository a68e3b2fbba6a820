package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownKeysTest {
    private final List<Long> forgotten = new ArrayList<>();
    private final KnownKeys keys = new KnownKeys(3, key -> forgotten.add(key.number()));

    private void add(String key, long number, long expiresAt, long now) {
        keys.add(new KnownKey(Keyed.key(key), number, expiresAt, true), now);
    }

    @Test
    void theOldestGivesWay() {
        for (int i = 1; i <= 5; i++) {
            add("k" + i, i, DueTimes.NEVER, 0);
        }
        assertEquals(List.of(1L, 2L), forgotten);
        assertNull(keys.find(Keyed.key("k2"), 0));
        assertNotNull(keys.find(Keyed.key("k3"), 0));
        keys.limit(1, 0);
        assertEquals(List.of(1L, 2L, 3L, 4L), forgotten);
    }

    @Test
    void whatIsAddedOnceMoreIsTheLatest() {
        add("a", 1, DueTimes.NEVER, 0);
        add("b", 2, DueTimes.NEVER, 0);
        add("c", 3, DueTimes.NEVER, 0);
        add("a", 4, DueTimes.NEVER, 0);
        assertEquals(List.of(1L), forgotten);
        add("d", 5, DueTimes.NEVER, 0);
        assertEquals(List.of(1L, 2L), forgotten);
    }

    @Test
    void whatHasExpiredGoesWhenItIsAskedForOrStandsFirst() {
        add("a", 1, 10, 0);
        add("b", 2, DueTimes.NEVER, 0);
        add("c", 3, 10, 0);
        assertNotNull(keys.find(Keyed.key("a"), 9));
        add("d", 4, DueTimes.NEVER, 10);
        assertEquals(List.of(1L), forgotten);
        assertNull(keys.find(Keyed.key("c"), 10));
        assertEquals(List.of(1L, 3L), forgotten);
        assertEquals(2, keys.size());
    }
}
