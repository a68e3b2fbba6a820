package io.millrace.server.queue;

import io.millrace.codec.ContentReleases;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.queue.SettleBatch.Outcome;

/** What becomes of deliveries that consumers are done with. Belongs to the queue's loop. */
final class Settling {
    private final Queue queue;
    private final QueueContents contents;
    private final AppliedRules rules;
    private final Consumption consumption;
    private final ContentReleases releases = new ContentReleases();

    Settling(Queue queue, QueueContents contents, AppliedRules rules, Consumption consumption) {
        this.queue = queue;
        this.contents = contents;
        this.rules = rules;
        this.consumption = consumption;
    }

    void settle(SettleBatch batch) {
        Outcome outcome = batch.outcome();
        consumption.settled(batch.consumer(), batch.count());
        if (outcome == Outcome.ACKNOWLEDGE || queue.isDeleted()) {
            forget(batch);
        } else if (outcome.requeues()) {
            putBack(batch, outcome == Outcome.REQUEUE_FAILED);
        } else {
            giveUp(batch, outcome == Outcome.REJECT);
        }
        if (outcome == Outcome.ACKNOWLEDGE) {
            queue.home().counters().add(BrokerCounter.ACKNOWLEDGED, batch.count());
        }
    }

    private void forget(SettleBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            queue.consumed(batch.message(i), batch.sequence(i));
            batch.message(i).releaseWith(releases);
        }
        releases.flush();
    }

    private void giveUp(SettleBatch batch, boolean failed) {
        for (int i = 0; i < batch.count(); i++) {
            queue.giveUp(batch.message(i), batch.sequence(i), DeathReason.REJECTED, failed);
        }
    }

    private void putBack(SettleBatch batch, boolean failed) {
        Retries retries = rules.retries();
        // Of interest to a queue that the message comes to as a dead letter.
        boolean counts = failed && !queue.kind().quorum() && queue.hasDeadLetters();
        for (int i = 0; i < batch.count(); i++) {
            Message message = batch.message(i);
            if (retries != null && retries.takes(batch.sequence(i), failed)) {
                retries.returned(message, batch.sequence(i), failed);
            } else if (!contents.putBack(counts ? message.failedOnceMore() : message, batch.sequence(i), failed)) {
                queue.giveUp(message, batch.sequence(i), DeathReason.DELIVERY_LIMIT, true);
            }
        }
        rules.dropExcess();
    }
}
