package io.millrace.server.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every key there is: name, how its value is read, default, meaning. The only such table; {@link BrokerConfig} reads
 * through it and {@link ConfigReference} prints it. Names and defaults that RabbitMQ has too are RabbitMQ's.
 */
final class ConfigKeys {
    /** A heading of the reference with its keys. */
    record Section(String title, List<ConfigEntry> entries) {}

    /** The member of the default listener, which the shorter ways to set a port replace. */
    static final String DEFAULT_LISTENER = "default";

    static final ConfigKey<Path> DATA_DIR = key(
            "data_dir",
            ValueType.PATH,
            "data",
            "Directory of everything that survives a restart; created when missing. Relative to the "
                    + "working directory.");
    static final ConfigKey<Long> LOG_FILE_SIZE = key(
            "log_file_size",
            ValueType.size("1MiB", "1GiB"),
            "64MiB",
            "Size of one file of the message log. Larger files cost start-up time and disk space, "
                    + "smaller ones throughput.");
    static final ConfigKey<Integer> LOG_FILES_MAX = key(
            "log_files_max",
            ValueType.integer(3, 1024),
            "4",
            "Files of the message log that may be in use. What queues still need of the oldest is moved to "
                    + "their segment files.");
    static final ConfigKey<Long> SEGMENT_FILE_SIZE = key(
            "segment_file_size",
            ValueType.size("64KiB", "1GiB"),
            "16MiB",
            "Size of one segment file of a queue. Disk space comes back when all messages of a file are gone.");

    static final ConfigFamily<ListenAddress> LISTENERS_TCP = new ConfigFamily<>(
            "listeners.tcp",
            "NAME",
            ValueType.LISTEN_ADDRESS,
            Map.of(DEFAULT_LISTENER, "5672"),
            "Where AMQP clients connect. A port alone listens on every address, IPv4 and IPv6. "
                    + "`listeners.tcp = none` turns "
                    + "plain TCP off.");
    static final ConfigFamily<ListenAddress> LISTENERS_SSL = new ConfigFamily<>(
            "listeners.ssl",
            "NAME",
            ValueType.LISTEN_ADDRESS,
            Map.of(),
            "Where AMQP clients connect with TLS; 5671 is the usual port. Needs `ssl_options.certfile`.");
    static final ConfigKey<Integer> TCP_BACKLOG = key(
            "tcp_listen_options.backlog",
            ValueType.integer(1, 65_535),
            "128",
            "Connections that may wait to be accepted.");
    static final ConfigKey<Boolean> TCP_NODELAY =
            key("tcp_listen_options.nodelay", ValueType.BOOLEAN, "true", "Turns Nagle's algorithm off.");
    static final ConfigKey<Boolean> TCP_KEEPALIVE = key(
            "tcp_listen_options.keepalive",
            ValueType.BOOLEAN,
            "false",
            "Lets the system probe idle connections. Heartbeats usually do that job.");
    static final ConfigKey<Long> TCP_SNDBUF = key(
            "tcp_listen_options.sndbuf",
            ValueType.size("0", "1GiB"),
            "0",
            "Send buffer of a connection's socket; 0 leaves it to the system, which adapts it.");
    static final ConfigKey<Long> TCP_RECBUF = key(
            "tcp_listen_options.recbuf",
            ValueType.size("0", "1GiB"),
            "0",
            "Receive buffer of a connection's socket; 0 leaves it to the system, which adapts it.");
    static final ConfigKey<Integer> TCP_SEND_TIMEOUT = key(
            "tcp_listen_options.send_timeout",
            ValueType.limit(1),
            "30000",
            "Milliseconds after which a client is disconnected that takes nothing of what is sent to it.");
    static final ConfigKey<BrokerConfig.Transport> TRANSPORT = key(
            "transport",
            ValueType.choice(BrokerConfig.Transport.class),
            "auto",
            "How sockets are served. `auto` takes epoll where it is available and NIO elsewhere.");
    static final ConfigKey<Integer> EVENT_LOOPS = key(
            "event_loops",
            ValueType.integer(0, 1_024),
            "0",
            "Threads that serve connections and queues; 0 means one for each processor.");

