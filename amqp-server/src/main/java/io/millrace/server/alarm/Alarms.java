package io.millrace.server.alarm;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which resources run short: by what is measured, or because an operator or a test says so. Any thread. */
public final class Alarms {
    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

    private final MemoryAlarm memory;
    private final DiskAlarm disk;
    private final Runnable changed;
    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();

    private record Hold(Resource resource, String holder) {}

    /** @param changed called after a hold; the two alarms have listeners of their own */
    public Alarms(MemoryAlarm memory, DiskAlarm disk, Runnable changed) {
        this.memory = memory;
        this.disk = disk;
        this.changed = changed;
    }

    public MemoryAlarm memory() {
        return memory;
    }

    public DiskAlarm disk() {
        return disk;
    }

    /** Whether publishers are to be blocked. */
    public boolean isOn() {
        return memory.isOn() || disk.isOn() || !holds.isEmpty();
    }

    /** Whether that resource runs short. */
    public boolean isOn(Resource resource) {
        boolean measured = resource == Resource.MEMORY ? memory.isOn() : disk.isOn();
        return measured || holds.stream().anyMatch(hold -> hold.resource == resource);
    }

    /** What runs short; empty while no alarm is on. */
    public List<Resource> on() {
        return Stream.of(Resource.values()).filter(this::isOn).toList();
    }

    /** What a client is told: {@code low on disk}, {@code low on memory} or {@code low on disk & memory}. */
    public String reason() {
        return on().stream().map(Resource::label).collect(Collectors.joining(" & ", "low on ", ""));
    }

    /**
     * Keeps an alarm on, whatever is measured, or lets go of it: for operators and tests.
     *
     * @param holder each lets go for itself
     */
    public void hold(Resource resource, String holder, boolean hold) {
        Hold one = new Hold(resource, holder);
        if (hold ? holds.add(one) : holds.remove(one)) {
            LOG.info("Alarm '{}' {} by an operator", resource.label(), hold ? "raised" : "cleared");
            changed.run();
        }
    }
}
