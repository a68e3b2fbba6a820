package io.millrace.server.connection;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.method.ConnectionMethod;
import io.millrace.codec.method.Method;
import io.millrace.codec.value.ShortString;
import io.millrace.server.channel.Channel;
import io.millrace.server.channel.ChannelHost;
import io.millrace.server.channel.ChannelView;
import io.millrace.server.channel.Outbound;
import io.millrace.server.channel.PublishOutbox;
import io.millrace.server.connection.ReadGate.Reason;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.routing.RouteCache;
import io.millrace.server.security.Access;
import io.millrace.server.security.AuthenticatedUser;
import io.millrace.server.vhost.Reply;
import io.millrace.server.vhost.VirtualHost;
import java.util.ArrayList;
import java.util.List;

/** An open connection as its channels see it: what they share, and what happens at the end of each read cycle. */
final class Session implements ChannelHost, PublishOutbox.Brake {
    /** Octets of frames that wait; past the first the socket is not read, until below the second. */
    private static final long DEFERRED_BYTES_MAX = 1 << 20;

    private static final long DEFERRED_BYTES_RESUME = 512 << 10;

    private final ConnectionHandler connection;
    private final ConnectionContext context;
    private final Handshake handshake;
    private final HomeLoop loop;
    private final Outbound outbound;
    private final ReadGate gate;
    private final Channels channels = new Channels();
    private final PublishOutbox outbox;
    private List<Channel> touched = new ArrayList<>();
    private List<Channel> ending = new ArrayList<>();

    private VirtualHost virtualHost;
    private RouteCache routes;
    private Access access;
    private String user;
    private long maxMessageSize;
    private long connectedAtMillis;
    private int channelMax;
    private int heartbeatSeconds;
    private long deferredBytes;
    private long receivedBytes;
    private boolean ownsQueues;
    private boolean blocked;
    /** Something that is published waits for the end of the alarm. */
    private boolean holdsBack;

    private boolean blockedSent;
    private Runnable whenIdle;

    Session(
            ConnectionHandler connection,
            ConnectionContext context,
            Handshake handshake,
            HomeLoop loop,
            Outbound outbound,
            ReadGate gate) {
        this.connection = connection;
        this.context = context;
        this.handshake = handshake;
        this.loop = loop;
        this.outbound = outbound;
        this.gate = gate;
        this.outbox = new PublishOutbox(loop, this);
    }

    void tuned(int newChannelMax, int newHeartbeatSeconds) {
        channelMax = newChannelMax == 0 ? Integer.MAX_VALUE : newChannelMax;
        heartbeatSeconds = newHeartbeatSeconds;
    }

    void open(VirtualHost newVirtualHost) {
        virtualHost = newVirtualHost;
        routes = new RouteCache(virtualHost.router(), virtualHost::routingVersion);
        maxMessageSize = context.settings()
                .maxMessageSize()
                .orElse(virtualHost.compatibility().messageSizeMax());
        user = handshake.user().name();
        blocked = context.alarms().isOn();
        access = new Access(context.admission().access(), user, virtualHost.name());
        connectedAtMillis = loop.currentTimeMillis();
        loop.counters().add(BrokerCounter.CONNECTIONS_OPENED, 1);
    }

    long connectedAtMillis() {
        return connectedAtMillis;
    }

    /** In RabbitMQ's words: whether alarms hold it back. */
    String state() {
        if (!blocked) {
            return "running";
        }
        return holdsBack ? "blocked" : "blocking";
    }

    int heartbeatSeconds() {
        return heartbeatSeconds;
    }

    /** The channel of that number; one that the client has not opened takes frames, too, and refuses what they say. */
    Channel channelFor(int number) {
        Channel channel = channels.get(number);
        if (channel == null) {
            channel = new Channel(number, this);
            channel.block(blocked);
            channels.put(channel);
        }
        return channel;
    }

    @Override
    public void endCycle() {
        if (!touched.isEmpty()) {
            List<Channel> toEnd = touched;
            touched = ending;
            ending = toEnd;
            for (int i = 0; i < toEnd.size(); i++) {
                toEnd.get(i).endCycle();
            }
            toEnd.clear();
        }
        outbox.flush();
        outbound.flush();
    }

    /** Adds what was received since the last call to the broker's counters. */
    void countReceived(long received) {
        loop.counters().add(BrokerCounter.BYTES_IN, received - receivedBytes);
        receivedBytes = received;
    }

    /** While an alarm is on, publishes are held back and all else goes on; whom that concerns is told so once. */
    void alarmsChanged() {
        boolean block = context.alarms().isOn();
        if (block == blocked) {
            return;
        }
        blocked = block;
        // What is on its way may stay there, and not be confirmed, for the very reason of the alarm.
        holdsBack = block && (outbox.isInFlight() || channels.anyAwaitsPublished());
        tellBlocked();
        channels.forEach(channel -> channel.block(block));
        endCycle();
        runWhenIdle();
    }

    private void tellBlocked() {
        if (holdsBack == blockedSent || !handshake.clientCapability("connection.blocked")) {
            return;
        }
        blockedSent = holdsBack;
        if (holdsBack) {
            connection.send(
                    new ConnectionMethod.Blocked(ShortString.of(context.alarms().reason())));
        } else {
            connection.send(new ConnectionMethod.Unblocked());
        }
    }

    @Override
    public void publishHeld() {
        holdsBack = true;
        tellBlocked();
    }