    static final TlsKeys SSL_OPTIONS = new TlsKeys("ssl_options");
    static final ConfigKey<Integer> SSL_HANDSHAKE_TIMEOUT = key(
            "ssl_handshake_timeout",
            ValueType.limit(1),
            "5000",
            "Milliseconds from accepting a connection to the end of its TLS handshake, before `handshake_timeout`.");
    static final ConfigKey<BrokerConfig.LoginName> SSL_CERT_LOGIN_FROM = key(
            "ssl_cert_login_from",
            ValueType.choice(BrokerConfig.LoginName.class),
            "distinguished_name",
            "What of a client's certificate is the name of its user when it logs in with `EXTERNAL`.");
    static final ConfigKey<BrokerConfig.AlternativeName> SSL_CERT_LOGIN_SAN_TYPE = key(
            "ssl_cert_login_san_type",
            ValueType.choice(BrokerConfig.AlternativeName.class),
            "dns",
            "Kind of the alternative name that is taken.");
    static final ConfigKey<Integer> SSL_CERT_LOGIN_SAN_INDEX = key(
            "ssl_cert_login_san_index",
            ValueType.integer(0, 1_000),
            "0",
            "Which of the alternative names of that kind; 0 is the first.");

    static final ConfigKey<Integer> HANDSHAKE_TIMEOUT = key(
            "handshake_timeout",
            ValueType.limit(1),
            "10000",
            "Milliseconds from accepting a connection to its `connection.open`; slower clients are disconnected.");
    static final ConfigKey<Integer> HEARTBEAT = key(
            "heartbeat",
            ValueType.integer(0, 65_535),
            "60",
            "Seconds offered to clients as heartbeat interval; 0 offers none. A client silent for two intervals is "
                    + "disconnected.");
    static final ConfigKey<Integer> FRAME_MAX = key(
            "frame_max",
            ValueType.integer(4_096, 134_217_728),
            "131072",
            "Largest frame in octets, head and end octet included, that is offered to clients.");
    static final ConfigKey<Integer> INITIAL_FRAME_MAX = key(
            "initial_frame_max",
            ValueType.integer(4_096, 134_217_728),
            "8192",
            "Largest frame in octets before a frame size has been negotiated.");
    static final ConfigKey<Integer> CHANNEL_MAX = new ConfigKey<>(
            "channel_max",
            List.of("max_channels_per_connection"),
            ValueType.integer(0, 65_535),
            "2047",
            "Open channels that a connection may have; 0 means as many as the protocol can count.");
    static final ConfigKey<Integer> MAX_CONNECTIONS = new ConfigKey<>(
            "max_connections",
            List.of("ranch_connection_max"),
            ValueType.limit(0),
            "infinity",
            "Connections that the broker accepts at a time.");
    static final ConfigKey<Integer> CONSUMER_MAX_PER_CHANNEL =
            key("consumer_max_per_channel", ValueType.limit(1), "infinity", "Consumers that a channel may have.");
    static final ConfigKey<Long> CONSUMER_TIMEOUT = key(
            "consumer_timeout",
            ValueType.MILLIS_OR_UNDEFINED,
            "1800000",
            "Time to settle a delivery of a quorum queue; then the consumer is cancelled.");
    static final ConfigKey<Boolean> DEFAULT_PREFETCH_GLOBAL = key(
            "default_consumer_prefetch.global",
            ValueType.BOOLEAN,
            "false",
            "Whether the default prefetch count is for the whole channel (true) or for each consumer (false).");
    static final ConfigKey<Integer> DEFAULT_PREFETCH_COUNT = key(
            "default_consumer_prefetch.count",
            ValueType.integer(0, 65_535),
            "0",
            "Unacknowledged messages a consumer may hold when its client sets no prefetch count; 0 means any number.");
    static final ConfigKey<Long> MAX_MESSAGE_SIZE = key(
            "max_message_size",
            ValueType.size("0", "512MiB"),
            null,
            "Largest message body; a larger one closes its channel before it is read. Not set: 16 MiB, or 128 MiB "
                    + "in virtual hosts that are compatible with RabbitMQ 3.");

