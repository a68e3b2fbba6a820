package io.millrace.server.connection;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.FrameDecoder;
import io.millrace.codec.FrameLimits;
import io.millrace.codec.FrameListener;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.method.MethodReader;
import io.millrace.server.channel.Channel;
import io.millrace.server.channel.Outbound;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.security.Peer;
import io.millrace.server.tls.TlsSession;
import io.millrace.server.vhost.VirtualHost;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes its frames, in the state that it is in, and gives those of channels to them. It is the end of
 * the socket's pipeline, and lives on the socket's loop.
 */
public final class ConnectionHandler extends ChannelInboundHandlerAdapter implements FrameListener {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    /** How long a client that could not log in waits for the end. */
    private static final long SILENT_CLOSE_SECONDS = 3;

    private enum Phase {
        HANDSHAKE,
        OPEN,
        /** The client has sent connection.close; channels that are busy finish first. */
        CLOSING_BY_CLIENT,
        /** The server has sent connection.close; all but its answer is ignored. */
        CLOSING_BY_SERVER,
        /** Nothing more is read or answered; the socket is open yet. */
        ENDED
    }

    private final ConnectionContext context;
    private final io.netty.channel.Channel socket;
    private final Optional<TlsSession> tls;
    private final FrameLimits limits;
    private final FrameDecoder decoder;
    private final MethodReader methods = new MethodReader();
    private final Handshake handshake;
    private final Session session;
    private final Outbound outbound;
    private final Heartbeats heartbeats;
    private final SendTimeout sendTimeout;
    private final ClosingSequence closing;

    /** Whose connection to which virtual host it is, or tries to be. */
    record Membership(String user, String vhost) {}

    private Phase phase = Phase.HANDSHAKE;
    private volatile Membership membership;
    private volatile long id;
    private ScheduledFuture<?> handshakeTimeout;
    private int frameMax;
    private boolean released;

    /**
     * A connection that begins.
     *
     * @param loop the loop of the socket
     * @param tls empty without TLS
     */
    public ConnectionHandler(
            ConnectionContext context, io.netty.channel.Channel socket, HomeLoop loop, Optional<TlsSession> tls) {
        this.context = context;
        this.socket = socket;
        this.tls = tls;
        this.limits = new FrameLimits(context.settings().initialFrameMax());
        this.decoder = new FrameDecoder(limits, this);
        this.outbound = new Outbound(socket, loop.counters(), context.settings().initialFrameMax());
        ReadGate gate = new ReadGate(socket);
        this.heartbeats = new Heartbeats(socket.eventLoop(), outbound, gate::isOpen, this::peerDead);
        this.sendTimeout = new SendTimeout(socket, context.settings().sendTimeoutMillis(), this::takesNothing);
        this.handshake = new Handshake(this, context);
        this.session = new Session(this, context, handshake, loop, outbound, gate);
        this.closing = new ClosingSequence(socket);
    }

    /** The pipeline's handler in front of this one. */
    public FrameDecoder decoder() {
        return decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        id = context.connections().add(this);
        int millis = context.settings().handshakeTimeoutMillis();
        handshakeTimeout = socket.eventLoop().schedule(this::handshakeTimedOut, millis, TimeUnit.MILLISECONDS);
    }

    private void handshakeTimedOut() {
        if (phase == Phase.HANDSHAKE && socket.isActive()) {
            LOG.warn(
                    "Closed {}: no login within {} ms", this, context.settings().handshakeTimeoutMillis());
            end();
            socket.close();
        }
    }

    @Override
    public void onProtocolHeader(ByteBuf in, int offset) {
        handshake.protocolHeader(in, offset);
    }

    @Override
    public void onMethod(int channel, ByteBuf in, int offset, int length) {
        try {
            if (phase == Phase.OPEN) {
                Method method = methods.read(in, offset, length);
                if (channel == 0) {
                    connectionMethod(method);
                } else {
                    session.channelFor(channel).onMethod(method);
                }
            } else {
                outOfSession(channel, in, offset, length);
            }
        } catch (AmqpException e) {
            failed(channel, e);
        }
    }

    private void connectionMethod(Method method) {
        if (method instanceof ConnectionMethod.Close) {
            closeByClient();
        } else if (method instanceof ConnectionMethod.UpdateSecret) {
            session.recheckAccess(method);
            send(new ConnectionMethod.UpdateSecretOk());
        } else {
            throw new ConnectionError(
                    ReplyCode.CHANNEL_ERROR,
                    "unexpected method in connection state running",
                    method.classId(),
                    method.methodId());
        }
    }

