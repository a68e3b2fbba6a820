package io.millrace.log.stream;

/** Where reading a stream begins. */
public sealed interface StreamStart {
    /** With the oldest message that is left. */
    record First() implements StreamStart {}

    /** With the first message of the youngest chunk, that is of what was last made durable together. */
    record Last() implements StreamStart {}

    /** With this offset, or the first one behind it that there is. */
    record Offset(long offset) implements StreamStart {}

    /** With the first chunk that is not older; the time is in milliseconds since 1970. */
    record Timestamp(long millis) implements StreamStart {}

    /** With the first chunk that is not older than this many milliseconds. */
    record Age(long millis) implements StreamStart {}
}