    static final ConfigKey<String> DEFAULT_USER =
            key("default_user", ValueType.NAME, "guest", "User created at the first start.");
    static final ConfigKey<String> DEFAULT_PASS =
            key("default_pass", ValueType.TEXT, "guest", "Password of the user created at the first start.");
    static final ConfigKey<String> DEFAULT_VHOST =
            key("default_vhost", ValueType.NAME, "/", "Virtual host created at the first start.");
    static final ConfigFamily<Boolean> DEFAULT_USER_TAGS = new ConfigFamily<>(
            "default_user_tags",
            "TAG",
            ValueType.BOOLEAN,
            Map.of("administrator", "true"),
            "Tags of the user created at the first start.");
    static final ConfigKey<String> DEFAULT_PERMISSIONS_CONFIGURE = key(
            "default_permissions.configure",
            ValueType.TEXT,
            ".*",
            "What the user created at the first start may declare and delete: a regular expression over names.");
    static final ConfigKey<String> DEFAULT_PERMISSIONS_WRITE =
            key("default_permissions.write", ValueType.TEXT, ".*", "The same for publishing and for binding a queue.");
    static final ConfigKey<String> DEFAULT_PERMISSIONS_READ = key(
            "default_permissions.read", ValueType.TEXT, ".*", "The same for consuming and for binding to an exchange.");
    static final ConfigKey<Path> LOAD_DEFINITIONS = key(
            "load_definitions",
            ValueType.PATH,
            null,
            "File of definitions to import at every start. Then a first start creates no user and virtual host.");
    static final ConfigFamily<Boolean> LOOPBACK_USERS = new ConfigFamily<>(
            "loopback_users",
            "NAME",
            ValueType.BOOLEAN,
            Map.of("guest", "true"),
            "Users who may connect from this machine only. `loopback_users = none` lifts the rule for everyone.");
    static final ConfigFamily<String> AUTH_MECHANISMS = new ConfigFamily<>(
            "auth_mechanisms",
            "N",
            ValueType.NAME,
            new TreeMap<>(Map.of("1", "PLAIN", "2", "AMQPLAIN", "3", "ANONYMOUS")),
            "SASL mechanisms offered to clients.");
    static final ConfigKey<String> ANONYMOUS_LOGIN_USER = key(
            "anonymous_login_user",
            ValueType.NAME,
            "guest",
            "Who clients are that log in with `ANONYMOUS`, where that user may connect from; `none` refuses them.");

    static final ConfigKey<Integer> QUEUE_MEMORY_MESSAGES = key(
            "queue_memory_messages",
            ValueType.integer(1, 1 << 30),
            "131072",
            "Messages of one queue that may wait in memory; the others wait on the disk.");
    static final ConfigKey<Long> QUEUE_MEMORY_SIZE =
            key("queue_memory_size", ValueType.size("1", "1TiB"), "64MiB", "The same as octets of message bodies.");
    static final ConfigKey<Double> MEMORY_RELATIVE = key(
            "vm_memory_high_watermark.relative",
            ValueType.RATIO,
            "0.6",
            "Share of the memory available to the broker above which publishers are blocked.");
    static final ConfigKey<Long> MEMORY_ABSOLUTE = key(
            "vm_memory_high_watermark.absolute",
            ValueType.size("1", "1PiB"),
            null,
            "The same as a size. When set, the relative one is not looked at.");
    static final ConfigKey<Long> DISK_FREE_LIMIT = key(
            "disk_free_limit.absolute",
            ValueType.size("0", "1PiB"),
            "50MB",
            "Free space of the data directory's file system below which publishers are blocked.");
    static final ConfigKey<Double> DISK_FREE_RELATIVE = key(
            "disk_free_limit.relative",
            ValueType.FACTOR,
            null,
            "The same as a multiple of the machine's memory. Not looked at when the absolute one is set.");

