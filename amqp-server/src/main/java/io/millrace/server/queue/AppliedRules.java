package io.millrace.server.queue;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * The rules that a queue keeps to at the moment, and the parts that see to them: one for each rule, null for rules that
 * ask for nothing. Belongs to the queue's loop, except what is said to be for any thread.
 */
final class AppliedRules {
    private final Queue queue;
    private final QueueContents contents;
    private final MessageExpiry expiry;
    private final QueueLifecycle lifecycle;
    private final Supplier<Retries> newRetries;
    private final Supplier<Deduplication> newKeys;
    private QueueRules rules = QueueRules.PLAIN;
    private LimitedLength limit;
    private DeadLetters deadLetters;
    private QueueLease lease;
    private Retries retries;
    /** Null while no message was ever looked at for its key. */
    private Deduplication keys;
    /** The same, while messages are; else null. */
    private Deduplication deduplication;

    private volatile boolean mayRefuse;
    private volatile boolean expiresUnused;
    private volatile long consumerTimeoutMillis = QueueRules.UNSET;

    AppliedRules(
            Queue queue,
            QueueContents contents,
            MessageExpiry expiry,
            QueueLifecycle lifecycle,
            Supplier<Retries> newRetries,
            Supplier<Deduplication> newKeys) {
        this.queue = queue;
        this.contents = contents;
        this.expiry = expiry;
        this.lifecycle = lifecycle;
        this.newRetries = newRetries;
        this.newKeys = newKeys;
    }

    /** From now on these rules are in force; false when they were before. */
    boolean take(QueueRules newRules) {
        if (newRules.equals(rules)) {
            return false;
        }
        if (newRules.expiresMillis() != rules.expiresMillis()) {
            endLease();
            expiresUnused = newRules.expiresMillis() != QueueRules.NEVER;
            lease = expiresUnused ? new QueueLease(queue, newRules.expiresMillis()) : null;
        }
        if (newRules.messageTtlMillis() != rules.messageTtlMillis()) {
            expiry.ttl(newRules.messageTtlMillis());
        }
        if (!Objects.equals(newRules.deadLettering(), rules.deadLettering())) {
            DeadLettering target = newRules.deadLettering();
            DeadLetters before = deadLetters;
            deadLetters = target == null ? null : new DeadLetters(queue, target, lifecycle);
            if (before != null) {
                before.end(deadLetters);
            }
        }
        deduplicate(newRules.deduplication());
        LengthLimit length = newRules.lengthLimit();
        boolean readsAll = deadLetters != null || (keys != null && keys.isWhileHeld());
        limit = length == null ? null : new LimitedLength(queue, contents, length, readsAll);
        mayRefuse = length != null && length.rejects();
        consumerTimeoutMillis = newRules.consumerTimeoutMillis();
        contents.deliveryLimit(newRules.deliveryLimit());
        if (newRules.retry() != null) {
            beginRetries();
        }
        if (retries != null) {
            retries.rules(newRules.retry(), newRules.deliveryLimit());
        }
        rules = newRules;
        return true;
    }

    private void deduplicate(DeduplicationRules how) {
        if (how != null) {
            keys = keys();
        }
        if (keys != null) {
            keys.rules(how);
        }
        deduplication = how == null ? null : keys;
    }

    /** The keys by which duplicates are known, of which there are some from now on. */
    Deduplication keys() {
        if (keys == null) {
            keys = newKeys.get();
        }
        return keys;
    }

    /** Null where everything is taken. */
    Deduplication deduplication() {
        return deduplication;
    }

    /** Keeps a batch for which the queue is not ready; it will be told to {@link Queue#goOn}. */
    boolean holds(PublishBatch batch) {
        if (deduplication == null) {
            return limit != null && limit.holds(batch);
        }
        boolean held = contents.held() != null || !isReadyFor(batch);
        if (held) {
            contents.hold(batch);
        }
        return held;
    }

    private boolean isReadyFor(PublishBatch batch) {
        if (deduplication != null && !deduplication.isReady()) {
            deduplication.read();
            return false;
        }
        return limit == null || limit.isReadyFor(batch);
    }

    /** Takes the duplicates out of a batch. */
    void sift(PublishBatch batch) {
        long duplicateBytes = deduplication == null ? 0 : deduplication.sift(batch);
        if (duplicateBytes != 0) {
            batch.origin().enqueued(duplicateBytes);
        }
    }

