package io.millrace.server.store;

import io.millrace.log.RecoveryTarget;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.Queue;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the messages that the log still holds back to their queues. */
public final class QueueRecovery implements RecoveryTarget {
    private static final Logger LOG = LoggerFactory.getLogger(QueueRecovery.class);

    private final Map<Integer, Queue> queues;
    private long messages;

    public QueueRecovery(Map<Integer, Queue> queuesById) {
        queues = Map.copyOf(queuesById);
    }

    /** How many messages were recovered. */
    public long messages() {
        return messages;
    }

    @Override
    public boolean isLive(int queueId) {
        return queues.containsKey(queueId);
    }

    @Override
    public void message(int queueId, long sequence, byte[] content, boolean maybeDelivered) {
        Queue queue = queues.get(queueId);
        try {
            queue.recover(Message.read(content), sequence, maybeDelivered);
            messages++;
        } catch (RuntimeException e) {
            // The log's checksum held, so this is no damage of the disk; the other messages must not suffer for it.
            LOG.error("Message {} of {} cannot be read and is left out: {}", sequence, queue, e.toString());
        }
    }

    @Override
    public void lastSequence(int queueId, long sequence) {
        queues.get(queueId).sequenceSeen(sequence);
    }
}
