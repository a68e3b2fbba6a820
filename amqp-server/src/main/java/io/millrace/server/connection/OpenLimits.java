package io.millrace.server.connection;

import java.util.concurrent.ConcurrentHashMap;

/** Counts by name against limits. Any thread. */
final class OpenLimits {
    private final ConcurrentHashMap<String, Integer> counts = new ConcurrentHashMap<>();

    /**
     * Counts one more, unless there are as many as may be.
     *
     * @param limit negative for any number
     * @return whether it was counted
     */
    boolean tryAdd(String name, int limit) {
        boolean[] added = new boolean[1];
        counts.compute(name, (key, count) -> {
            int before = count == null ? 0 : count;
            added[0] = limit < 0 || before < limit;
            int after = added[0] ? before + 1 : before;
            return after == 0 ? null : Integer.valueOf(after);
        });
        return added[0];
    }

    void remove(String name, int number) {
        counts.computeIfPresent(name, (key, count) -> count <= number ? null : Integer.valueOf(count - number));
    }

    int count(String name) {
        return counts.getOrDefault(name, 0);
    }
}
