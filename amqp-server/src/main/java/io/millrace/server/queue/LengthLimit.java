package io.millrace.server.queue;

/**
 * How much may wait in a queue, and what becomes of what does not fit. What consumers have does not count.
 *
 * @param messages how many
 * @param bytes how many octets their bodies may have together
 * @param rejects whether the new message is refused; else the oldest ones go
 */
public record LengthLimit(long messages, long bytes, boolean rejects) {
    /** In place of a number: as many as there are. */
    public static final long NONE = Long.MAX_VALUE;

    boolean allows(long count, long bodyBytes) {
        return count <= messages && bodyBytes <= bytes;
    }
}
