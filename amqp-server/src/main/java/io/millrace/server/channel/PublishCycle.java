package io.millrace.server.channel;

import java.util.List;

/** What a connection published in one read cycle and somebody waits for: confirms, or the end of a transaction. */
final class PublishCycle {
    /** Told when everything of the cycle is settled. */
    interface Awaiter {
        void completed(PublishCycle cycle);
    }

    private final List<Awaiter> awaiters;
    private int pending;

    PublishCycle(int batches, List<Awaiter> awaiters) {
        this.pending = batches;
        this.awaiters = awaiters;
    }

    void settledOne() {
        pending--;
        if (pending == 0) {
            complete();
        }
    }

    void complete() {
        for (int i = 0; i < awaiters.size(); i++) {
            awaiters.get(i).completed(this);
        }
    }
}
