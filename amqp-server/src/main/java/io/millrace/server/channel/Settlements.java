package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.SettleBatch.Outcome;

/** {@code basic.ack}, {@code nack}, {@code reject} and {@code recover}: what becomes of deliveries. */
final class Settlements {
    private final Unacked unacked;
    private final Unacked.Visitor acknowledge = visitor(Outcome.ACKNOWLEDGE);
    private final Unacked.Visitor requeue = visitor(Outcome.REQUEUE);
    private final Unacked.Visitor requeueFailed = visitor(Outcome.REQUEUE_FAILED);
    private final Unacked.Visitor discard = visitor(Outcome.DISCARD);
    private final Unacked.Visitor reject = visitor(Outcome.REJECT);
    private int windowPlaces;
    private Transaction transaction;
    private Outcome transactionOutcome;
    private final Unacked.Visitor inTransaction = this::keepForCommit;

    Settlements(Unacked unacked) {
        this.unacked = unacked;
    }

    private Unacked.Visitor visitor(Outcome outcome) {
        return (tag, consumer, message, sequence) -> settle(outcome, consumer, message, sequence);
    }

    private void settle(Outcome outcome, Consumer consumer, Message message, long sequence) {
        if (consumer == null) {
            return;
        }
        if (consumer.countsInWindow()) {
            windowPlaces++;
        }
        consumer.settle(outcome, message, sequence);
    }

    /** From now on what is settled waits for the commit. */
    void begin(Transaction newTransaction) {
        transaction = newTransaction;
    }

    void acknowledge(long tag, boolean multiple) {
        apply(tag, multiple, Outcome.ACKNOWLEDGE);
    }

    void nack(long tag, boolean multiple, boolean requeueing) {
        apply(tag, multiple, requeueing ? Outcome.REQUEUE : Outcome.DISCARD);
    }

    void reject(long tag, boolean requeueing) {
        apply(tag, false, requeueing ? Outcome.REQUEUE_FAILED : Outcome.REJECT);
    }

    private void apply(long tag, boolean multiple, Outcome outcome) {
        Unacked.Visitor visitor = visitorFor(outcome);
        if (multiple && tag == 0) {
            unacked.removeAll(visitor);
            return;
        }
        boolean known = multiple ? unacked.removeUpTo(tag, visitor) : unacked.remove(tag, visitor);
        if (!known) {
            throw new ChannelError(ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + Long.toUnsignedString(tag));
        }
    }

    private Unacked.Visitor visitorFor(Outcome outcome) {
        if (transaction != null) {
            transactionOutcome = outcome;
            return inTransaction;
        }
        return switch (outcome) {
            case ACKNOWLEDGE -> acknowledge;
            case REQUEUE -> requeue;
            case REQUEUE_FAILED -> requeueFailed;
            case DISCARD -> discard;
            case REJECT -> reject;
        };
    }

    private void keepForCommit(long tag, Consumer consumer, Message message, long sequence) {
        transaction.settled(new Transaction.Settled(tag, transactionOutcome, consumer, message, sequence));
    }

    /** Applies what a transaction settled. */
    void commit(Transaction.Settled settled) {
        settle(settled.outcome(), settled.consumer(), settled.message(), settled.sequence());
    }

    /** Gives what a consumer has to its queue again. */
    void takeBack(Consumer consumer) {
        unacked.takeBack(consumer, requeue);
    }

    /** Puts everything back: the channel ends. */
    void requeueAll() {
        if (transaction != null) {
            transaction.rollback(unacked);
        }
        unacked.removeAll(requeueFailed);
    }

    /** {@code basic.recover}: outstanding deliveries go back; what the transaction settled stays settled. */
    void recover() {
        unacked.removeAll(requeue);
    }

    /** How many places in the channel's window were freed since the last call. */
    int takeWindowPlaces() {
        int places = windowPlaces;
        windowPlaces = 0;
        return places;
    }
}