    static final ConfigKey<BrokerConfig.ConfirmSync> CONFIRM_SYNC = key(
            "confirm.sync",
            ValueType.choice(BrokerConfig.ConfirmSync.class),
            "fsync",
            "When a persistent message is confirmed: `fsync` once it is on the disk, `os` once the "
                    + "operating system has it. "
                    + "With `os` a crash of the broker loses nothing that was confirmed, a crash of the machine may.");
    static final ConfigKey<BrokerConfig.QueueRedeclare> QUEUE_REDECLARE = key(
            "queue.redeclare",
            ValueType.choice(BrokerConfig.QueueRedeclare.class),
            "strict",
            "What happens when a queue is declared again with another durable flag: `strict` refuses "
                    + "with 406, `relaxed` "
                    + "accepts and logs it.");
    static final ConfigKey<BrokerConfig.QueueType> DEFAULT_QUEUE_TYPE = key(
            "default_queue_type",
            ValueType.choice(BrokerConfig.QueueType.class),
            "classic",
            "Type of durable queues, neither exclusive nor auto-delete, that are declared without one, where their "
                    + "virtual host has no default of its own.");
    static final ConfigKey<String> CLUSTER_NAME = key(
            "cluster_name",
            ValueType.TEXT,
            null,
            "Name shown to clients and in metrics. When not set, the node's name and what was set at run time apply.");
    static final ConfigKey<String> NODE_NAME = key(
            "node_name",
            ValueType.NAME,
            null,
            "Name of this broker in metrics, logs and the API. When not set, `rabbit@` and the host's name.");
    static final ConfigKey<String> PRODUCT_NAME = key(
            "product.name",
            ValueType.NAME,
            "RabbitMQ",
            "Product that `connection.start` tells clients. Clients choose protocol details by it: "
                    + "change it only when none "
                    + "of yours does.");
    static final ConfigKey<String> PRODUCT_VERSION = key(
            "product.version",
            ValueType.NAME,
            null,
            "Version that `connection.start` tells clients. Not set: 4.3.6, or 3.10.8 with "
                    + "`compatibility.rabbitmq = 3`.");
    static final ConfigKey<Integer> COMPATIBILITY = key(
            "compatibility.rabbitmq",
            ValueType.integer(3, 4),
            "4",
            "Major version of RabbitMQ to behave like where they differ. A virtual host with the tag `rabbitmq-3` or "
                    + "`rabbitmq-4` chooses for itself.");

    static final ConfigKey<Integer> PROMETHEUS_PORT = key(
            "prometheus.tcp.port", ValueType.integer(0, ListenAddress.PORT_MAX), "15692", "Port of the metrics page.");
    static final ConfigKey<String> PROMETHEUS_IP =
            key("prometheus.tcp.ip", ValueType.TEXT, null, "Address of the metrics page; every address when not set.");
    static final ConfigKey<String> PROMETHEUS_PATH =
            key("prometheus.path", ValueType.NAME, "/metrics", "Path of the metrics page.");
    static final ConfigKey<Integer> PROMETHEUS_SSL_PORT = key(
            "prometheus.ssl.port",
            ValueType.integer(0, ListenAddress.PORT_MAX),
            null,
            "Port of the metrics page over TLS, for instance 15691. When it is set and `prometheus.tcp.port` is not, "
                    + "the page is not served without TLS.");
    static final ConfigKey<String> PROMETHEUS_SSL_IP = key(
            "prometheus.ssl.ip",
            ValueType.TEXT,
            null,
            "Address of the metrics page over TLS; every address when not set.");
    static final TlsKeys PROMETHEUS_SSL = new TlsKeys("prometheus.ssl");

    static final ConfigKey<LogLevel> LOG_LEVEL = new ConfigKey<>(
            "log.level",
            List.of("log.default.level"),
            ValueType.LOG_LEVEL,
            "info",
            "Least severe level that is logged anywhere. The syslog levels notice, critical, alert and emergency are "
                    + "accepted too.");
    static final ConfigKey<Boolean> LOG_CONSOLE =
            key("log.console", ValueType.BOOLEAN, "true", "Whether to log to standard output.");
    static final ConfigKey<LogLevel> LOG_CONSOLE_LEVEL =
            key("log.console.level", ValueType.LOG_LEVEL, "debug", "Least severe level on standard output.");
    static final ConfigKey<String> LOG_FILE =
            key("log.file", ValueType.PATH_OR_FALSE, "false", "File to append the log to, relative to `log.dir`.");
    static final ConfigKey<LogLevel> LOG_FILE_LEVEL =
            key("log.file.level", ValueType.LOG_LEVEL, "debug", "Least severe level in the file.");
    static final ConfigKey<Path> LOG_DIR =
            key("log.dir", ValueType.PATH, ".", "Directory of the log file. Relative to the working directory.");

