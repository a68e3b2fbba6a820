package io.millrace.definitions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps what it is given in a list, and fails when the test says so. */
public final class MemoryDefinitionStore implements DefinitionStore {
    private final List<List<DefinitionChange>> batches = new ArrayList<>();
    private final Map<String, String> properties = new HashMap<>();
    private final List<Runnable> beforeApply = new ArrayList<>();
    private int lastQueueId;
    private boolean failing;
    private boolean fatally;
    private boolean full;

    /** Every change from now on fails. */
    public void fail(boolean fatal) {
        failing = true;
        fatally = fatal;
    }

    /** Every change fails for lack of space, or no longer. */
    public void full(boolean isFull) {
        full = isFull;
    }

    /** Runs the check whenever changes are about to become durable. */
    public void beforeApply(Runnable check) {
        beforeApply.add(check);
    }

    /** The groups of changes that were applied since the last call. */
    public List<List<DefinitionChange>> takeBatches() {
        List<List<DefinitionChange>> taken = List.copyOf(batches);
        batches.clear();
        return taken;
    }

    @Override
    public Definitions load() {
        return new Definitions(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    @Override
    public void apply(List<DefinitionChange> changes) {
        beforeApply.forEach(Runnable::run);
        if (full) {
            throw new DiskFullException("the disk is full");
        }
        if (failing) {
            throw new DefinitionStoreException("the disk is full", null, fatally);
        }
        batches.add(List.copyOf(changes));
    }

    @Override
    public int nextQueueId() {
        return ++lastQueueId;
    }

    @Override
    public String property(String name) {
        return properties.get(name);
    }

    @Override
    public void property(String name, String value) {
        properties.put(name, value);
    }

    @Override
    public void close() {}
}
