package io.millrace.server.channel;

import io.millrace.server.metrics.BrokerCounter;
import java.util.ArrayDeque;

/**
 * The publishes of a channel in confirm mode that are not confirmed yet. They are kept as stretches of tags, one for
 * each time the outbox is flushed; whenever the oldest stretches are settled, one {@code basic.ack} with
 * {@code multiple} confirms them all.
 */
final class ConfirmWindow {
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
    private final ChannelHost host;
    private final ArrayDeque<Stretch> stretches = new ArrayDeque<>();
    private Stretch open;
    private int openGeneration;
    private long lastTag;
    private long confirmedTag;
    private boolean closed;

    ConfirmWindow(int channel, ChannelHost host) {
        this.channel = channel;
        this.host = host;
    }

    /** One more publish, which goes with what the connection hands over next. */
    void published() {
        lastTag++;
        PublishOutbox outbox = host.outbox();
        if (open == null || openGeneration != outbox.generation()) {
            open = new Stretch(this);
            openGeneration = outbox.generation();
            stretches.add(open);
            outbox.await(open);
        }
        open.lastTag = lastTag;
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
        long confirmed = upTo - confirmedTag;
        confirmedTag = upTo;
        host.outbound().ack(channel, upTo, confirmed > 1);
        host.outbound().flushSoon();
        host.loop().counters().add(BrokerCounter.CONFIRMED, confirmed);
    }
}