    private static final List<Section> SECTIONS = List.of(
            new Section("Files", List.of(DATA_DIR, LOG_FILE_SIZE, LOG_FILES_MAX, SEGMENT_FILE_SIZE)),
            new Section(
                    "Listeners",
                    List.of(
                            LISTENERS_TCP,
                            LISTENERS_SSL,
                            TCP_BACKLOG,
                            TCP_NODELAY,
                            TCP_KEEPALIVE,
                            TCP_SNDBUF,
                            TCP_RECBUF,
                            TCP_SEND_TIMEOUT,
                            TRANSPORT,
                            EVENT_LOOPS)),
            new Section(
                    "TLS",
                    joined(
                            SSL_OPTIONS.entries(),
                            List.of(
                                    SSL_HANDSHAKE_TIMEOUT,
                                    SSL_CERT_LOGIN_FROM,
                                    SSL_CERT_LOGIN_SAN_TYPE,
                                    SSL_CERT_LOGIN_SAN_INDEX))),
            new Section(
                    "Connections and channels",
                    List.of(
                            HANDSHAKE_TIMEOUT,
                            HEARTBEAT,
                            FRAME_MAX,
                            INITIAL_FRAME_MAX,
                            CHANNEL_MAX,
                            MAX_CONNECTIONS,
                            CONSUMER_MAX_PER_CHANNEL,
                            CONSUMER_TIMEOUT,
                            DEFAULT_PREFETCH_GLOBAL,
                            DEFAULT_PREFETCH_COUNT,
                            MAX_MESSAGE_SIZE)),
            new Section(
                    "Users",
                    List.of(
                            DEFAULT_USER,
                            DEFAULT_PASS,
                            DEFAULT_VHOST,
                            DEFAULT_USER_TAGS,
                            DEFAULT_PERMISSIONS_CONFIGURE,
                            DEFAULT_PERMISSIONS_WRITE,
                            DEFAULT_PERMISSIONS_READ,
                            LOAD_DEFINITIONS,
                            LOOPBACK_USERS,
                            AUTH_MECHANISMS,
                            ANONYMOUS_LOGIN_USER)),
            new Section(
                    "Resources",
                    List.of(
                            QUEUE_MEMORY_MESSAGES,
                            QUEUE_MEMORY_SIZE,
                            MEMORY_RELATIVE,
                            MEMORY_ABSOLUTE,
                            DISK_FREE_LIMIT,
                            DISK_FREE_RELATIVE)),
            new Section(
                    "Behaviour",
                    List.of(
                            CONFIRM_SYNC,
                            QUEUE_REDECLARE,
                            DEFAULT_QUEUE_TYPE,
                            CLUSTER_NAME,
                            NODE_NAME,
                            PRODUCT_NAME,
                            PRODUCT_VERSION,
                            COMPATIBILITY)),
            new Section(
                    "Metrics",
                    joined(
                            List.of(
                                    PROMETHEUS_PORT,
                                    PROMETHEUS_IP,
                                    PROMETHEUS_PATH,
                                    PROMETHEUS_SSL_PORT,
                                    PROMETHEUS_SSL_IP),
                            PROMETHEUS_SSL.entries())),
            new Section(
                    "Logging", List.of(LOG_LEVEL, LOG_CONSOLE, LOG_CONSOLE_LEVEL, LOG_FILE, LOG_FILE_LEVEL, LOG_DIR)));

    private static final Map<String, ConfigEntry> BY_NAME = byName();

    private ConfigKeys() {}

    /** Every key under its heading, in the order of the reference. */
    static List<Section> sections() {
        return SECTIONS;
    }

    /** Key names, aliases and prefixes of families, to the entry each stands for; sorted. */
    static Map<String, ConfigEntry> byNameOrPrefix() {
        return BY_NAME;
    }

    /** The entry that a name belongs to, a family for each of its members; null when there is none. */
    static ConfigEntry find(String name) {
        ConfigEntry exact = BY_NAME.get(name);
        if (exact != null) {
            return exact;
        }
        for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
            if (dot + 1 < name.length() && BY_NAME.get(name.substring(0, dot)) instanceof ConfigFamily<?> family) {
                return family;
            }
        }
        return null;
    }

    private static List<ConfigEntry> joined(List<? extends ConfigEntry> first, List<? extends ConfigEntry> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static <T> ConfigKey<T> key(String name, ValueType<T> type, String defaultValue, String doc) {
        return new ConfigKey<>(name, List.of(), type, defaultValue, doc);
    }

    private static Map<String, ConfigEntry> byName() {
        Map<String, ConfigEntry> all = new TreeMap<>();
        for (Section section : SECTIONS) {
            for (ConfigEntry entry : section.entries()) {
                if (entry instanceof ConfigKey<?> key) {
                    all.put(key.name(), key);
                    key.aliases().forEach(alias -> all.put(alias, key));
                } else if (entry instanceof ConfigFamily<?> family) {
                    all.put(family.prefix(), family);
                }
            }
        }
        return Collections.unmodifiableMap(all);
    }
}
