package io.millrace.server.queue;

/** A key that is remembered. Belongs to the loop of whoever remembers it. */
final class KnownKey {
    private final MessageKey key;
    private final long number;
    private final long expiresAt;
    private final boolean lasting;
    private boolean written;
    private boolean forgotten;
    private boolean refused;

    /**
     * @param number higher than that of every key before it
     * @param expiresAt when it is forgotten, in milliseconds since 1970, or {@link DueTimes#NEVER}
     * @param lasting whether it outlives the process
     */
    KnownKey(MessageKey key, long number, long expiresAt, boolean lasting) {
        this.key = key;
        this.number = number;
        this.expiresAt = expiresAt;
        this.lasting = lasting;
    }

    MessageKey key() {
        return key;
    }

    long number() {
        return number;
    }

    long expiresAt() {
        return expiresAt;
    }

    boolean hasExpired(long now) {
        return expiresAt <= now;
    }

    /** Whether it has to be written and is not yet. */
    boolean isToWrite() {
        return lasting && !written && !forgotten;
    }

    void written() {
        written = true;
    }

    /** It is remembered no more; returns whether the log has to hear of it. */
    boolean forget() {
        forgotten = true;
        return written;
    }

    /** The message that brought it found no room: those that were taken for its duplicates have no room either. */
    void refuse() {
        refused = true;
    }

    boolean isRefused() {
        return refused;
    }
}
