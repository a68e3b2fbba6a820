package io.millrace.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the operator wants. Immutable; made by {@link ConfigLoader}. An accessor reads the text of its key, which was
 * checked when it was set: call them while building things, not for every message.
 */
public final class BrokerConfig {
    /** When a persistent message is confirmed. */
    public enum ConfirmSync {
        /** Once it is on the disk. */
        FSYNC,
        /** Once the operating system has it. */
        OS
    }

    /** What happens when a queue is declared again with another durable flag. */
    public enum QueueRedeclare {
        /** The declare is refused with 406. */
        STRICT,
        /** The declare is accepted and logged. */
        RELAXED
    }

    /** What a queue that is declared without a type is. */
    public enum QueueType {
        CLASSIC,
        QUORUM,
        STREAM
    }

    /** What of a certificate is a user's name. */
    public enum LoginName {
        DISTINGUISHED_NAME,
        COMMON_NAME,
        SUBJECT_ALTERNATIVE_NAME,
        /** The same. */
        SUBJECT_ALT_NAME
    }

    /** Kinds of alternative names in a certificate. */
    public enum AlternativeName {
        DNS,
        IP,
        EMAIL,
        URI,
        OTHER_NAME
    }

    /** How sockets are served. */
    public enum Transport {
        AUTO,
        EPOLL,
        NIO,
        IO_URING
    }

    private final Map<String, String> texts;
    private final Map<String, Map<String, String>> families;
    private final List<String> warnings;