    /** A method before the connection is open, or while it closes. */
    private void outOfSession(int channel, ByteBuf in, int offset, int length) {
        if (phase == Phase.ENDED) {
            return;
        }
        if (phase == Phase.HANDSHAKE && channel != 0) {
            throw FrameText.unexpected(FrameText.METHOD, in, offset, length);
        }
        Method method = methods.read(in, offset, length);
        if (phase == Phase.HANDSHAKE) {
            handshake.onMethod(method);
        } else if (channel == 0 && method instanceof ConnectionMethod.Close) {
            send(new ConnectionMethod.CloseOk());
        } else if (channel == 0 && method instanceof ConnectionMethod.CloseOk && phase == Phase.CLOSING_BY_SERVER) {
            end();
            outbound.flush();
            socket.close();
        }
    }

    @Override
    public void onContentHeader(int channel, ByteBuf in, int offset, int length) {
        if (phase != Phase.OPEN) {
            contentOutOfSession(FrameText.HEADER, channel, in, offset, length);
            return;
        }
        try {
            if (channel == 0) {
                throw FrameText.unexpected(FrameText.HEADER, in, offset, length);
            }
            session.channelFor(channel).onContentHeader(in, offset, length);
        } catch (AmqpException e) {
            failed(channel, e);
        }
    }

    @Override
    public void onContentBody(int channel, ByteBuf in, int offset, int length) {
        if (phase != Phase.OPEN) {
            contentOutOfSession(FrameText.BODY, channel, in, offset, length);
            return;
        }
        try {
            if (channel == 0) {
                throw FrameText.unexpected(FrameText.BODY, in, offset, length);
            }
            session.channelFor(channel).onContentBody(in, offset, length);
        } catch (AmqpException e) {
            failed(channel, e);
        }
    }

    private void contentOutOfSession(int type, int channel, ByteBuf in, int offset, int length) {
        if (phase == Phase.HANDSHAKE) {
            failed(channel, FrameText.unexpected(type, in, offset, length));
        }
    }

    @Override
    public void onHeartbeat(int channel, int length) {
        // Octets arrived: that is all a heartbeat says, and onReadComplete has it noted.
    }

    @Override
    public void onError(AmqpException error) {
        // The octets are no frames: the client's answer would not be understood.
        failed(0, error);
        if (phase == Phase.CLOSING_BY_SERVER) {
            closing.closeSoon();
        }
    }

    @Override
    public boolean isPaused() {
        return false;
    }

