package io.millrace.log.stream;

/** One file of a stream. Its extent has one writer and any number of readers. */
final class StreamSegment {
    private final String name;
    private final long firstOffset;
    private final long salt;
    private volatile Extent extent;

    /**
     * How much of a segment is durable.
     *
     * @param bytes up to there are chunks
     * @param end the offset behind the last message
     * @param lastChunk the offset that the last chunk begins with; {@link #end} when there is no chunk
     * @param lastTimestamp of the last chunk, in milliseconds since 1970; 0 when there is none
     */
    record Extent(long bytes, long end, long lastChunk, long lastTimestamp, SegmentIndex index) {
        static Extent empty(long firstOffset) {
            return new Extent(SegmentFormat.FILE_HEADER_BYTES, firstOffset, firstOffset, 0, SegmentIndex.EMPTY);
        }

        /** With one more chunk behind it. */
        Extent with(long position, long chunkBytes, long firstOffset, int count, long timestamp) {
            return new Extent(
                    position + chunkBytes,
                    firstOffset + count,
                    firstOffset,
                    timestamp,
                    index.with(firstOffset, timestamp, position));
        }

        boolean isEmpty() {
            return bytes == SegmentFormat.FILE_HEADER_BYTES;
        }
    }

    StreamSegment(String name, long firstOffset, long salt, Extent extent) {
        this.name = name;
        this.firstOffset = firstOffset;
        this.salt = salt;
        this.extent = extent;
    }

    String name() {
        return name;
    }

    long firstOffset() {
        return firstOffset;
    }

    long salt() {
        return salt;
    }

    Extent extent() {
        return extent;
    }

    void extent(Extent newExtent) {
        extent = newExtent;
    }
}
