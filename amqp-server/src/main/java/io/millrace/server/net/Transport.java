package io.millrace.server.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/** How sockets are served. */
public enum Transport {
    /** Linux's epoll, through Netty's native library. */
    EPOLL(EpollServerSocketChannel.class),
    /** Linux's io_uring, likewise. */
    IO_URING(IoUringServerSocketChannel.class),
    /** The JDK's selectors: everywhere. */
    NIO(NioServerSocketChannel.class);

    private final Class<? extends ServerChannel> serverChannel;

    Transport(Class<? extends ServerChannel> serverChannel) {
        this.serverChannel = serverChannel;
    }

    /** The best that this machine has. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    /** @throws IllegalStateException when the machine does not have it */
    IoHandlerFactory ioHandlerFactory() {
        return switch (this) {
            case EPOLL -> {
                requireAvailable(Epoll.unavailabilityCause());
                yield EpollIoHandler.newFactory();
            }
            case IO_URING -> {
                requireAvailable(IoUring.unavailabilityCause());
                yield IoUringIoHandler.newFactory();
            }
            case NIO -> NioIoHandler.newFactory();
        };
    }

    private void requireAvailable(Throwable cause) {
        if (cause != null) {
            throw new IllegalStateException(
                    "transport " + this + " is not available here: " + cause.getMessage(), cause);
        }
    }
}
