package io.millrace.log.stream;

/**
 * How a stream is kept.
 *
 * @param segmentBytes a segment of at least this many octets is not appended to any more
 * @param maxBytes past this many octets the oldest segments go; {@link #NONE} keeps everything
 * @param maxAgeMillis segments whose youngest message is older go; {@link #NONE} keeps everything
 * @param filterBytes octets of the filter that a chunk with filter values gets, 1 to 255
 */
public record StreamLimits(long segmentBytes, long maxBytes, long maxAgeMillis, int filterBytes) {
    /** In place of a limit. */
    public static final long NONE = Long.MAX_VALUE;

    /** Octets of a segment where nothing else is asked for. */
    public static final long SEGMENT_BYTES_DEFAULT = 64L << 20;

    /** Octets of a filter where nothing else is asked for. */
    public static final int FILTER_BYTES_DEFAULT = 16;

    /** Everything is kept. */
    public static final StreamLimits DEFAULTS =
            new StreamLimits(SEGMENT_BYTES_DEFAULT, NONE, NONE, FILTER_BYTES_DEFAULT);

    private static final int FILTER_BYTES_MAX = 255;

    public StreamLimits {
        if (segmentBytes < 0 || maxBytes < 0 || maxAgeMillis < 0) {
            throw new IllegalArgumentException(
                    "limits: " + segmentBytes + ", " + maxBytes + ", " + maxAgeMillis + " (expected: none below 0)");
        }
        if (filterBytes < 1 || filterBytes > FILTER_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "filterBytes: " + filterBytes + " (expected: 1 to " + FILTER_BYTES_MAX + ")");
        }
    }

    /** Whether messages go for their age. */
    public boolean isByAge() {
        return maxAgeMillis != NONE;
    }

    boolean isUnlimited() {
        return maxBytes == NONE && maxAgeMillis == NONE;
    }
}
