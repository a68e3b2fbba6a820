package io.millrace.server.net;

import io.millrace.server.connection.ConnectionContext;
import io.millrace.server.connection.ConnectionHandler;
import io.millrace.server.tls.TlsServer;
import io.millrace.server.tls.TlsSession;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.Optional;

/** Everything a connection's octets pass through. */
final class ConnectionPipeline extends ChannelInitializer<Channel> {
    private final ConnectionContext context;
    private final EventLoops loops;
    private final Optional<TlsServer> tls;

    /** @param tls empty for connections without TLS */
    ConnectionPipeline(ConnectionContext context, EventLoops loops, Optional<TlsServer> tls) {
        this.context = context;
        this.loops = loops;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel socket) {
        if (tls.isEmpty()) {
            addConnection(socket, Optional.empty());
            return;
        }
        socket.pipeline().addLast("tls", tls.get().newHandler(socket.alloc()));
        socket.pipeline()
                .addLast("handshake", new TlsHandshake(session -> addConnection(socket, Optional.of(session))));
    }

    private void addConnection(Channel socket, Optional<TlsSession> session) {
        ConnectionHandler connection =
                new ConnectionHandler(context, socket, loops.homeOf(socket.eventLoop()), session);
        socket.pipeline().addLast("frames", connection.decoder());
        socket.pipeline().addLast("connection", connection);
    }
}
