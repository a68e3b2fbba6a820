package io.millrace.log.stream;

import io.millrace.log.StoredContent;

/**
 * Messages for the end of a stream, written as a whole. The stream gives them their offsets, so it asks for what is to
 * be stored only then. Called on the writer's thread.
 */
public interface StreamAppend {
    /** How many messages, at least one. */
    int count();

    /**
     * The first message has this offset, the others follow. Comes before the other questions, and once more when a
     * failed write has to be repeated.
     */
    void prepare(long firstOffset);

    /** What is stored of a message. */
    StoredContent content(int index);

    /** By what a message can be picked out; null for nothing. At most {@link #FILTER_VALUE_BYTES_MAX} octets. */
    byte[] filterValue(int index);

    /** The longest filter value in octets. */
    int FILTER_VALUE_BYTES_MAX = 65_534;
}
