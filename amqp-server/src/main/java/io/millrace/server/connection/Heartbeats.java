package io.millrace.server.connection;

import io.millrace.server.channel.Outbound;
import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Heartbeats of one connection. Any traffic counts as one. When nothing was sent for half the agreed interval one is
 * sent, at three quarters of it at the latest, since there are clients that give up after one; when nothing was
 * received in two whole intervals, the peer is taken for dead. Intervals in which the socket was not read do not count:
 * its heartbeats wait in there.
 */
final class Heartbeats {
    private final EventLoop loop;
    private final Outbound outbound;
    private final BooleanSupplier reading;
    private final Runnable peerDead;
    private ScheduledFuture<?> sending;
    private ScheduledFuture<?> receiving;
    private long bytesSentBefore;
    private boolean silent;
    private boolean received;
    private int silentIntervals;

    /** @param reading whether the socket is read at the moment */
    Heartbeats(EventLoop loop, Outbound outbound, BooleanSupplier reading, Runnable peerDead) {
        this.loop = loop;
        this.outbound = outbound;
        this.reading = reading;
        this.peerDead = peerDead;
    }

    /** Begins; an interval of 0 means no heartbeats in either direction. */
    void start(int intervalSeconds) {
        if (intervalSeconds == 0) {
            return;
        }
        long millis = TimeUnit.SECONDS.toMillis(intervalSeconds);
        // With a delay and not at a rate: a process that was stopped for a while would check several times at once, and
        // take clients for dead whose heartbeats wait to be read.
        sending = loop.scheduleWithFixedDelay(this::sendIfSilent, millis / 4, millis / 4, TimeUnit.MILLISECONDS);
        receiving = loop.scheduleWithFixedDelay(this::checkReceived, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Octets arrived. */
    void received() {
        received = true;
    }

    void stop() {
        if (sending != null) {
            sending.cancel(false);
            receiving.cancel(false);
        }
    }

    private void sendIfSilent() {
        boolean silentAgain = outbound.bytesWritten() == bytesSentBefore;
        if (silentAgain && silent) {
            outbound.heartbeat();
            outbound.flush();
            silentAgain = false;
        }
        silent = silentAgain;
        bytesSentBefore = outbound.bytesWritten();
    }

    private void checkReceived() {
        silentIntervals = received || !reading.getAsBoolean() ? 0 : silentIntervals + 1;
        received = false;
        if (silentIntervals == 2) {
            stop();
            peerDead.run();
        }
    }
}
