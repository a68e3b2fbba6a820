package io.millrace.server.alarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryAlarmTest {
    private final List<Boolean> told = new ArrayList<>();
    private final MemoryAlarm alarm = new MemoryAlarm(1000, told::add);

    @Test
    void goesOnAboveTheLimitAndOffATenthBelow() {
        alarm.add(1000);
        assertFalse(alarm.isOn());
        alarm.add(1);
        assertTrue(alarm.isOn());
        alarm.add(500);
        alarm.add(-601);
        assertTrue(alarm.isOn());
        alarm.add(-1);
        assertFalse(alarm.isOn());
        assertEquals(List.of(true, false), told);
        assertEquals(899, alarm.usedBytes());
    }

    /** Messages leave between the count that raises the alarm and its raising: nobody else would end it. */
    @Test
    void whatLeavesWhileTheAlarmGoesOnEndsIt() {
        List<Boolean> heard = new ArrayList<>();
        MemoryAlarm[] self = new MemoryAlarm[1];
        self[0] = new MemoryAlarm(1000, heard::add, () -> {
            if (heard.isEmpty() && self[0].usedBytes() > 1000) {
                self[0].add(-1001);
            }
        });
        self[0].add(1001);
        assertFalse(self[0].isOn());
    }
}
