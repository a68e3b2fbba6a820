package io.millrace.server.alarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskAlarmTest {
    private long free = 1_000_000_000;
    private boolean unreadable;
    private final List<Boolean> told = new ArrayList<>();
    private final DiskAlarm alarm = new DiskAlarm(this::space, 50_000_000, this::changed);

    private long space() throws IOException {
        if (unreadable) {
            throw new IOException("stale file handle");
        }
        return free;
    }

    private void changed() {
        told.add(alarm.isOn());
    }

    private void free(long bytes) {
        free = bytes;
        alarm.sample();
    }

    @Test
    void goesOnBelowTheLimitAndOffByItself() {
        free(50_000_000);
        assertFalse(alarm.isOn());
        free(49_999_999);
        assertTrue(alarm.isOn());
        free(0);
        free(50_000_000);
        assertFalse(alarm.isOn());
        assertEquals(List.of(true, false), told);
    }

    @Test
    void anotherLimitHoldsAtOnce() {
        alarm.limitBytes(2_000_000_000);
        assertTrue(alarm.isOn());
        alarm.limitBytes(0);
        assertFalse(alarm.isOn());
    }

    @Test
    void looksTheSoonerTheLessIsLeft() {
        free(Long.MAX_VALUE);
        assertEquals(10_000, alarm.millisToNext());
        free(50_000_000 + 1_000_000_000);
        assertEquals(2_000, alarm.millisToNext());
        free(50_000_001);
        assertEquals(100, alarm.millisToNext());
        free(0);
        assertEquals(100, alarm.millisToNext());
    }

    @Test
    void aStoreWithoutRoomRaisesItWhateverIsFree() {
        alarm.storeIsFull(true);
        free(0);
        free(1_000_000_000);
        assertTrue(alarm.isOn());
        alarm.storeIsFull(false);
        assertFalse(alarm.isOn());
        assertEquals(List.of(true, false), told);
    }

    @Test
    void staysAsItIsWhileTheSpaceIsUnknown() {
        free(0);
        unreadable = true;
        free(1_000_000_000);
        assertTrue(alarm.isOn());
        unreadable = false;
        alarm.sample();
        assertFalse(alarm.isOn());
    }

    /** A limit of nothing turns it off: nothing is less than that. */
    @Test
    void withoutALimitAFullDiskIsTheStoresAffair() {
        alarm.limitBytes(0);
        free(0);
        assertFalse(alarm.isOn());
    }
}
