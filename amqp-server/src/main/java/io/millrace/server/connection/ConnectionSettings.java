package io.millrace.server.connection;

import java.util.OptionalLong;

/**
 * Limits and intervals of connections.
 *
 * @param heartbeatSeconds what the server proposes; 0 for none
 * @param frameMax largest frame, in octets
 * @param initialFrameMax largest frame until one is agreed on, in octets
 * @param channelMax channels a connection may have; 0 for as many as there are numbers
 * @param handshakeTimeoutMillis how long a client may take until the connection is open
 * @param sendTimeoutMillis how long a client may take nothing of what is sent to it
 * @param maxMessageSize largest body, in octets; empty where the virtual host says it
 * @param consumersMax consumers a channel may have
 * @param prefetch prefetch count of a channel that sets none; 0 for any number
 * @param prefetchGlobal whether that is for the channel and not for each consumer
 * @param consumerTimeoutMillis how long a delivery of a quorum queue may take to be settled; 0 for ever
 */
public record ConnectionSettings(
        int heartbeatSeconds,
        int frameMax,
        int initialFrameMax,
        int channelMax,
        int handshakeTimeoutMillis,
        int sendTimeoutMillis,
        OptionalLong maxMessageSize,
        int consumersMax,
        int prefetch,
        boolean prefetchGlobal,
        long consumerTimeoutMillis) {
    /** The same with another number of channels. */
    public ConnectionSettings withChannelMax(int newChannelMax) {
        return new ConnectionSettings(
                heartbeatSeconds,
                frameMax,
                initialFrameMax,
                newChannelMax,
                handshakeTimeoutMillis,
                sendTimeoutMillis,
                maxMessageSize,
                consumersMax,
                prefetch,
                prefetchGlobal,
                consumerTimeoutMillis);
    }
}
