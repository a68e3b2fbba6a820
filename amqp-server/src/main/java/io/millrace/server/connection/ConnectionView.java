package io.millrace.server.connection;

import io.millrace.codec.value.FieldTable;
import io.millrace.server.channel.ChannelView;
import io.millrace.server.tls.TlsSession;
import java.util.List;
import java.util.Optional;

/**
 * What an open connection looks like at a moment.
 *
 * @param id unique in this run of the broker
 * @param state {@code running}; {@code blocking} when an alarm would hold back what it publishes, {@code blocked} when
 *     it does
 * @param connectedAtMillis since when it is open, in milliseconds since 1970
 * @param receivedBytes octets of frames
 * @param sentBytes octets of frames
 * @param tls what was agreed on; empty without TLS
 */
public record ConnectionView(
        long id,
        String peerHost,
        int peerPort,
        String host,
        int port,
        String user,
        String vhost,
        String mechanism,
        int heartbeatSeconds,
        int frameMax,
        int channelMax,
        FieldTable clientProperties,
        String state,
        long connectedAtMillis,
        long receivedBytes,
        long sentBytes,
        List<ChannelView> channels,
        Optional<TlsSession> tls) {
    /** How people call it. */
    public String name() {
        return peerHost + ":" + peerPort + " -> " + host + ":" + port;
    }
}
