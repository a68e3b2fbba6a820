package io.millrace.log;

import java.util.Arrays;

/**
 * Remembers where in the current file contents were written lately, so that a message for many queues is written once.
 * It keeps the contents reachable, and is therefore bounded in number and octets; when it is full it forgets all, which
 * costs space in the log and nothing else.
 */
final class SharedContents {
    static final long NONE = -1;

    private static final int ENTRIES_MAX = 4096;
    private static final long BYTES_MAX = 16 << 20;
    /** Half empty, so that a probe is short. */
    private static final int SLOTS = ENTRIES_MAX * 2;

    private final StoredContent[] contents = new StoredContent[SLOTS];
    private final long[] offsets = new long[SLOTS];
    private int entries;
    private long bytes;

    /** The offset of the PUBLISH record with this very instance, or {@link #NONE}. */
    long offsetOf(StoredContent content) {
        int slot = slot(content);
        return contents[slot] == null ? NONE : offsets[slot];
    }

    /** Remembers a content that it does not know. */
    void remember(StoredContent content, long offset) {
        if (entries == ENTRIES_MAX || bytes > BYTES_MAX) {
            clear();
        }
        int slot = slot(content);
        contents[slot] = content;
        offsets[slot] = offset;
        entries++;
        bytes += content.size();
    }

    /** Forgets large contents rather than keeping them until the next one comes. */
    void trim() {
        if (bytes > BYTES_MAX) {
            clear();
        }
    }

    void clear() {
        if (entries > 0) {
            Arrays.fill(contents, null);
            entries = 0;
            bytes = 0;
        }
    }

    /** Where the content is, or the empty slot where it belongs. By identity: equal contents are not looked for. */
    @SuppressWarnings("ReferenceEquality") // the instance is the key
    private int slot(StoredContent content) {
        int slot = System.identityHashCode(content) & (SLOTS - 1);
        while (contents[slot] != null && contents[slot] != content) {
            slot = slot + 1 & (SLOTS - 1);
        }
        return slot;
    }
}
