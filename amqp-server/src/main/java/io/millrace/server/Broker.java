package io.millrace.server;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ContentBlocks;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.DefinitionStore;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.H2DefinitionStore;
import io.millrace.definitions.Permission;
import io.millrace.definitions.UserDefinition;
import io.millrace.definitions.VhostDefinition;
import io.millrace.log.LogConfig;
import io.millrace.log.MessageLog;
import io.millrace.log.SyncMode;
import io.millrace.log.files.DiskFiles;
import io.millrace.log.stream.StreamLogs;
import io.millrace.log.stream.StreamThreads;
import io.millrace.server.alarm.Alarms;
import io.millrace.server.alarm.DiskAlarm;
import io.millrace.server.alarm.MemoryAlarm;
import io.millrace.server.config.BrokerConfig;
import io.millrace.server.config.ListenAddress;
import io.millrace.server.connection.Admission;
import io.millrace.server.connection.ConnectionContext;
import io.millrace.server.connection.ConnectionSettings;
import io.millrace.server.connection.Connections;
import io.millrace.server.connection.ServerIdentity;
import io.millrace.server.control.RunningBroker;
import io.millrace.server.logging.Logging;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.metrics.BrokerIdentity;
import io.millrace.server.metrics.MetricsServer;
import io.millrace.server.metrics.ProcessFigures;
import io.millrace.server.metrics.PrometheusText;
import io.millrace.server.net.EventLoops;
import io.millrace.server.net.Listeners;
import io.millrace.server.net.SocketOptions;
import io.millrace.server.net.Transport;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.security.AccessControl;
import io.millrace.server.security.HashingAlgorithm;
import io.millrace.server.security.PasswordHash;
import io.millrace.server.security.SaslMechanisms;
import io.millrace.server.security.User;
import io.millrace.server.security.Users;
import io.millrace.server.store.DurableNotifier;
import io.millrace.server.store.QueueRecovery;
import io.millrace.server.store.SegmentMessageStore;
import io.millrace.server.tls.CertificateLogin;
import io.millrace.server.tls.TlsServer;
import io.millrace.server.transfer.DefinitionsFormatException;
import io.millrace.server.transfer.DefinitionsReader;
import io.millrace.server.vhost.Administration;
import io.millrace.server.vhost.Compatibility;
import io.millrace.server.vhost.ControlPlane;
import io.millrace.server.vhost.Outcome;
import io.millrace.server.vhost.QueueDefaults;
import io.millrace.server.vhost.Reply;
import io.millrace.server.vhost.VirtualHost;
import io.millrace.server.vhost.VirtualHosts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker: makes everything, in the order in which it depends on each other, and ends it in the opposite one. */
public final class Broker {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private static final String SHUTDOWN_REASON = "broker forced connection closure with reason 'shutdown'";
    /** How long clients may take to answer connection.close when the broker ends. */
    private static final long CLOSE_SECONDS_MAX = 5;

    private static final int EXIT_DISK_FAILED = 3;
    /** Octets that messages leave on the disk, so that definitions can still be changed and a log line be written. */
    private static final long DISK_HEADROOM = 16 << 20;

    /** The part of the heap that the blocks of small bodies may take. */
    private static final int BLOCKS_SHARE = 16;

    private static final String PRODUCT_NAME = "Millrace";
    /** Under this name the store keeps what identifies this broker whatever it is called. */
    private static final String PERMANENT_ID = "cluster.permanent_id";

    private final BrokerConfig config;
    private final AtomicReference<ConnectionSettings> connectionSettings;
    private final Connections connections = new Connections();
    private final BrokerCounters counters = new BrokerCounters();

    private DefinitionStore store;
    private ControlPlane control;
    private VirtualHosts virtualHosts;
    private Users users;
    private Administration administration;
    private EventLoops loops;
    private MessageLog log;
    private StreamLogs streams;
    private Listeners listeners;
    private Alarms alarms;
    private TlsServers tls;
    private final List<RunningBroker.Listener> bound = new ArrayList<>();
    private final List<MetricsServer> metrics = new ArrayList<>();

    public Broker(BrokerConfig config) {
        this.config = config;
        this.connectionSettings = new AtomicReference<>(connectionSettings());
    }

