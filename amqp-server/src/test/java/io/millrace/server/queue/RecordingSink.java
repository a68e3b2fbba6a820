package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.List;

/** A consumer that keeps what it gets. */
final class RecordingSink implements ConsumerSink {
    record Delivery(QueueConsumer consumer, Message message, long sequence, boolean redelivered) {
        void settle(SettleBatch.Outcome outcome) {
            SettleBatch batch = new SettleBatch(consumer, outcome);
            batch.add(message, sequence);
            batch.handOver();
        }
    }

    private final HomeLoop loop;
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Integer> batchSizes = new ArrayList<>();
    private final List<QueueConsumer> cancelled = new ArrayList<>();

    /** How often each look at the socket still says that it takes no more; negative for ever. */
    private int unwritableLooks;

    private long handedOver;

    RecordingSink(HomeLoop loop) {
        this.loop = loop;
    }

    @Override
    public HomeLoop loop() {
        return loop;
    }

    @Override
    public boolean isWritable() {
        if (unwritableLooks > 0) {
            unwritableLooks--;
            return false;
        }
        return unwritableLooks == 0;
    }

    void setWritable(boolean writable) {
        unwritableLooks = writable ? 0 : -1;
    }

    /** The socket takes no more at the next looks, and takes more after them. */
    void unwritableForLooks(int looks) {
        unwritableLooks = looks;
    }

    @Override
    public void handedOver(long bytes) {
        handedOver += bytes;
    }

    long handedOver() {
        return handedOver;
    }

    @Override
    public void deliver(DeliveryBatch batch) {
        assert loop.inLoop();
        batchSizes.add(batch.count());
        for (int i = 0; i < batch.count(); i++) {
            deliveries.add(new Delivery(batch.consumer(), batch.message(i), batch.sequence(i), batch.redelivered(i)));
        }
    }

    @Override
    public void cancelledByQueue(QueueConsumer consumer) {
        assert loop.inLoop();
        cancelled.add(consumer);
    }

    List<QueueConsumer> cancelled() {
        return cancelled;
    }

    List<Delivery> deliveries() {
        return deliveries;
    }

    List<Integer> batchSizes() {
        return batchSizes;
    }

    /** The sequence numbers of what came since the last call; redelivered ones are negative. */
    List<Long> takeSequences() {
        List<Long> sequences = deliveries.stream()
                .map(delivery -> delivery.redelivered() ? -delivery.sequence() : delivery.sequence())
                .toList();
        deliveries.clear();
        return sequences;
    }
}