    /** Puts the messages of a batch into the queue; returns whether any of it must become durable. */
    boolean enqueue(PublishBatch batch) {
        if (deduplication == null) {
            return limit == null ? contents.enqueue(batch) : limit.enqueue(batch);
        }
        boolean written = false;
        if (batch.count() > 0) {
            written = limit == null ? contents.enqueue(batch) : limit.enqueue(batch);
        }
        return deduplication.taken(batch) || written;
    }

    /** A message found no room. */
    void refused(Message message) {
        if (deduplication != null) {
            deduplication.refused(message);
        }
    }

    /** Takes what an earlier run left that is not in the queue's contents; false when it is. */
    boolean recovered(int storeId, long count, long lastNumber) {
        if (storeId == queue.retryStoreId()) {
            beginRetries().recovered(count, lastNumber);
        } else if (storeId == QueueKind.keysStoreId(queue.id())) {
            keys().recovered(count, lastNumber);
        } else if (storeId == QueueKind.timesStoreId(queue.id())) {
            expiry.recovered(count, lastNumber);
        } else {
            return false;
        }
        return true;
    }

    /** Takes what the store was asked for; false when it is not wanted any more. */
    boolean arrived(ReadAhead block) {
        if (block.storeId() == queue.retryStoreId()) {
            return retries.arrived(block);
        }
        return block.storeId() == QueueKind.keysStoreId(queue.id()) ? keys.arrived(block) : contents.arrived(block);
    }

    /** Ends a unit of the queue's work. */
    void endUnit() {
        if (retries != null) {
            retries.endUnit();
        }
        if (keys != null) {
            keys.report();
        }
    }

    /** Gives up the dead letters that did not arrive; returns how many. The queue's contents are purged next. */
    int purge() {
        if (keys != null) {
            keys.purged();
        }
        return deadLetters == null ? 0 : deadLetters.purge();
    }

    /** Drops what came back and waits; returns how many messages it was. */
    int purgeRetries() {
        return retries == null ? 0 : (int) retries.purge();
    }

    /** What came back and waits is gone with the queue; returns how many messages it was. */
    int deleteRetries() {
        return retries == null ? 0 : (int) retries.delete();
    }

    /** Brings the queue to its length. */
    void dropExcess() {
        if (limit != null) {
            limit.dropExcess();
        }
    }

    /** The queue goes to work: what was there before is brought to its length, unless that is a matter of octets. */
    void started() {
        expiry.started();
        if (limit != null && limit.isMeasured()) {
            limit.dropExcess();
        }
        if (keys != null) {
            keys.read();
        }
        if (retries != null) {
            retries.started();
        }
    }

    /** Goes on with what was held, as far as the queue is ready for it. */
    void releaseHeld() {
        PublishBatch next = contents.held();
        while (next != null && (queue.isDeleted() || isReadyFor(next))) {
            queue.take(contents.release());
            next = contents.held();
        }
    }

    /** Null when what the queue gives up is gone. */
    DeadLetters deadLetters() {
        return deadLetters;
    }

    /** Null while no message ever had to wait after it came back. */
    Retries retries() {
        return retries;
    }

    /** Those messages that have to wait after they came back, of which there are some from now on. */
    Retries beginRetries() {
        if (retries == null) {
            retries = newRetries.get();
        }
        return retries;
    }

    /** Whether the queue may refuse what is published to it. Any thread. */
    boolean mayRefuse() {
        return mayRefuse;
    }

    /** Whether the queue goes when nobody uses it. Any thread. */
    boolean expiresUnused() {
        return expiresUnused;
    }

    /** How long a delivery may take to be settled, 0 for ever, or {@link QueueRules#UNSET}. Any thread. */
    long consumerTimeoutMillis() {
        return consumerTimeoutMillis;
    }

    /** Somebody used the queue. */
    void used() {
        if (lease != null) {
            lease.used();
        }
    }

    /** The queue is gone. */
    void end() {
        if (keys != null) {
            keys.delete();
            deduplication = null;
        }
        endLease();
        expiry.end();
        if (deadLetters != null) {
            deadLetters.end(null);
        }
    }

    private void endLease() {
        if (lease != null) {
            lease.end();
        }
    }
}
