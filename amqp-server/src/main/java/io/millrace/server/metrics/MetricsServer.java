package io.millrace.server.metrics;

import static java.util.Objects.requireNonNull;

import io.millrace.server.tls.TlsServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves {@link PrometheusText} over HTTP/1.1, on one thread of its own, so that a scrape never delays a message. One
 * request a connection, and five seconds for all of it.
 */
public final class MetricsServer implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 64;
    private static final int REQUEST_LINE_LENGTH_MAX = 2048;
    private static final int HEADERS_LENGTH_MAX = 8192;
    private static final int CHUNK_LENGTH_MAX = 8192;
    private static final long CONNECTION_SECONDS_MAX = 5;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("metrics", true), NioIoHandler.newFactory());
    private final Channel listener;
    private int connections; // of the loop

    private final Supplier<PrometheusText> maker;
    private PrometheusText text; // of the loop; made for the first scrape

    private MetricsServer(
            InetSocketAddress wanted, String path, Supplier<PrometheusText> maker, Optional<TlsServer> tls)
            throws IOException {
        this.maker = maker;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, CONNECTIONS_MAX)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (admit(channel)) {
                            tls.ifPresent(server -> channel.pipeline().addLast(server.newHandler(channel.alloc())));
                            channel.pipeline()
                                    .addLast(new HttpServerCodec(
                                            REQUEST_LINE_LENGTH_MAX, HEADERS_LENGTH_MAX, CHUNK_LENGTH_MAX))
                                    .addLast(new ScrapeHandler(path, MetricsServer.this::text));
                        }
                    }
                });
        ChannelFuture bound = bootstrap.bind(wanted).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stopLoop();
            throw new IOException("metrics cannot listen on " + wanted, bound.cause());
        }
        this.listener = bound.channel();
    }

    /**
     * Starts serving.
     *
     * @param address where to listen; port 0 takes a free one
     * @param path the path of the page, such as {@code /metrics}
     * @param maker makes the page when it is first asked for: that takes a third of a second, which a start should not
     * @param tls empty for plain HTTP
     * @throws IOException if it cannot listen there, because the address is taken for instance
     */
    public static MetricsServer start(
            InetSocketAddress address, String path, Supplier<PrometheusText> maker, Optional<TlsServer> tls)
            throws IOException {
        requireNonNull(address, "address is null");
        requireNonNull(maker, "maker is null");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path: '" + path + "' (expected: a path that starts with /)");
        }
        return new MetricsServer(address, path, maker, tls);
    }

    private PrometheusText text() {
        if (text == null) {
            text = maker.get();
        }
        return text;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Stops listening and drops open connections. */
    @Override
    public void close() {
        if (listener.isOpen()) {
            listener.close().syncUninterruptibly();
            stopLoop();
        }
    }

    /**
     * Whoever is slow to ask or to read loses the connection, so that a few of them cannot keep others out for long.
     */
    private boolean admit(SocketChannel channel) {
        if (connections == CONNECTIONS_MAX) {
            drop(channel);
            return false;
        }
        connections++;
        Future<?> deadline =
                channel.eventLoop().schedule(() -> drop(channel), CONNECTION_SECONDS_MAX, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> {
            connections--;
            deadline.cancel(false);
        });
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a socket that cannot be closed is closed already
    private static void drop(Channel channel) {
        channel.close();
    }

    private void stopLoop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        if (text != null) {
            text.close();
        }
    }
}