    /**
     * Starts everything; returns when clients can connect.
     *
     * @throws IOException when the data directory or an address cannot be used
     */
    public void start() throws IOException {
        tls = new TlsServers(config);
        Path data = Files.createDirectories(config.dataDir());
        // Netty and the database take a few tenths of a second each to load: side by side.
        CompletableFuture<EventLoops> startingLoops = CompletableFuture.supplyAsync(this::newEventLoops);
        store = H2DefinitionStore.open(data.resolve("definitions"));
        Definitions definitions = withDefaults(store.load());

        alarms = alarms(data);
        control = new ControlPlane(store, Broker::diskFailed);
        users = users(definitions);
        AccessControl access = new AccessControl(definitions);
        SegmentMessageStore messageStore = new SegmentMessageStore();
        streams = openStreams(data);
        virtualHosts = new VirtualHosts(
                control,
                new QueueMemory(alarms.memory(), messageStore, config.queueMemoryMessages(), config.queueMemorySize()),
                streams,
                new QueueDefaults(
                        config.queueRedeclare() == BrokerConfig.QueueRedeclare.RELAXED, config.defaultQueueType()),
                Compatibility.withRabbitMq(config.compatibleRabbitMq()),
                counters.forThread());
        loops = startingLoops.join();
        Map<Integer, Queue> queues = virtualHosts.load(definitions, loops::nextHome);
        streams.deleteOthers();
        openLog(data, queues, messageStore);
        control.start();

        administration = new Administration(control, virtualHosts, users, access, connections);
        administration.load(definitions);
        if (config.loadDefinitions().isPresent()) {
            loadDefinitions(config.loadDefinitions().get());
        }
        ConnectionContext context = new ConnectionContext(
                connectionSettings,
                identity(),
                SaslMechanisms.offering(
                        users, config.authMechanisms(), config.anonymousLoginUser(), certificateLogin()),
                new Admission(virtualHosts, users, access, config.maxConnections()),
                alarms,
                connections);
        listen(context);
        serveMetrics(new BrokerFigures(virtualHosts, connections, alarms));
        LOG.info("Server startup complete; data directory {}", data.toAbsolutePath());
    }

    /** What the command line has to do with. */
    RunningBroker running() {
        return new RunningBroker(
                administration, connections, alarms, connectionSettings, List.copyOf(bound), tls::look);
    }

    /** @throws IOException the file cannot be read, or is none of definitions; nothing of it is taken over then */
    private void loadDefinitions(Path file) throws IOException {
        CompletableFuture<Outcome> imported = new CompletableFuture<>();
        try {
            administration.importAll(
                    DefinitionsReader.read(
                            Files.readAllBytes(file), administration::findVhost, administration::findUser),
                    new Reply<>() {
                        @Override
                        public void succeeded(Outcome result) {
                            imported.complete(result);
                        }

                        @Override
                        public void failed(AmqpException error) {
                            imported.completeExceptionally(error);
                        }
                    });
            Outcome unused = imported.join();
        } catch (DefinitionsFormatException | CompletionException e) {
            throw new IOException("cannot load " + file + ": " + e.getMessage(), e);
        }
        LOG.info("Loaded the definitions of {}", file);
    }

    private void openLog(Path data, Map<Integer, Queue> queues, SegmentMessageStore messageStore) throws IOException {
        QueueRecovery recovery = new QueueRecovery(queues);
        LogConfig logConfig = LogConfig.defaults()
                .withFileSize(config.logFileSize())
                .withWalFilesMax(config.logFilesMax())
                .withSegmentSize(config.segmentFileSize())
                .withSync(syncMode());
        log = MessageLog.open(
                DiskFiles.in(data.resolve("messages")).leaving(DISK_HEADROOM),
                logConfig,
                recovery,
                new DurableNotifier(loops.homes(), Broker::diskFailed, alarms.disk()::storeIsFull));
        loops.openJournals(log);
        messageStore.open(log.segments());
        allQueues().forEach(queue -> queue.home().execute(queue::started));
        if (recovery.messages() > 0) {
            LOG.info(
                    "Recovered {} messages in {} queues",
                    recovery.messages(),
                    Set.copyOf(queues.values()).size());
        }
    }

