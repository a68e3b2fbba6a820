package io.millrace.definitions;

import java.util.List;

/**
 * Keeps the definitions over restarts and crashes. One thread uses it, the definitions thread; nothing here is safe for
 * more.
 *
 * <p>Every method throws {@link DefinitionStoreException} when the disk or the file lets it down.
 */
public interface DefinitionStore extends AutoCloseable {
    /** Reads everything; meant for start-up. */
    Definitions load();

    /**
     * Makes the changes in the order given, all of them or none, and returns when they are safe on the disk. Batches
     * are cheap: a call costs one synchronous write however many changes it carries.
     *
     * @throws DefinitionStoreException nothing was changed, unless {@link DefinitionStoreException#isFatal()}
     */
    void apply(List<DefinitionChange> changes);

    /**
     * Returns an id that no queue of this data directory has had before, transient queues and crashes included.
     * Positive and ascending, with gaps.
     */
    int nextQueueId();

    /** Returns the first of so many ids of that kind that follow each other. */
    default int nextQueueIds(int count) {
        int first = nextQueueId();
        for (int last = first; last < first + count - 1; ) {
            int next = nextQueueId();
            if (next != last + 1) {
                first = next;
            }
            last = next;
        }
        return first;
    }

    /** Returns the value stored under the name, such as the node's id; null when there is none. */
    String property(String name);

    /** Stores a value, as durably as {@link #apply}. */
    void property(String name, String value);

    /** Closes the file. Nothing is lost without it: it only makes the next start quicker. Does nothing when closed. */
    @Override
    void close();
}
