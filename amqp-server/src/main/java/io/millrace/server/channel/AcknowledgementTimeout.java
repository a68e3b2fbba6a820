package io.millrace.server.channel;

import io.millrace.server.queue.HomeLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that a consumer has had a delivery for longer than it may. Nothing is done for a single message: now and then
 * it is noted which delivery tag was the channel's last, and all up to that one are at least as old as the note. Lives
 * on the connection's loop.
 */
final class AcknowledgementTimeout {
    /** Notes in the time that a delivery may take, so it is by so much of it that one is noticed late. */
    private static final int STEPS = 10;

    /** Where there is no limit at the moment, or a long one: policies may set another. */
    private static final long LOOK_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    private final Channel channel;
    private final HomeLoop loop;
    private final Consumer consumer;
    private final LongSupplier limitMillis;
    private final long[] times = new long[STEPS + 2];
    private final long[] tags = new long[STEPS + 2];
    private int notes;

    /** @param limitMillis asked time and again; 0 when a delivery may take for ever */
    AcknowledgementTimeout(Channel channel, HomeLoop loop, Consumer consumer, LongSupplier limitMillis) {
        this.channel = channel;
        this.loop = loop;
        this.consumer = consumer;
        this.limitMillis = limitMillis;
    }

    /** Begins to look. It ends by itself with the channel, or when the consumer and all that it had are gone. */
    void start() {
        look();
    }

    private void look() {
        if (!channel.isOpen()) {
            return;
        }
        long limit = TimeUnit.MILLISECONDS.toNanos(limitMillis.getAsLong());
        long pause = LOOK_NANOS_MAX;
        if (limit > 0) {
            long now = loop.nanoTime();
            boolean late = channel.unacked().holds(consumer, lastTagBefore(now - limit));
            note(now, limit / STEPS);
            pause = Math.min(pause, Math.max(1, limit / STEPS));
            if (late) {
                channel.timedOut(consumer);
            }
        }
        if (channel.isOpen() && (!consumer.isGone() || channel.unacked().holds(consumer, Long.MAX_VALUE))) {
            Future<?> unused = loop.schedule(this::look, pause);
        }
    }

    private long lastTagBefore(long time) {
        long tag = 0;
        for (int i = Math.max(0, notes - times.length); i < notes; i++) {
            if (times[i % times.length] - time <= 0) {
                tag = tags[i % times.length];
            }
        }
        return tag;
    }

    private void note(long now, long step) {
        if (notes > 0 && now - times[(notes - 1) % times.length] < step) {
            return;
        }
        times[notes % times.length] = now;
        tags[notes % times.length] = channel.lastDeliveryTag();
        notes++;
    }
}
