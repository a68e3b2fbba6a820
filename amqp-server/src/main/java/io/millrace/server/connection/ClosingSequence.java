package io.millrace.server.connection;

import io.netty.channel.Channel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Waits for the client to close the socket, but not for ever. */
final class ClosingSequence {
    private static final long WAIT_SECONDS_MAX = 30;
    private static final long DRAIN_MILLIS = 500;

    private final Channel socket;
    private ScheduledFuture<?> timeout;

    ClosingSequence(Channel socket) {
        this.socket = socket;
    }

    /** Closes after a heartbeat interval or half a minute, whichever is less. */
    void closeLater(int heartbeatSeconds) {
        closeAfter(heartbeatSeconds == 0 ? WAIT_SECONDS_MAX : Math.min(heartbeatSeconds, WAIT_SECONDS_MAX));
    }

    /** Closes when the client has had time to read what was sent: an earlier close could take it away from under it. */
    void closeSoon() {
        cancel();
        Runnable close = socket::close;
        timeout = socket.eventLoop().schedule(close, DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    void closeAfter(long seconds) {
        if (timeout == null) {
            Runnable close = socket::close;
            timeout = socket.eventLoop().schedule(close, seconds, TimeUnit.SECONDS);
        }
    }

    void cancel() {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }
}