    private StreamLogs openStreams(Path data) throws IOException {
        return StreamLogs.open(
                DiskFiles.in(data.resolve("streams")),
                StreamThreads.start(),
                syncMode(),
                System::currentTimeMillis,
                new SecureRandom(),
                Broker::diskFailed);
    }

    private SyncMode syncMode() {
        return config.confirmSync() == BrokerConfig.ConfirmSync.OS ? SyncMode.OS : SyncMode.FSYNC;
    }

    /** A directory that has no virtual host yet gets the default one and the default user. */
    private Definitions withDefaults(Definitions stored) {
        if (store.property(PERMANENT_ID) == null) {
            store.property(PERMANENT_ID, "rabbitmq-cluster-id-" + UUID.randomUUID());
        }
        if (!stored.vhosts().isEmpty()) {
            return stored;
        }
        if (config.loadDefinitions().isPresent()) {
            // They say which users and virtual hosts there are.
            return stored;
        }
        PasswordHash hash = PasswordHash.ofPassword(
                config.defaultPassword().getBytes(StandardCharsets.UTF_8), HashingAlgorithm.SHA256, new SecureRandom());
        store.apply(List.of(
                new DefinitionChange.PutVhost(new VhostDefinition(config.defaultVhost())),
                new DefinitionChange.PutUser(new UserDefinition(
                        config.defaultUser(),
                        hash.base64(),
                        hash.algorithm().definitionName(),
                        String.join(",", config.defaultUserTags()))),
                new DefinitionChange.PutPermission(new Permission(
                        config.defaultUser(),
                        config.defaultVhost(),
                        config.defaultPermissionConfigure(),
                        config.defaultPermissionWrite(),
                        config.defaultPermissionRead()))));
        return store.load();
    }

    private Users users(Definitions definitions) {
        List<User> users = definitions.users().stream().map(User::ofDefinition).collect(Collectors.toList());
        return new Users(users, config.loopbackUsers());
    }

    private Alarms alarms(Path data) throws IOException {
        FileStore disk = Files.getFileStore(data);
        MemoryAlarm memory = new MemoryAlarm(memoryLimit(), on -> connections.alarmsChanged());
        DiskAlarm space = new DiskAlarm(disk::getUsableSpace, diskFreeLimit(), connections::alarmsChanged);
        space.start();
        return new Alarms(memory, space, connections::alarmsChanged);
    }

    private long diskFreeLimit() {
        OptionalDouble relative = config.diskFreeLimitRelative();
        return relative.isPresent()
                ? (long) (relative.getAsDouble() * ProcessFigures.machineMemoryBytes())
                : config.diskFreeLimit();
    }

    private long memoryLimit() {
        long heap = Runtime.getRuntime().maxMemory();
        return config.memoryHighWatermark().orElse((long) (heap * config.memoryHighWatermarkRelative()));
    }

    private Transport transport() {
        return switch (config.transport()) {
            case AUTO -> Transport.best();
            case EPOLL -> Transport.EPOLL;
            case NIO -> Transport.NIO;
            case IO_URING -> Transport.IO_URING;
        };
    }

    private EventLoops newEventLoops() {
        ContentBlocks blocks = new ContentBlocks(Runtime.getRuntime().maxMemory() / BLOCKS_SHARE);
        return new EventLoops(transport(), eventLoops(), counters::forThread, blocks);
    }

    private int eventLoops() {
        return config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
    }

    private ConnectionSettings connectionSettings() {
        return new ConnectionSettings(
                config.heartbeatSeconds(),
                config.frameMax(),
                config.initialFrameMax(),
                config.channelMax(),
                config.handshakeTimeoutMillis(),
                config.sendTimeoutMillis(),
                config.maxMessageSize(),
                config.consumerMaxPerChannel(),
                config.defaultPrefetchCount(),
                config.defaultPrefetchGlobal(),
                config.consumerTimeoutMillis());
    }

    private ServerIdentity identity() {
        String platform = PRODUCT_NAME + " " + productVersion() + " on Java "
                + Runtime.version().feature();
        return new ServerIdentity(config.productName(), config.productVersion(), platform, clusterName());
    }

