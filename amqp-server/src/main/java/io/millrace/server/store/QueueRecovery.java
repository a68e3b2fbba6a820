package io.millrace.server.store;

import io.millrace.log.RecoveryTarget;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueKind;
import java.util.Map;

/** Tells the queues what the log still holds of them. */
public final class QueueRecovery implements RecoveryTarget {
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
    public void recovered(int queueId, long count, long lastSequence, long deliveredUpTo) {
        queues.get(queueId).recover(queueId, count, lastSequence, deliveredUpTo);
        if (QueueKind.areMessages(queueId)) {
            messages += count;
        }
    }
}
