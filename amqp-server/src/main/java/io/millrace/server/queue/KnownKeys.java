package io.millrace.server.queue;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The keys that are remembered, the latest of them: when there are too many the oldest gives way, and those whose time
 * is over go when they are asked for, or stand before all others. Belongs to one loop.
 */
final class KnownKeys {
    /** About what one takes on the heap: the entry of the map, the key and what is known of it. */
    static final int KEY_BYTES = 120;

    private final Map<MessageKey, KnownKey> keys = new LinkedHashMap<>();
    private final Consumer<KnownKey> forgotten;
    private int most;

    /** @param forgotten told of each that is remembered no more */
    KnownKeys(int most, Consumer<KnownKey> forgotten) {
        this.most = most;
        this.forgotten = forgotten;
    }

    int size() {
        return keys.size();
    }

    /** The key, if it is remembered still; else null. */
    KnownKey find(MessageKey key, long now) {
        KnownKey found = keys.get(key);
        if (found != null && found.hasExpired(now)) {
            forget(key);
            return null;
        }
        return found;
    }

    /** Remembers one from now on, as the latest. */
    void add(KnownKey key, long now) {
        forget(key.key());
        dropOldest(now, most - 1);
        keys.put(key.key(), key);
    }

    /** From now on there are at most so many. */
    void limit(int newMost, long now) {
        most = newMost;
        dropOldest(now, most);
    }

    private void dropOldest(long now, int left) {
        Iterator<KnownKey> oldest = keys.values().iterator();
        while (oldest.hasNext()) {
            KnownKey key = oldest.next();
            if (keys.size() <= left && !key.hasExpired(now)) {
                return;
            }
            oldest.remove();
            forgotten.accept(key);
        }
    }

    /** Returns the key that was forgotten; null when it was not remembered. */
    KnownKey forget(MessageKey key) {
        KnownKey known = keys.remove(key);
        if (known != null) {
            forgotten.accept(known);
        }
        return known;
    }

    /** Forgets all of them, without telling of each. */
    void clear() {
        keys.clear();
    }
}
