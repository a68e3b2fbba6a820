package io.millrace.server.net;

import io.millrace.server.connection.EndPoints;
import io.millrace.server.tls.TlsSession;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for TLS to be agreed on: only then is there a connection, and its clock starts to run. */
final class TlsHandshake extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

    private final Consumer<TlsSession> agreed;
    private boolean done;
    private boolean succeeded;

    TlsHandshake(Consumer<TlsSession> agreed) {
        this.agreed = agreed;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a socket that cannot be closed is closed already
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completed && !done) {
            done = true;
            succeeded = completed.isSuccess();
            if (succeeded) {
                agreed.accept(TlsSession.of(
                        ctx.pipeline().get(SslHandler.class).engine().getSession()));
            } else {
                logFailure(ctx, completed.cause());
                ctx.close();
            }
        } else if (event instanceof SslCloseCompletionEvent && succeeded) {
            // The client says that it is done, which an end of its stream would say without TLS.
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Before that what goes wrong is the handshake, whose event says so.
        if (succeeded) {
            ctx.fireExceptionCaught(cause);
        }
    }

    private static void logFailure(ChannelHandlerContext ctx, Throwable cause) {
        String connection = "connection " + EndPoints.of(ctx.channel());
        if (cause instanceof ClosedChannelException) {
            // Whoever looks whether the port is open does this.
            LOG.debug("Lost {} during its TLS handshake", connection);
        } else if (cause instanceof NotSslRecordException) {
            LOG.warn("Refused {}: it is connecting to a TLS listener without using TLS", connection);
        } else if (cause instanceof SslHandshakeTimeoutException) {
            LOG.warn("Closed {}: no TLS handshake in time: {}", connection, cause.getMessage());
        } else if (cause instanceof SSLHandshakeException) {
            LOG.warn("TLS handshake of {} failed: {}", connection, cause.getMessage());
        } else {
            LOG.warn("TLS handshake of {} failed: {}", connection, String.valueOf(cause));
        }
    }
}
