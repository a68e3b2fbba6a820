package io.millrace.log;

/**
 * Counters of a log since it was opened, all from the end of the same group.
 *
 * @param bytesWritten octets of records, with their frames
 * @param records records written
 * @param groups groups of batches that were made durable together
 * @param syncs calls of fdatasync on write-ahead files
 * @param files write-ahead files in use, without the spare ones
 * @param liveMessages messages in these files that are not acknowledged
 * @param corruptions places in the log that could not be read when it was opened
 */
public record LogStatistics(
        long bytesWritten, long records, long groups, long syncs, int files, long liveMessages, long corruptions) {
    static final LogStatistics ZERO = new LogStatistics(0, 0, 0, 0, 0, 0, 0);
}
