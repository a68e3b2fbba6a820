package io.millrace.server.queue;

import io.millrace.server.metrics.BrokerCounter;

/** Why a queue gave a message up. */
enum DeathReason {
    /** A consumer did not want it, and not to have it again either. */
    REJECTED("rejected", BrokerCounter.DEAD_LETTERED_REJECTED),
    /** It waited for too long. */
    EXPIRED("expired", BrokerCounter.DEAD_LETTERED_EXPIRED),
    /** The queue was too long. */
    MAXLEN("maxlen", BrokerCounter.DEAD_LETTERED_MAXLEN),
    /** It was delivered too often. */
    DELIVERY_LIMIT("delivery_limit", BrokerCounter.DEAD_LETTERED_DELIVERY_LIMIT);

    private final String text;
    private final BrokerCounter counter;

    DeathReason(String text, BrokerCounter counter) {
        this.text = text;
        this.counter = counter;
    }

    /** As the headers name it. */
    String text() {
        return text;
    }

    /** Counts the messages that a dead-letter exchange got for this reason. */
    BrokerCounter counter() {
        return counter;
    }
}
