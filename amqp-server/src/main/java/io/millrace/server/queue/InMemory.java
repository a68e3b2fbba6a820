package io.millrace.server.queue;

/** How much of something is in memory. */
interface InMemory {
    /** How many messages. */
    int size();

    /** Octets of their bodies. */
    long bytes();
}
