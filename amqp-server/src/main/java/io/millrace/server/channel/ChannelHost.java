package io.millrace.server.channel;

import io.millrace.codec.AmqpException;
import io.millrace.server.routing.RouteCache;
import io.millrace.server.security.Access;
import io.millrace.server.security.AuthenticatedUser;
import io.millrace.server.vhost.Requester;
import io.millrace.server.vhost.VirtualHost;

/** The connection as its channels see it. All calls are made on the connection's loop. */
public interface ChannelHost extends Requester {
    /** Where frames are written. */
    Outbound outbound();

    /** Where published messages gather. */
    PublishOutbox outbox();

    /** The routes this connection used lately. */
    RouteCache routes();

    VirtualHost virtualHost();

    /** Who is connected. */
    AuthenticatedUser user();

    /** How people call the connection: by its two ends. */
    String connectionName();

    /** What the connection's user may do there. */
    Access access();

    /** Largest body, in bytes. */
    long maxMessageSize();

    /** How many consumers one channel may have. */
    int consumersMax();

    /** Prefetch count of a channel that sets none; 0 means any number. */
    int defaultPrefetch();

    /** Whether {@link #defaultPrefetch} is for the channel and not for each consumer. */
    boolean defaultPrefetchGlobal();

    /** How long a delivery of a quorum queue may take to be settled where nothing else says; 0 for ever. */
    long consumerTimeoutMillis();

    /** Whether the client understands a {@code basic.cancel} from the server. */
    boolean understandsConsumerCancel();

    /** A channel declares a queue that ends with the connection. */
    void ownsQueue();

    /** An error came up outside of the handling of a frame: closes the channel or the connection, as its type says. */
    void failed(Channel channel, AmqpException error);

    /**
     * The client has opened the channel.
     *
     * @throws io.millrace.codec.ConnectionError when the connection has as many as were agreed on
     */
    void opened(Channel channel);

    /** The channel is closed on both sides; its number is free. */
    void closed(Channel channel);

    /** The channel has nothing more to wait for. */
    void idle(Channel channel);

    /** Frames of the channel had to be kept because it waits for something; positive when kept, negative when done. */
    void deferred(long bytes);

    /** A publish is held back, or a method behind one. */
    void publishHeld();

    /** The channel has something to hand over or to write at the end of the read cycle. */
    void touched(Channel channel);

    /** Something was done outside of a read cycle: hands over and writes what came of it. */
    void endCycle();

    /** So many more channels (fewer, when negative) have published. */
    void publishers(int change);

    /** Queues that waited for room to send may go on. */
    void writable();
}
