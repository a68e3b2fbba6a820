package io.millrace.server.queue;

/**
 * Where a message that outlives the process is in the journal.
 *
 * @param storeId the id of its queue there, or of the part of it
 */
public record LogPlace(int storeId, long sequence) {}
