package io.millrace.server.channel;

import io.millrace.codec.ChannelError;
import io.millrace.codec.Content;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.BasicMethod;
import io.millrace.server.queue.Envelope;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.RefusalListener;
import io.millrace.server.queue.SettleBatch.Outcome;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a channel in tx mode published and settled since its last commit or rollback. */
final class Transaction {
    /** A publish that waits for the commit; it goes where it would have gone when it arrived. */
    record Published(BasicMethod.Publish method, Content content, Route route, Envelope envelope) {}

    /** A delivery that is settled at the commit. */
    record Settled(long tag, Outcome outcome, Consumer consumer, Message message, long sequence) {}

    /** Whether queues took everything that one commit published. */
    static final class Refusals implements RefusalListener {
        private boolean some;

        @Override
        public void refused(long tag) {
            some = true;
        }

        /** @throws ChannelError PRECONDITION_FAILED when they did not; what they took stays */
        void check() {
            if (some) {
                throw new ChannelError(ReplyCode.PRECONDITION_FAILED, "partial tx completion");
            }
        }
    }

    private List<Published> published = new ArrayList<>();
    private List<Settled> settled = new ArrayList<>();

    void published(Published publish) {
        published.add(publish);
    }

    void settled(Settled delivery) {
        settled.add(delivery);
    }

    /** The publishes since the last commit, in order; they are the caller's now. */
    List<Published> takePublished() {
        List<Published> taken = published;
        published = new ArrayList<>();
        return taken;
    }

    /** What was settled since the last commit, in order; it is the caller's now. */
    List<Settled> takeSettled() {
        List<Settled> taken = settled;
        settled = new ArrayList<>();
        return taken;
    }

    /** Forgets the publishes; what was settled is outstanding again, under its old tags. */
    void rollback(Unacked unacked) {
        published.clear();
        if (settled.isEmpty()) {
            return;
        }
        List<Settled> all = takeSettled();
        unacked.removeAll((tag, consumer, message, sequence) ->
                all.add(new Settled(tag, Outcome.REQUEUE, consumer, message, sequence)));
        all.sort(Comparator.comparingLong(Settled::tag));
        for (Settled delivery : all) {
            unacked.add(delivery.tag(), delivery.consumer(), delivery.message(), delivery.sequence());
        }
    }
}
