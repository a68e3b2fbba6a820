package io.millrace.server.queue;

import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.metrics.LoopCounters;

/** Counts what a queue delivers; each batch reaches the loop's counters at once. Belongs to the queue's loop. */
final class DeliveryCounts {
    private final LoopCounters counters;
    private int automaticAcks;
    private int manualAcks;
    private int redeliveries;

    DeliveryCounts(LoopCounters counters) {
        this.counters = counters;
    }

    void delivered(boolean automaticAck, boolean redelivered) {
        if (automaticAck) {
            automaticAcks++;
        } else {
            manualAcks++;
        }
        if (redelivered) {
            redeliveries++;
        }
    }

    /** The batch has ended. */
    void report() {
        if (automaticAcks + manualAcks != 0) {
            counters.add(BrokerCounter.DELIVERED, automaticAcks + manualAcks);
            counters.add(BrokerCounter.DELIVERED_CONSUME_AUTO_ACK, automaticAcks);
            counters.add(BrokerCounter.DELIVERED_CONSUME_MANUAL_ACK, manualAcks);
            counters.add(BrokerCounter.REDELIVERED, redeliveries);
            automaticAcks = 0;
            manualAcks = 0;
            redeliveries = 0;
        }
    }

    /** What {@code basic.get} fetched. */
    void got(boolean automaticAck, boolean redelivered) {
        counters.add(BrokerCounter.DELIVERED, 1);
        counters.add(automaticAck ? BrokerCounter.DELIVERED_GET_AUTO_ACK : BrokerCounter.DELIVERED_GET_MANUAL_ACK, 1);
        if (redelivered) {
            counters.add(BrokerCounter.REDELIVERED, 1);
        }
    }
}
