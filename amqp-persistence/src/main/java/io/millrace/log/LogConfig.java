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
 * @param walFilesMax how many write-ahead files may be in use; the log waits when no more are free. From one before it
 *     on, what is needed of the oldest is copied to segments
 * @param segmentSize the size of a segment file in octets, reached before another one is begun
 */
public record LogConfig(
        long fileSize, SyncMode sync, int groupBytesMax, int spareFilesMax, int walFilesMax, long segmentSize) {
    private static final long FILE_SIZE_MIN = 4096;
    private static final long FILE_SIZE_MAX = 1L << 30;
    private static final long SEGMENT_SIZE_DEFAULT = 16 << 20;
    private static final int WAL_FILES_MAX_DEFAULT = 4;
    private static final int GROUP_BYTES_MIN = 1024;
    private static final int GROUP_BYTES_MAX = 1 << 28;

    public LogConfig {
        requireNonNull(sync, "sync is null");
        requireRange("fileSize", fileSize, FILE_SIZE_MIN, FILE_SIZE_MAX);
        requireRange("groupBytesMax", groupBytesMax, GROUP_BYTES_MIN, GROUP_BYTES_MAX);
        requireRange("spareFilesMax", spareFilesMax, 0, 1024);
        // One is written, one is copied meanwhile.
        requireRange("walFilesMax", walFilesMax, 3, 1024);
        requireRange("segmentSize", segmentSize, FILE_SIZE_MIN, FILE_SIZE_MAX);
        if (fileSize % 8 != 0) {
            throw new IllegalArgumentException("fileSize: " + fileSize + " (expected: a multiple of 8)");
        }
    }

    /** At most 4 write-ahead files. */
    public LogConfig(long fileSize, SyncMode sync, int groupBytesMax, int spareFilesMax) {
        this(fileSize, sync, groupBytesMax, spareFilesMax, WAL_FILES_MAX_DEFAULT, SEGMENT_SIZE_DEFAULT);
    }

    /** At most 4 files of 64 MiB, synced, a buffer of 4 MiB, two spare files, segments of 16 MiB. */
    public static LogConfig defaults() {
        return new LogConfig(64L << 20, SyncMode.FSYNC, 4 << 20, 2);
    }

    /** The same with another meaning of durable. */
    public LogConfig withSync(SyncMode mode) {
        return new LogConfig(fileSize, mode, groupBytesMax, spareFilesMax, walFilesMax, segmentSize);
    }

    /** The same with another file size in octets. */
    public LogConfig withFileSize(long size) {
        return new LogConfig(size, sync, groupBytesMax, spareFilesMax, walFilesMax, segmentSize);
    }

    /** The same with another size of segments in octets. */
    public LogConfig withSegmentSize(long size) {
        return new LogConfig(fileSize, sync, groupBytesMax, spareFilesMax, walFilesMax, size);
    }

    /** The same with another limit of write-ahead files in use. */
    public LogConfig withWalFilesMax(int files) {
        return new LogConfig(fileSize, sync, groupBytesMax, spareFilesMax, files, segmentSize);
    }

    private static void requireRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
