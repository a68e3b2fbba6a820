package io.millrace.server.queue;

/** Hears that a queue refused what it published, before the batch counts as settled. On the publisher's loop. */
public interface RefusalListener {
    /** @param tag what the publisher gave with the message; comes once for each queue that refused it */
    void refused(long tag);
}
