package io.millrace.log.stream;

import java.util.List;

/** Hears what has become durable in a stream. Called on the writer's thread, which waits meanwhile. */
public interface StreamListener {
    /**
     * These are durable, and can be read.
     *
     * @param appends in the order of their offsets; the last message is the one before {@code end}
     * @param end the offset that comes next
     */
    void committed(List<StreamAppend> appends, long end);
}
