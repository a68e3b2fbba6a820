package io.millrace.log;

import java.io.IOException;
import java.util.List;

/**
 * Learns what the log has made durable. Called on the log thread where nothing else is said; must neither block nor
 * throw.
 */
public interface DurableListener {
    /**
     * All of these are now as durable as configured; called once a group.
     *
     * @param batches in hand-over order; the list is valid during the call only, the batches are the caller's again
     */
    void durable(List<AppendBatch> batches);

    /**
     * The disk failed. Called at most once; nothing becomes durable after it. Whether the batches that were under way
     * are on disk is unknown, and a retry would not tell (the kernel forgets that a page could not be written), so the
     * process is expected to say why and end.
     */
    void failed(IOException e);

    /**
     * The disk has no room for what the log needs next, or has again. What was handed over waits, and the log tries
     * again by itself; publishers should be held back meanwhile. Any thread.
     */
    default void diskFull(boolean full) {}
}
