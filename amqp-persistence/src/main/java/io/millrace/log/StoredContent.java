package io.millrace.log;

/**
 * What is stored of a message: opaque octets, given piece by piece. Immutable; read on the log thread, at any time
 * between {@link MessageLog#submit} and {@link DurableListener#durable}.
 */
public interface StoredContent {
    /** The most that one message may hold: 512 MiB of body, and room for what goes with it. */
    int SIZE_MAX = (512 << 20) + (1 << 20);

    /** The exact number of octets that {@link #writeTo} gives, at most {@link #SIZE_MAX}. */
    int size();

    /** Gives all octets, in order. */
    void writeTo(ContentSink sink);

    /**
     * Whether this very instance may be published to more than one queue. When false the log need not remember where it
     * wrote it, which saves it a look-up.
     */
    default boolean isShared() {
        return true;
    }
}
