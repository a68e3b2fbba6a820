package io.millrace.server.vhost;

import io.millrace.server.queue.HomeLoop;

/** A connection as the owner of exclusive queues. Compared by identity. */
public interface Requester {
    /** The loop it lives on; queues that it declares live there, too. */
    HomeLoop loop();
}
