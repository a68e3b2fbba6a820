package io.millrace.log;

import static java.util.Objects.requireNonNull;

/**
 * The settings of a log.
 *
 * @param fileSize the size of one write-ahead file in octets, a multiple of 8; a larger record gets a file of its own
 * @param sync when a batch counts as durable
 * @param groupBytesMax the size of the one buffer that groups are encoded into, in octets; a larger group takes several
 *     writes, but still one sync
 * @param spareFilesMax how many files that are no longer needed are kept for reuse
 */
public record LogConfig(long fileSize, SyncMode sync, int groupBytesMax, int spareFilesMax) {
    private static final long FILE_SIZE_MIN = 4096;
    private static final long FILE_SIZE_MAX = 1L << 30;
    private static final int GROUP_BYTES_MIN = 1024;
    private static final int GROUP_BYTES_MAX = 1 << 28;

    public LogConfig {
        requireNonNull(sync, "sync is null");
        requireRange("fileSize", fileSize, FILE_SIZE_MIN, FILE_SIZE_MAX);
        requireRange("groupBytesMax", groupBytesMax, GROUP_BYTES_MIN, GROUP_BYTES_MAX);
        requireRange("spareFilesMax", spareFilesMax, 0, 1024);
        if (fileSize % 8 != 0) {
            throw new IllegalArgumentException("fileSize: " + fileSize + " (expected: a multiple of 8)");
        }
    }

    /** Files of 64 MiB, synced, a buffer of 4 MiB, two spare files. */
    public static LogConfig defaults() {
        return new LogConfig(64L << 20, SyncMode.FSYNC, 4 << 20, 2);
    }

    /** The same with another meaning of durable. */
    public LogConfig withSync(SyncMode mode) {
        return new LogConfig(fileSize, mode, groupBytesMax, spareFilesMax);
    }

    /** The same with another file size in octets. */
    public LogConfig withFileSize(long size) {
        return new LogConfig(size, sync, groupBytesMax, spareFilesMax);
    }

    private static void requireRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
