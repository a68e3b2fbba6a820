package io.millrace.server.channel;

import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.RefusalListener;
import java.util.ArrayDeque;
import java.util.TreeSet;

/**
 * The publishes of a channel in confirm mode that are not confirmed yet. They are kept as stretches of tags, one for
 * each time the outbox is flushed; whenever the oldest stretches are settled, one {@code basic.ack} with
 * {@code multiple} confirms them all. Those that a queue refused are taken out of it by {@code basic.nack}.
 */
final class ConfirmWindow implements RefusalListener {
    private static final class Stretch implements PublishCycle.Awaiter {
        private final ConfirmWindow window;
        private long lastTag;
        private boolean settled;

        Stretch(ConfirmWindow window) {
            this.window = window;
        }

        @Override
        public void completed(PublishCycle cycle) {
            settled = true;
            window.advance();
        }
    }

    private final int channel;
    private final Outbound outbound;
    private final PublishOutbox outbox;
    private final LoopCounters counters;
    private final ArrayDeque<Stretch> stretches = new ArrayDeque<>();
    /** Tags that were refused and not told of yet. */
    private final TreeSet<Long> refused = new TreeSet<>();

    private Stretch open;
    private int openGeneration;
    private long lastTag;
    private long confirmedTag;
    private boolean closed;

    ConfirmWindow(int channel, Outbound outbound, PublishOutbox outbox, LoopCounters counters) {
        this.channel = channel;
        this.outbound = outbound;
        this.outbox = outbox;
        this.counters = counters;
    }

    /** One more publish, which goes with what the connection hands over next. */
    void published() {
        lastTag++;
        if (open == null || openGeneration != outbox.generation()) {
            open = new Stretch(this);
            openGeneration = outbox.generation();
            stretches.add(open);
            outbox.await(open);
        }
        open.lastTag = lastTag;
    }

    /** The tag that {@link #published} will give next. */
    long nextTag() {
        return lastTag + 1;
    }

    /** Whether a publish is not confirmed yet. */
    boolean isPending() {
        return !stretches.isEmpty();
    }

    /** A queue did not take the message: it counts as lost, whatever other queues did with it. */
    @Override
    public void refused(long tag) {
        refused.add(tag);
    }

    /** Nothing is confirmed any more. */
    void close() {
        closed = true;
    }

    private void advance() {
        long upTo = confirmedTag;
        for (Stretch oldest = stretches.peek(); oldest != null && oldest.settled; oldest = stretches.peek()) {
            upTo = oldest.lastTag;
            stretches.remove();
        }
        if (upTo == confirmedTag || closed) {
            return;
        }
        while (!refused.isEmpty() && refused.first() <= upTo) {
            acknowledge(refused.first() - 1);
            refuseFirst();
        }
        acknowledge(upTo);
        outbound.flushSoon();
    }

    /** Confirms everything up to the tag that has had no answer yet. */
    private void acknowledge(long upTo) {
        long confirmed = upTo - confirmedTag;
        if (confirmed > 0) {
            confirmedTag = upTo;
            outbound.ack(channel, upTo, confirmed > 1);
            counters.add(BrokerCounter.CONFIRMED, confirmed);
        }
    }

    /** Answers the first refused tag, and with it those that follow without a gap. */
    private void refuseFirst() {
        long first = refused.pollFirst();
        long last = first;
        while (refused.remove(last + 1)) {
            last++;
        }
        confirmedTag = last;
        outbound.nack(channel, last, last > first);
    }
}
