package io.millrace.server.net;

import io.millrace.server.connection.ConnectionContext;
import io.millrace.server.tls.TlsServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sockets that clients connect to. */
public final class Listeners {
    /** A read takes up to this many octets: a few hundred small messages make one batch. */
    private static final int RECEIVE_BYTES_MAX = 128 << 10;

    private static final int RECEIVE_BYTES_MIN = 512;
    private static final int RECEIVE_BYTES_INITIAL = 2048;

    /** What may wait to be sent before queues stop handing over, and from where on they go on. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 << 10, 1 << 20);

    private final EventLoops loops;
    private final ConnectionContext context;
    private final SocketOptions options;
    private final List<Channel> open = new ArrayList<>();

    public Listeners(EventLoops loops, ConnectionContext context, SocketOptions options) {
        this.loops = loops;
        this.context = context;
        this.options = options;
    }

    private ServerBootstrap bootstrap(Optional<TlsServer> tls) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.transport().serverChannel())
                .option(ChannelOption.SO_BACKLOG, options.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, options.noDelay())
                .childOption(ChannelOption.SO_KEEPALIVE, options.keepAlive())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(RECEIVE_BYTES_MIN, RECEIVE_BYTES_INITIAL, RECEIVE_BYTES_MAX))
                .childHandler(new ConnectionPipeline(context, loops, tls));
        if (options.sendBufferBytes() > 0) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, options.sendBufferBytes());
        }
        if (options.receiveBufferBytes() > 0) {
            bootstrap.childOption(ChannelOption.SO_RCVBUF, options.receiveBufferBytes());
        }
        return bootstrap;
    }

    /**
     * Listens on one more address.
     *
     * @param tls empty for plain AMQP
     * @return the address with the port that it got
     * @throws java.io.IOException when the address is taken or is none of this machine's
     */
    public InetSocketAddress listen(InetSocketAddress address, Optional<TlsServer> tls) throws java.io.IOException {
        var bound = bootstrap(tls).bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new java.io.IOException(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        open.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /** Takes no more connections. */
    public void close() {
        open.forEach(listener -> listener.close().awaitUninterruptibly());
        open.clear();
    }
}
