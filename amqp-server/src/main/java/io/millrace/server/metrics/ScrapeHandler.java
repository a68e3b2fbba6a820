package io.millrace.server.metrics;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the first request of a connection and closes it. */
final class ScrapeHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ScrapeHandler.class);
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    private final String path;
    private final Supplier<PrometheusText> text;
    private boolean answered;

    ScrapeHandler(String path, Supplier<PrometheusText> text) {
        this.path = path;
        this.text = text;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        try {
            if (!answered && message instanceof HttpRequest request) {
                answered = true;
                answer(ctx, request);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest request) throws IOException {
        if (request.decoderResult().isFailure()) {
            respond(ctx, request, HttpResponseStatus.BAD_REQUEST, PLAIN_TEXT, line(ctx, "Bad request"));
        } else if (!isScrape(request.uri())) {
            respond(ctx, request, HttpResponseStatus.NOT_FOUND, PLAIN_TEXT, line(ctx, "Not found"));
        } else if (!isGet(request) && !isHead(request)) {
            respond(ctx, request, HttpResponseStatus.METHOD_NOT_ALLOWED, PLAIN_TEXT, line(ctx, "Method not allowed"));
        } else {
            respond(ctx, request, HttpResponseStatus.OK, PrometheusText.CONTENT_TYPE, page(ctx));
        }
    }

    private boolean isScrape(String uri) {
        int query = uri.indexOf('?');
        return (query < 0 ? uri : uri.substring(0, query)).equals(path);
    }

    private static boolean isGet(HttpRequest request) {
        return request.method().equals(HttpMethod.GET);
    }

    private static boolean isHead(HttpRequest request) {
        return request.method().equals(HttpMethod.HEAD);
    }

    private ByteBuf page(ChannelHandlerContext ctx) throws IOException {
        ByteBuf page = ctx.alloc().buffer();
        try (ByteBufOutputStream out = new ByteBufOutputStream(page)) {
            text.get().scrape(out);
            return page.retain();
        } finally {
            page.release();
        }
    }

    private static ByteBuf line(ChannelHandlerContext ctx, String line) {
        return ByteBufUtil.writeUtf8(ctx.alloc(), line + "\n");
    }

    private static void respond(
            ChannelHandlerContext ctx,
            HttpRequest request,
            HttpResponseStatus status,
            String contentType,
            ByteBuf ownedBody) {
        int length = ownedBody.readableBytes();
        ByteBuf sent = ownedBody;
        if (isHead(request)) {
            ownedBody.release();
            sent = Unpooled.EMPTY_BUFFER;
        }
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, sent);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CONTENT_LENGTH, length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a socket that cannot be closed is closed already
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean ofPeer = cause instanceof IOException || cause.getCause() instanceof IOException; // the second with TLS
        if (ofPeer) {
            LOG.debug("Metrics connection from {} failed", ctx.channel().remoteAddress(), cause);
        } else {
            LOG.warn("Metrics for {} failed", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }
}
