package io.millrace.server.control;

import io.millrace.server.channel.ChannelView;
import io.millrace.server.channel.ConsumerView;
import io.millrace.server.connection.ConnectionView;
import io.millrace.server.tls.TlsSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands about connections, channels and consumers. */
final class ConnectionCommands {
    private static final Set<String> CONNECTION_COLUMNS = Set.of(
            "pid",
            "name",
            "port",
            "host",
            "peer_port",
            "peer_host",
            "ssl",
            "ssl_protocol",
            "ssl_key_exchange",
            "ssl_cipher",
            "ssl_hash",
            "peer_cert_subject",
            "peer_cert_issuer",
            "peer_cert_serial_number",
            "peer_cert_validity",
            "state",
            "channels",
            "protocol",
            "auth_mechanism",
            "user",
            "vhost",
            "timeout",
            "frame_max",
            "channel_max",
            "client_properties",
            "recv_oct",
            "recv_cnt",
            "send_oct",
            "send_cnt",
            "send_pend",
            "connected_at");
    private static final Set<String> CHANNEL_COLUMNS = Set.of(
            "pid",
            "connection",
            "name",
            "number",
            "user",
            "vhost",
            "transactional",
            "confirm",
            "consumer_count",
            "messages_unacknowledged",
            "messages_uncommitted",
            "acks_uncommitted",
            "messages_unconfirmed",
            "prefetch_count",
            "global_prefetch_count");
    private static final Set<String> CONSUMER_COLUMNS = Set.of(
            "queue_name", "channel_pid", "consumer_tag", "ack_required", "prefetch_count", "active", "arguments");

    /** The second number of a pid is the connection, the third the channel. */
    private static final Pattern PID = Pattern.compile("<?.*\\.\\d+\\.(\\d{1,18})\\.\\d+>?");

    private final Node node;

    ConnectionCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "list_connections",
                        Command.ofMany(
                                "[--no-table-headers] [<column> ...] [--timeout <timeout>]", 0, this::listConnections),
                "list_channels", Command.ofMany("[--no-table-headers] [<column> ...]", 0, this::listChannels),
                "list_consumers", Command.ofMany("[--vhost <vhost>] [<column> ...]", 0, this::listConsumers),
                "close_connection", Command.of("<connection pid> <explanation>", 2, 2, this::close),
                "close_all_connections", Command.of("[--vhost <vhost>] <explanation>", 1, 1, this::closeAll));
    }

    private List<ConnectionView> views() {
        return Await.result(node.running().connections().views());
    }

    private String pid(ConnectionView connection, int channel) {
        return "<" + node.name() + ".1." + connection.id() + "." + channel + ">";
    }

    private void listConnections(Arguments arguments, Output output) {
        List<String> columns = Columns.of(arguments, CONNECTION_COLUMNS, "user", "peer_host", "peer_port", "state");
        output.banner("Listing connections ...");
        output.table(columns, views().stream().map(this::row).toList());
    }

    private Map<String, Object> row(ConnectionView connection) {
        Map<String, Object> row = new HashMap<>();
        row.put("pid", pid(connection, 0));
        row.put("name", connection.name());
        row.put("port", connection.port());
        row.put("host", connection.host());
        row.put("peer_port", connection.peerPort());
        row.put("peer_host", connection.peerHost());
        row.put("ssl", connection.tls().isPresent());
        connection.tls().ifPresent(tls -> putTls(row, tls));
        row.put("state", connection.state());
        row.put("connected_at", connection.connectedAtMillis());
        row.put("channels", connection.channels().size());
        row.put("protocol", "{0,9,1}");
        row.put("auth_mechanism", connection.mechanism());
        row.put("user", connection.user());
        row.put("vhost", connection.vhost());
        row.put("timeout", connection.heartbeatSeconds());
        row.put("frame_max", connection.frameMax());
        row.put("channel_max", connection.channelMax());
        row.put("client_properties", connection.clientProperties());
        row.put("recv_oct", connection.receivedBytes());
        row.put("send_oct", connection.sentBytes());
        return row;
    }

    private static void putTls(Map<String, Object> row, TlsSession tls) {
        row.put("ssl_protocol", tls.protocol());
        row.put("ssl_key_exchange", tls.keyExchange());
        row.put("ssl_cipher", tls.cipher());
        row.put("ssl_hash", tls.hash());
        tls.peerCertificate().ifPresent(certificate -> {
            row.put("peer_cert_subject", certificate.subject());
            row.put("peer_cert_issuer", certificate.issuer());
            row.put("peer_cert_serial_number", certificate.serialNumber());
            row.put("peer_cert_validity", certificate.validity());
        });
    }

    private void listChannels(Arguments arguments, Output output) {
        List<String> columns =
                Columns.of(arguments, CHANNEL_COLUMNS, "pid", "user", "consumer_count", "messages_unacknowledged");
        output.banner("Listing channels ...");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ConnectionView connection : views()) {
            for (ChannelView channel : connection.channels()) {
                Map<String, Object> row = new HashMap<>();
                row.put("pid", pid(connection, channel.number()));
                row.put("connection", pid(connection, 0));
                row.put("name", connection.name() + " (" + channel.number() + ")");
                row.put("number", channel.number());
                row.put("user", connection.user());
                row.put("vhost", connection.vhost());
                row.put("transactional", channel.transactional());
                row.put("confirm", channel.confirms());
                row.put("consumer_count", channel.consumers().size());
                row.put("messages_unacknowledged", channel.unacknowledged());
                row.put("prefetch_count", channel.prefetch());
                rows.add(row);
            }
        }
        output.table(columns, rows);
    }

    private void listConsumers(Arguments arguments, Output output) {
        List<String> columns = Columns.of(
                arguments,
                CONSUMER_COLUMNS,
                "queue_name",
                "channel_pid",
                "consumer_tag",
                "ack_required",
                "prefetch_count",
                "active",
                "arguments");
        output.banner("Listing consumers in vhost " + arguments.vhost() + " ...");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ConnectionView connection : views()) {
            if (connection.vhost().equals(arguments.vhost())) {
                connection
                        .channels()
                        .forEach(channel -> channel.consumers()
                                .forEach(consumer -> rows.add(row(consumer, pid(connection, channel.number())))));
            }
        }
        output.table(columns, rows);
    }

    private static Map<String, Object> row(ConsumerView consumer, String channelPid) {
        return Map.of(
                "queue_name", consumer.queue(),
                "channel_pid", channelPid,
                "consumer_tag", consumer.tag(),
                "ack_required", consumer.ackRequired(),
                "prefetch_count", consumer.prefetch(),
                "active", true,
                "arguments", List.of());
    }

    private void close(Arguments arguments, Output output) {
        String pid = arguments.operand(0);
        String reason = arguments.operand(1);
        output.banner("Closing connection " + pid + ", reason: " + reason + "...");
        Matcher matcher = PID.matcher(pid);
        if (matcher.matches()) {
            node.running().connections().close(Long.parseLong(matcher.group(1)), reason);
        }
    }

    private void closeAll(Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        String reason = arguments.operand(0);
        output.banner("Closing all connections in vhost " + vhost + ", reason: " + reason + "...");
        int closed = node.running().connections().closeAllOf(vhost, reason);
        output.banner("Closed " + closed + " connections");
    }
}
