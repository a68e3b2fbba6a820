package io.millrace.server.connection;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Both ends of a socket as log lines name them. */
public final class EndPoints {
    private EndPoints() {}

    /** Such as {@code 127.0.0.1:40000 -> 127.0.0.1:5672}. */
    public static String of(Channel socket) {
        return address(socket.remoteAddress()) + " -> " + address(socket.localAddress());
    }

    private static String address(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(address);
    }
}
