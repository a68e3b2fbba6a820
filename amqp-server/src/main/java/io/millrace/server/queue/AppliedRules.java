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
    private QueueRules rules = QueueRules.PLAIN;
    private LimitedLength limit;
    private DeadLetters deadLetters;
    private QueueLease lease;
    private Retries retries;
    private volatile boolean mayRefuse;
    private volatile boolean expiresUnused;
    private volatile long consumerTimeoutMillis = QueueRules.UNSET;

    AppliedRules(
            Queue queue,
            QueueContents contents,
            MessageExpiry expiry,
            QueueLifecycle lifecycle,
            Supplier<Retries> newRetries) {
        this.queue = queue;
        this.contents = contents;
        this.expiry = expiry;
        this.lifecycle = lifecycle;
        this.newRetries = newRetries;
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
        LengthLimit length = newRules.lengthLimit();
        limit = length == null ? null : new LimitedLength(queue, contents, length, deadLetters != null);
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

    /** Null when the queue may have any length. */
    LimitedLength limit() {
        return limit;
    }

    /** Brings the queue to its length. */
    void dropExcess() {
        if (limit != null) {
            limit.dropExcess();
        }
    }

    /** The queue goes to work: what was there before is brought to its length, unless that is a matter of octets. */
    void started() {
        if (limit != null && limit.isMeasured()) {
            limit.dropExcess();
        }
    }

    /** Goes on with what was held, as far as the queue is ready for it. */
    void releaseHeld() {
        PublishBatch next = contents.held();
        while (next != null && (queue.isDeleted() || limit == null || limit.isReadyFor(next))) {
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
