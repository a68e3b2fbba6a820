/**
 * The message log: one write-ahead log for the persistent messages of all durable queues, with group commit.
 *
 * <p>The log knows queues as numbers and messages as opaque octets; a message is named by (queue id, sequence), where
 * the sequence is given by the queue and strictly increases. Read {@link io.millrace.log.MessageLog} first, then
 * {@code LogWriter} (what is written when), {@code RecordFormat} (how it looks on disk), {@code LiveMessages} (which
 * file is still needed) and {@code Recovery}.
 *
 * <p>Public on purpose: {@code MessageLog} and what is handed to it or comes back from it ({@code AppendBatch},
 * {@code StoredContent}, {@code ContentSink}, {@code DurableListener}, {@code RecoveryTarget}, {@code LogConfig},
 * {@code SyncMode}, {@code LogStatistics}); {@code SegmentStore} with {@code Page} and {@code SegmentRead}, for what
 * has no room in memory; {@code LogInspection}, for a look at a log at rest. Everything else is package-private.
 */
package io.millrace.log;
