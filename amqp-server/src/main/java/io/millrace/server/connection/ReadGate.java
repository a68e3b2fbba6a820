package io.millrace.server.connection;

import io.netty.channel.Channel;

/** Whether the socket is read: not while there is any reason against it. On the connection's loop. */
final class ReadGate {
    /** Why a socket is not read. */
    enum Reason {
        /** Queues have not taken what was published before. */
        PUBLISHED_IN_FLIGHT,
        /** Too many frames wait: for channels that are busy, or until publishers may go on. */
        FRAMES_DEFERRED
    }

    private final Channel socket;
    private int reasons;
    private boolean leftOpen;

    ReadGate(Channel socket) {
        this.socket = socket;
    }

    void close(Reason reason) {
        if (leftOpen) {
            return;
        }
        reasons |= 1 << reason.ordinal();
        socket.config().setAutoRead(false);
    }

    void open(Reason reason) {
        int before = reasons;
        reasons &= ~(1 << reason.ordinal());
        if (before != 0 && reasons == 0) {
            socket.config().setAutoRead(true);
        }
    }

    /** Opens it for good: the connection ends, and what it reads from now on is its client's last word. */
    void leaveOpen() {
        leftOpen = true;
        if (reasons != 0) {
            reasons = 0;
            socket.config().setAutoRead(true);
        }
    }

    /** Whether the socket is read. */
    boolean isOpen() {
        return reasons == 0;
    }
}