    /**
     * Takes what was set; both maps may lack whatever has its default.
     *
     * @param texts key name to checked text
     * @param families family prefix to member to checked text
     * @param warnings what the operator should read in the log
     */
    BrokerConfig(Map<String, String> texts, Map<String, Map<String, String>> families, List<String> warnings) {
        this.texts = Map.copyOf(texts);
        Map<String, Map<String, String>> copy = new TreeMap<>();
        families.forEach((prefix, members) -> copy.put(prefix, new TreeMap<>(members)));
        this.families = copy;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Only these settings over the defaults, without any file or environment: for tests and for embedding.
     *
     * @throws ConfigException a key is unknown or a value is not what its key expects
     */
    public static BrokerConfig of(Map<String, String> settings) {
        ConfigAssembler assembler = new ConfigAssembler();
        settings.forEach((key, text) -> assembler.set(key, text, "setting"));
        return assembler.build();
    }

    /** Settings that have no effect, and other things the operator should read in the log; one line each. */
    public List<String> warnings() {
        return warnings;
    }

    public Path dataDir() {
        return get(ConfigKeys.DATA_DIR);
    }

    /** Octets of one file of the message log. */
    public long logFileSize() {
        return get(ConfigKeys.LOG_FILE_SIZE);
    }

    /** How many of these files may be in use. */
    public int logFilesMax() {
        return get(ConfigKeys.LOG_FILES_MAX);
    }

    /** Octets of one segment file of a queue. */
    public long segmentFileSize() {
        return get(ConfigKeys.SEGMENT_FILE_SIZE);
    }

    /** Messages of one queue that may wait in memory. */
    public int queueMemoryMessages() {
        return get(ConfigKeys.QUEUE_MEMORY_MESSAGES);
    }

    /** Octets of their bodies. */
    public long queueMemorySize() {
        return get(ConfigKeys.QUEUE_MEMORY_SIZE);
    }

    /** Where to listen for plain AMQP, in the order of the names in the configuration; empty for nowhere. */
    public List<ListenAddress> listeners() {
        return List.copyOf(members(ConfigKeys.LISTENERS_TCP).values());
    }

    /** Where to listen for AMQP over TLS, likewise. */
    public List<ListenAddress> tlsListeners() {
        return List.copyOf(members(ConfigKeys.LISTENERS_SSL).values());
    }

    /** What the listeners for AMQP over TLS speak. */
    public TlsConfig tls() {
        return new TlsConfig(this, ConfigKeys.SSL_OPTIONS);
    }

    public int tlsHandshakeTimeoutMillis() {
        return get(ConfigKeys.SSL_HANDSHAKE_TIMEOUT);
    }

    public LoginName certificateLoginName() {
        return get(ConfigKeys.SSL_CERT_LOGIN_FROM);
    }

    public AlternativeName certificateAlternativeName() {
        return get(ConfigKeys.SSL_CERT_LOGIN_SAN_TYPE);
    }

    /** Which of the alternative names of that kind, from 0. */
    public int certificateAlternativeNameIndex() {
        return get(ConfigKeys.SSL_CERT_LOGIN_SAN_INDEX);
    }

    public int tcpBacklog() {
        return get(ConfigKeys.TCP_BACKLOG);
    }

    public boolean tcpNoDelay() {
        return get(ConfigKeys.TCP_NODELAY);
    }

    public boolean tcpKeepAlive() {
        return get(ConfigKeys.TCP_KEEPALIVE);
    }

    /** Octets; 0 leaves it to the system. */
    public int tcpSendBuffer() {
        return Math.toIntExact(get(ConfigKeys.TCP_SNDBUF));
    }

    /** Octets; 0 leaves it to the system. */
    public int tcpReceiveBuffer() {
        return Math.toIntExact(get(ConfigKeys.TCP_RECBUF));
    }

    public Transport transport() {
        return get(ConfigKeys.TRANSPORT);
    }

    /** Threads for connections and queues; 0 means one for each processor. */
    public int eventLoops() {
        return get(ConfigKeys.EVENT_LOOPS);
    }

    public int handshakeTimeoutMillis() {
        return get(ConfigKeys.HANDSHAKE_TIMEOUT);
    }

    /** How long a client may take nothing of what is sent to it. */
    public int sendTimeoutMillis() {
        return get(ConfigKeys.TCP_SEND_TIMEOUT);
    }

    /** Seconds; 0 means no heartbeats are offered. */
    public int heartbeatSeconds() {
        return get(ConfigKeys.HEARTBEAT);
    }

    /** Octets. */
    public int frameMax() {
        return get(ConfigKeys.FRAME_MAX);
    }

    /** Octets, never above {@link #frameMax()}. */
    public int initialFrameMax() {
        return Math.min(get(ConfigKeys.INITIAL_FRAME_MAX), frameMax());
    }

    /** 0 means as many as the protocol can count. */
    public int channelMax() {
        return get(ConfigKeys.CHANNEL_MAX);
    }

    /** {@link Integer#MAX_VALUE} when there is no limit. */
    public int maxConnections() {
        return get(ConfigKeys.MAX_CONNECTIONS);
    }

    /** {@link Integer#MAX_VALUE} when there is no limit. */
    public int consumerMaxPerChannel() {
        return get(ConfigKeys.CONSUMER_MAX_PER_CHANNEL);
    }

    /** How long a delivery of a quorum queue may take to be settled; 0 for ever. */
    public long consumerTimeoutMillis() {
        return get(ConfigKeys.CONSUMER_TIMEOUT);
    }

    /** Whether the default prefetch count is for the channel and not for each consumer. */
    public boolean defaultPrefetchGlobal() {
        return get(ConfigKeys.DEFAULT_PREFETCH_GLOBAL);
    }

    /** Messages; 0 means any number. */
    public int defaultPrefetchCount() {
        return get(ConfigKeys.DEFAULT_PREFETCH_COUNT);
    }

    /** Octets of a body; empty where it depends on what a virtual host is compatible with. */
    public OptionalLong maxMessageSize() {
        Long octets = get(ConfigKeys.MAX_MESSAGE_SIZE);
        return octets == null ? OptionalLong.empty() : OptionalLong.of(octets);
    }

    public String defaultUser() {
        return get(ConfigKeys.DEFAULT_USER);
    }

    public String defaultPassword() {
        return get(ConfigKeys.DEFAULT_PASS);
    }

    public String defaultVhost() {
        return get(ConfigKeys.DEFAULT_VHOST);
    }

    public Set<String> defaultUserTags() {
        return enabled(ConfigKeys.DEFAULT_USER_TAGS);
    }

    /** Regular expression over names. */
    public String defaultPermissionConfigure() {
        return get(ConfigKeys.DEFAULT_PERMISSIONS_CONFIGURE);
    }

    /** Regular expression over names. */
    public String defaultPermissionWrite() {
        return get(ConfigKeys.DEFAULT_PERMISSIONS_WRITE);
    }

    /** Regular expression over names. */
    public String defaultPermissionRead() {
        return get(ConfigKeys.DEFAULT_PERMISSIONS_READ);
    }

    /** File of definitions to import at start. */
    public Optional<Path> loadDefinitions() {
        return Optional.ofNullable(get(ConfigKeys.LOAD_DEFINITIONS));
    }

    /** Users who may connect from this machine only. */
    public Set<String> loopbackUsers() {
        return enabled(ConfigKeys.LOOPBACK_USERS);
    }

    /** Who clients are that log in with ANONYMOUS; empty when none may. */
    public Optional<String> anonymousLoginUser() {
        return Optional.of(get(ConfigKeys.ANONYMOUS_LOGIN_USER)).filter(name -> !name.equals("none"));
    }

    public List<String> authMechanisms() {
        return List.copyOf(members(ConfigKeys.AUTH_MECHANISMS).values());
    }

    /** Share of the available memory, 0 to 1; counts only when there is no {@link #memoryHighWatermark()}. */
    public double memoryHighWatermarkRelative() {
        return get(ConfigKeys.MEMORY_RELATIVE);
    }

    /** Octets, when given as a size. */
    public OptionalLong memoryHighWatermark() {
        Long octets = get(ConfigKeys.MEMORY_ABSOLUTE);
        return octets == null ? OptionalLong.empty() : OptionalLong.of(octets);
    }

    /** Octets of free disk space below which publishers are blocked. */
    public long diskFreeLimit() {
        return get(ConfigKeys.DISK_FREE_LIMIT);
    }

    /** The same as a multiple of the machine's memory; counts instead when there is one. */
    public OptionalDouble diskFreeLimitRelative() {
        Double factor = get(ConfigKeys.DISK_FREE_RELATIVE);
        return factor == null || texts.containsKey(ConfigKeys.DISK_FREE_LIMIT.name())
                ? OptionalDouble.empty()
                : OptionalDouble.of(factor);
    }

    public ConfirmSync confirmSync() {
        return get(ConfigKeys.CONFIRM_SYNC);
    }

    public QueueRedeclare queueRedeclare() {
        return get(ConfigKeys.QUEUE_REDECLARE);
    }

    /** As {@code x-queue-type} names it. */
    public String defaultQueueType() {
        return get(ConfigKeys.DEFAULT_QUEUE_TYPE).name().toLowerCase(Locale.ROOT);
    }

    public Optional<String> clusterName() {
        return Optional.ofNullable(get(ConfigKeys.CLUSTER_NAME));
    }

    public Optional<String> nodeName() {
        return Optional.ofNullable(get(ConfigKeys.NODE_NAME));
    }

    /** What {@code connection.start} calls the product. */
    public String productName() {
        return get(ConfigKeys.PRODUCT_NAME);
    }

    /** What {@code connection.start} calls the version. */
    public String productVersion() {
        String version = get(ConfigKeys.PRODUCT_VERSION);
        return version != null ? version : compatibleRabbitMq() == 3 ? "3.10.8" : "4.3.6";
    }

    /** The major version of RabbitMQ to behave like, 3 or 4. */
    public int compatibleRabbitMq() {
        return get(ConfigKeys.COMPATIBILITY);
    }

    /** Empty when the page is served over TLS only. */
    public Optional<ListenAddress> prometheusListener() {
        return prometheusTlsListener().isPresent() && !texts.containsKey(ConfigKeys.PROMETHEUS_PORT.name())
                ? Optional.empty()
                : Optional.of(address(ConfigKeys.PROMETHEUS_IP, get(ConfigKeys.PROMETHEUS_PORT)));
    }

    public Optional<ListenAddress> prometheusTlsListener() {
        return Optional.ofNullable(get(ConfigKeys.PROMETHEUS_SSL_PORT))
                .map(port -> address(ConfigKeys.PROMETHEUS_SSL_IP, port));
    }

    /** What the metrics page over TLS speaks. */
    public TlsConfig prometheusTls() {
        return new TlsConfig(this, ConfigKeys.PROMETHEUS_SSL);
    }

    private ListenAddress address(ConfigKey<String> ipKey, int port) {
        String ip = get(ipKey);
        return new ListenAddress(ip == null ? "" : ip, port);
    }

    public String prometheusPath() {
        return get(ConfigKeys.PROMETHEUS_PATH);
    }

    /** Least severe level that is logged anywhere. */
    public LogLevel logLevel() {
        return get(ConfigKeys.LOG_LEVEL);
    }

    public boolean logConsole() {
        return get(ConfigKeys.LOG_CONSOLE);
    }

    public LogLevel logConsoleLevel() {
        return get(ConfigKeys.LOG_CONSOLE_LEVEL);
    }

    public Optional<Path> logFile() {
        String file = get(ConfigKeys.LOG_FILE);
        return file.equals("false")
                ? Optional.empty()
                : Optional.of(get(ConfigKeys.LOG_DIR).resolve(file));
    }

    public LogLevel logFileLevel() {
        return get(ConfigKeys.LOG_FILE_LEVEL);
    }

    /** The value, or the default, which is null for a key that has none. */
    <T> T get(ConfigKey<T> key) {
        String text = texts.getOrDefault(key.name(), key.defaultValue());
        return text == null ? null : key.type().parse(text);
    }

    /** In the order of the members' names, numbers by their value. */
    <T> Map<String, T> members(ConfigFamily<T> family) {
        Map<String, T> members = new TreeMap<>(ConfigAssembler.MEMBER_ORDER);
        families.getOrDefault(family.prefix(), family.defaults())
                .forEach((member, text) -> members.put(member, family.type().parse(text)));
        return members;
    }

    private Set<String> enabled(ConfigFamily<Boolean> family) {
        return members(family).entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