    /**
     * The client says that its rights changed: consumers of queues that it may no longer read from are cancelled.
     *
     * @throws ConnectionError the user may no longer be in the virtual host
     */
    void recheckAccess(Method method) {
        context.admission().checkMayStay(user, virtualHost.name(), method.methodId());
        channels.forEach(Channel::cancelUnreadable);
    }

    List<ChannelView> channelViews() {
        List<ChannelView> views = new ArrayList<>();
        channels.forEach(channel -> {
            if (channel.isOpen()) {
                views.add(channel.view());
            }
        });
        return views;
    }

    int channelMax() {
        return channelMax == Integer.MAX_VALUE ? 0 : channelMax;
    }

    void resumeConsumers() {
        channels.forEach(Channel::writable);
    }

    /** Runs the task when no channel waits for anything. */
    void whenIdle(Runnable task) {
        endCycle();
        if (channels.anyBusy()) {
            whenIdle = task;
        } else {
            task.run();
        }
    }

    /** Gives back everything that the channels hold. */
    void release() {
        if (virtualHost == null) {
            return;
        }
        outbox.flush();
        gate.leaveOpen();
        channels.forEach(Channel::release);
        context.connections().channelsClosed(channels.openCount());
        context.admission().channelsClosed(user, channels.openCount());
        context.admission().left(user, virtualHost.name());
        loop.counters().add(BrokerCounter.CHANNELS_CLOSED, channels.openCount());
        loop.counters().add(BrokerCounter.CONNECTIONS_CLOSED, 1);
        if (ownsQueues) {
            virtualHost.releaseOwner(this, new Released<>(() -> {}));
        }
    }

    /** Runs the task, on the loop, when the exclusive queues are gone. */
    void whenReleased(Runnable task) {
        if (ownsQueues) {
            virtualHost.barrier(new Released<>(() -> loop.run(task)));
        } else {
            task.run();
        }
    }

    private record Released<T>(Runnable then) implements Reply<T> {
        @Override
        public void succeeded(T result) {
            then.run();
        }

        @Override
        public void failed(AmqpException error) {
            then.run();
        }
    }

    @Override
    public HomeLoop loop() {
        return loop;
    }

    @Override
    public Outbound outbound() {
        return outbound;
    }

    @Override
    public PublishOutbox outbox() {
        return outbox;
    }

    @Override
    public RouteCache routes() {
        return routes;
    }

    @Override
    public Access access() {
        return access;
    }

    @Override
    public VirtualHost virtualHost() {
        return virtualHost;
    }

    @Override
    public AuthenticatedUser user() {
        return handshake.user();
    }

    @Override
    public long maxMessageSize() {
        return maxMessageSize;
    }

    @Override
    public int consumersMax() {
        return context.settings().consumersMax();
    }

    @Override
    public int defaultPrefetch() {
        return context.settings().prefetch();
    }

    @Override
    public long consumerTimeoutMillis() {
        return context.settings().consumerTimeoutMillis();
    }

    @Override
    public boolean defaultPrefetchGlobal() {
        return context.settings().prefetchGlobal();
    }

    @Override
    public boolean understandsConsumerCancel() {
        return handshake.clientCapability("consumer_cancel_notify");
    }

    @Override
    public void ownsQueue() {
        ownsQueues = true;
    }

    @Override
    public String connectionName() {
        return connection.view().name();
    }

    @Override
    public void failed(Channel channel, AmqpException error) {
        connection.channelFailed(channel, error);
        outbound.flushSoon();
    }

    @Override
    public void opened(Channel channel) {
        if (channels.openCount() >= channelMax) {
            throw new ConnectionError(
                    ReplyCode.NOT_ALLOWED,
                    "number of channels opened (" + channels.openCount() + ") has reached the negotiated channel_max ("
                            + channelMax + ")");
        }
        context.admission().channelOpened(user);
        channels.opened();
        context.connections().channelOpened();
        loop.counters().add(BrokerCounter.CHANNELS_OPENED, 1);
    }

    @Override
    public void closed(Channel channel) {
        channels.remove(channel);
        channels.closed();
        context.connections().channelsClosed(1);
        context.admission().channelsClosed(user, 1);
        loop.counters().add(BrokerCounter.CHANNELS_CLOSED, 1);
    }

    @Override
    public void idle(Channel channel) {
        runWhenIdle();
    }

    private void runWhenIdle() {
        if (whenIdle != null && !channels.anyBusy()) {
            Runnable task = whenIdle;
            whenIdle = null;
            task.run();
        }
    }

    @Override
    public void deferred(long bytes) {
        deferredBytes += bytes;
        boolean tooMany = context.connections().deferred(bytes);
        if (bytes > 0 && (tooMany || deferredBytes > DEFERRED_BYTES_MAX)) {
            gate.close(Reason.FRAMES_DEFERRED);
        } else if (bytes < 0 && deferredBytes < DEFERRED_BYTES_RESUME) {
            gate.open(Reason.FRAMES_DEFERRED);
        }
    }

    @Override
    public void touched(Channel channel) {
        touched.add(channel);
    }

    @Override
    public void publishers(int change) {
        context.connections().publishers(change);
    }

    @Override
    public void writable() {
        resumeConsumers();
    }

    @Override
    public void pauseReading() {
        gate.close(Reason.PUBLISHED_IN_FLIGHT);
    }

    @Override
    public void resumeReading() {
        gate.open(Reason.PUBLISHED_IN_FLIGHT);
    }
}