    @Override
    public void onReadComplete() {
        heartbeats.received();
        session.countReceived(decoder.octetsReceived());
        if (phase == Phase.OPEN) {
            session.endCycle();
        } else {
            outbound.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sendTimeout.writabilityChanged();
        if (phase == Phase.OPEN && socket.isWritable()) {
            session.resumeConsumers();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lost("the client closed the socket without connection.close");
        end();
        context.connections().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What TLS makes of octets that are none of its own comes wrapped.
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof java.io.IOException) {
            lost(reason.getMessage());
            end();
            socket.close();
            return;
        }
        LOG.error("Closing {} for an internal error", this, cause);
        failed(0, new ConnectionError(ReplyCode.INTERNAL_ERROR, null));
    }

    /** Whoever hears of it first says why; what fails in consequence, such as each write that waited, adds nothing. */
    private void lost(String why) {
        if (phase == Phase.OPEN || phase == Phase.CLOSING_BY_CLIENT) {
            LOG.warn("Lost {}: {}", this, why);
        }
    }

    /** Closes what the error says: the channel, or the connection. */
    void failed(int channelNumber, AmqpException error) {
        if (phase == Phase.ENDED || phase == Phase.CLOSING_BY_SERVER) {
            return;
        }
        boolean hasChannels = phase == Phase.OPEN || phase == Phase.CLOSING_BY_CLIENT;
        if (error instanceof ChannelError && hasChannels && channelNumber != 0) {
            LOG.warn("Channel {} of {} failed: {}", channelNumber, this, error.replyText());
            session.channelFor(channelNumber).fail(error);
            return;
        }
        LOG.warn("Closing {}: {}", this, error.replyText());
        if (phase == Phase.HANDSHAKE && handshake.user() == null && error.replyCode() != ReplyCode.ACCESS_REFUSED) {
            closeLate(null);
        } else {
            closeByServer(error);
        }
    }

    private void closeByServer(AmqpException error) {
        release();
        phase = Phase.CLOSING_BY_SERVER;
        send(new ConnectionMethod.Close(
                error.replyCode().code(),
                io.millrace.codec.value.ShortString.of(error.replyText()),
                error.classId(),
                error.methodId()));
        outbound.flush();
        closing.closeLater(session.heartbeatSeconds());
    }

    /** Tells the client that the server forces the connection to close. Any thread. */
    void closeByServer(String reason) {
        socket.eventLoop().execute(() -> {
            if (phase == Phase.OPEN || phase == Phase.CLOSING_BY_CLIENT) {
                closeByServer(new ConnectionError(ReplyCode.CONNECTION_FORCED, reason));
            } else {
                end();
                socket.close();
            }
        });
    }

    /** Whose it is and where; null before it has said so. Any thread. */
    Membership membership() {
        return membership;
    }

    long id() {
        return id;
    }

    /** What it looks like now; null when it is not open. On its loop. */
    ConnectionView view() {
        if (phase != Phase.OPEN
                || !(socket.remoteAddress() instanceof InetSocketAddress peer)
                || !(socket.localAddress() instanceof InetSocketAddress local)) {
            return null;
        }
        return new ConnectionView(
                id,
                peer.getAddress().getHostAddress(),
                peer.getPort(),
                local.getAddress().getHostAddress(),
                local.getPort(),
                membership.user(),
                membership.vhost(),
                handshake.mechanism(),
                session.heartbeatSeconds(),
                frameMax,
                session.channelMax(),
                handshake.clientProperties(),
                session.state(),
                session.connectedAtMillis(),
                decoder.octetsReceived(),
                outbound.bytesWritten(),
                session.channelViews(),
                tls);
    }

    /** Calls back with what it looks like, on its loop. Any thread. */
    void viewLater(java.util.function.Consumer<ConnectionView> callback) {
        socket.eventLoop().execute(() -> callback.accept(view()));
    }

    private void closeByClient() {
        phase = Phase.CLOSING_BY_CLIENT;
        session.whenIdle(this::finishCloseByClient);
    }

    private void finishCloseByClient() {
        release();
        session.whenReleased(this::closedByClient);
    }

    private void closedByClient() {
        if (phase != Phase.CLOSING_BY_CLIENT) {
            return;
        }
        phase = Phase.ENDED;
        heartbeats.stop();
        LOG.info("Closed {}", this);
        send(new ConnectionMethod.CloseOk());
        outbound.flush();
        closing.closeLater(session.heartbeatSeconds());
    }

    /** Says nothing more and ends the connection after a while. */
    void closeLate(String logReason) {
        if (logReason != null) {
            LOG.warn("Closing {}: {}", this, logReason);
        }
        phase = Phase.ENDED;
        decoder.discard();
        closing.closeAfter(SILENT_CLOSE_SECONDS);
    }

    /** Answers an unknown protocol with the header of one that is spoken, and ends. */
    void refuse(int id, int major, int minor, int revision) {
        phase = Phase.ENDED;
        decoder.discard();
        outbound.protocolHeader(id, major, minor, revision);
        outbound.flush();
        socket.close();
    }

    /** Login and limits are agreed on. */
    void tuned(int channelMax, int newFrameMax, int heartbeatSeconds) {
        frameMax = newFrameMax;
        limits.frameMax(frameMax == 0 ? Integer.MAX_VALUE : frameMax);
        outbound.frameMax(frameMax == 0 ? context.settings().frameMax() : frameMax);
        session.tuned(channelMax, heartbeatSeconds);
        heartbeats.start(heartbeatSeconds);
    }

    /**
     * The virtual host is chosen: from now on there are channels.
     *
     * @throws ConnectionError the user may not enter it
     */
    void enter(String vhost) {
        String user = handshake.user().name();
        // Known as a member before it is checked: who deletes user or vhost meanwhile either finds it or is found.
        membership = new Membership(user, vhost);
        VirtualHost virtualHost = context.admission().enter(user, vhost);
        phase = Phase.OPEN;
        handshakeTimeout.cancel(false);
        session.open(virtualHost);
        LOG.info("Opened {}: user '{}', vhost '{}'", this, user, vhost);
    }

    /** Sends a method on channel 0. */
    void send(Method method) {
        outbound.method(0, method);
    }

    Peer peer() {
        boolean isLoopback = socket.remoteAddress() instanceof InetSocketAddress address
                && address.getAddress().isLoopbackAddress();
        return new Peer(isLoopback, tls);
    }

    /** An alarm went on or off. Any thread. */
    void alarmChanged() {
        socket.eventLoop().execute(() -> {
            if (!released && (phase == Phase.OPEN || phase == Phase.CLOSING_BY_CLIENT)) {
                session.alarmsChanged();
            }
        });
    }

    private void peerDead() {
        LOG.warn("Closed {}: missed heartbeats from client, timeout: {}s", this, session.heartbeatSeconds());
        end();
        socket.close();
    }

    private void takesNothing() {
        LOG.warn(
                "Closed {}: it took nothing of what was sent to it within {} ms",
                this,
                context.settings().sendTimeoutMillis());
        end();
        socket.close();
    }

    private void end() {
        release();
        phase = Phase.ENDED;
        handshakeTimeout.cancel(false); // else it would keep the connection in memory until it is due
        heartbeats.stop();
        decoder.discard();
        closing.cancel();
    }

    /** Gives back everything the connection holds. */
    private void release() {
        if (!released) {
            released = true;
            session.release();
        }
        if (!socket.isActive()) {
            outbound.release();
        }
    }

    void channelFailed(Channel channel, AmqpException error) {
        failed(channel.number(), error);
    }

    /** As log lines name it. */
    @Override
    public String toString() {
        return "connection " + EndPoints.of(socket);
    }
}
