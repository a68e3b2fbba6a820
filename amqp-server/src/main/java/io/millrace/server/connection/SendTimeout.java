package io.millrace.server.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Finds out that a client takes nothing any more: the socket has been full for a whole interval in which not one octet
 * left. Such a client may send heartbeats all the same, and would keep what was delivered to it for ever.
 *
 * <p>A socket that takes what it is given costs nothing. The timer runs from when it is full until a look that finds it
 * is not, so that one which fills up a thousand times a second does not set a thousand timers.
 */
final class SendTimeout {
    private final Channel socket;
    private final int millis;
    private final Runnable stalled;
    private boolean looking;

    /** Whether the socket had room since the last look. */
    private boolean hadRoom;

    /** What was first in line at the last look, how much of it had left, and how much was in line. */
    private Object firstBefore;

    private long progressBefore;
    private long pendingBefore;

    /** @param stalled called once, on the socket's loop */
    SendTimeout(Channel socket, int millis, Runnable stalled) {
        this.socket = socket;
        this.millis = millis;
        this.stalled = stalled;
    }

    /** The socket is full, or has room again. */
    void writabilityChanged() {
        if (socket.isWritable()) {
            hadRoom = true;
        } else if (!looking) {
            looking = true;
            notePosition();
            lookLater();
        }
    }

    private void lookLater() {
        hadRoom = false;
        socket.eventLoop().schedule(this::look, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (socket.isWritable() || !socket.isActive()) {
            looking = false;
            firstBefore = null;
        } else if (notePosition() || hadRoom) {
            lookLater();
        } else {
            stalled.run();
        }
    }

    /** Returns whether something left since it was noted before. */
    private boolean notePosition() {
        ChannelOutboundBuffer line = socket.unsafe().outboundBuffer();
        if (line == null) {
            return false;
        }
        Object first = line.current();
        long progress = line.currentProgress();
        long pending = line.totalPendingWriteBytes();
        // Buffers are used again: the first one may be another than before although it is the same object.
        boolean moved = first != firstBefore || progress != progressBefore || pending < pendingBefore;
        firstBefore = first;
        progressBefore = progress;
        pendingBefore = pending;
        return moved;
    }
}