    private void listen(ConnectionContext context) throws IOException {
        SocketOptions options = new SocketOptions(
                config.tcpBacklog(),
                config.tcpNoDelay(),
                config.tcpKeepAlive(),
                config.tcpSendBuffer(),
                config.tcpReceiveBuffer());
        listeners = new Listeners(loops, context, options);
        for (ListenAddress address : config.listeners()) {
            InetSocketAddress at = listeners.listen(socketAddress(address), Optional.empty());
            bound.add(new RunningBroker.Listener(at, false));
            LOG.info("Listening for AMQP on {}", at);
        }
        for (ListenAddress address : config.tlsListeners()) {
            InetSocketAddress at = listeners.listen(socketAddress(address), tls.amqp());
            bound.add(new RunningBroker.Listener(at, true));
            LOG.info("started TLS (SSL) listener on {}:{}", at.getAddress().getHostAddress(), at.getPort());
        }
    }

    private CertificateLogin certificateLogin() {
        return new CertificateLogin(
                config.certificateLoginName(),
                config.certificateAlternativeName(),
                config.certificateAlternativeNameIndex());
    }

    private void serveMetrics(BrokerFigures figures) throws IOException {
        BrokerIdentity identity = new BrokerIdentity(
                nodeName(),
                clusterName(),
                store.property(PERMANENT_ID),
                config.productVersion(),
                PRODUCT_NAME,
                productVersion());
        Supplier<PrometheusText> text = () -> new PrometheusText(counters, figures, identity);
        if (config.prometheusListener().isPresent()) {
            serveMetrics(config.prometheusListener().get(), text, Optional.empty());
        }
        if (config.prometheusTlsListener().isPresent()) {
            serveMetrics(config.prometheusTlsListener().get(), text, tls.metrics());
        }
    }

    private void serveMetrics(ListenAddress address, Supplier<PrometheusText> text, Optional<TlsServer> server)
            throws IOException {
        MetricsServer serving = MetricsServer.start(socketAddress(address), config.prometheusPath(), text, server);
        metrics.add(serving);
        LOG.info("Serving metrics on {}{}", serving.address(), server.isPresent() ? " with TLS" : "");
    }

    /** As RabbitMQ names its nodes. */
    private String nodeName() {
        return nodeName(config);
    }

    static String nodeName(BrokerConfig config) {
        return config.nodeName().orElseGet(() -> "rabbit@" + hostName());
    }

    private String clusterName() {
        return config.clusterName().orElseGet(this::nodeName);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String productVersion() {
        String version = Broker.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static InetSocketAddress socketAddress(ListenAddress address) {
        return address.host().isEmpty()
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(address.host(), address.port());
    }

    /**
     * Ends the broker: clients are told, everything is written, the files are closed. Does nothing when it never
     * started.
     */
    public void stop() throws IOException, InterruptedException {
        if (listeners != null) {
            listeners.close();
            connections.closeAll(SHUTDOWN_REASON);
            awaitConnectionsClosed();
        }
        metrics.forEach(MetricsServer::close);
        if (control != null) {
            control.stop();
        }
        if (loops != null) {
            loops.close();
        }
        if (tls != null) {
            tls.close();
        }
        if (log != null) {
            allQueues().forEach(queue -> queue.deliveredUpTo(log::deliveredUpTo));
            log.close();
        }
        if (alarms != null) {
            alarms.disk().close();
        }
        if (streams != null) {
            streams.close();
        }
        if (store != null) {
            store.close();
        }
        LOG.info("Server stopped");
    }

    private void awaitConnectionsClosed() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX);
        while (connections.count() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private List<Queue> allQueues() {
        List<Queue> all = new ArrayList<>();
        for (VirtualHost virtualHost : virtualHosts.all()) {
            all.addAll(virtualHost.queues());
            all.addAll(virtualHost.holderQueues());
        }
        return all;
    }

    /** What is on the disk is no longer known: to go on would be to promise what cannot be kept. */
    private static void diskFailed(Throwable cause) {
        LOG.error("The disk failed and the broker ends: {}", cause.toString());
        Logging.stop();
        Runtime.getRuntime().halt(EXIT_DISK_FAILED);
    }
}
