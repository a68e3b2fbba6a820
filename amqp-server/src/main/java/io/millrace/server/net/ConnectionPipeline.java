package io.millrace.server.net;

import io.millrace.server.connection.ConnectionContext;
import io.millrace.server.connection.ConnectionHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

/** Everything a connection's octets pass through. */
final class ConnectionPipeline extends ChannelInitializer<Channel> {
    private final ConnectionContext context;
    private final EventLoops loops;

    ConnectionPipeline(ConnectionContext context, EventLoops loops) {
        this.context = context;
        this.loops = loops;
    }

    @Override
    protected void initChannel(Channel socket) {
        ConnectionHandler connection = new ConnectionHandler(context, socket, loops.homeOf(socket.eventLoop()));
        socket.pipeline().addLast("frames", connection.decoder());
        socket.pipeline().addLast("connection", connection);
    }
}
