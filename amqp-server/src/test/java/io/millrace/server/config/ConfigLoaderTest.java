package io.millrace.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigLoaderTest {
    @TempDir
    private Path directory;

    @Test
    void defaultsAreThoseOfTheReference() {
        BrokerConfig config = BrokerConfig.of(Map.of());
        assertEquals(List.of(new ListenAddress("", 5672)), config.listeners());
        assertEquals(131_072, config.frameMax());
        assertEquals(8_192, config.initialFrameMax());
        assertEquals(2_047, config.channelMax());
        assertEquals(60, config.heartbeatSeconds());
        assertEquals(10_000, config.handshakeTimeoutMillis());
        assertEquals(OptionalLong.empty(), config.maxMessageSize());
        assertEquals(4, config.compatibleRabbitMq());
        assertEquals("4.3.6", config.productVersion());
        assertEquals(Integer.MAX_VALUE, config.maxConnections());
        assertEquals("guest", config.defaultUser());
        assertEquals("guest", config.defaultPassword());
        assertEquals("/", config.defaultVhost());
        assertEquals(Set.of("administrator"), config.defaultUserTags());
        assertEquals(Set.of("guest"), config.loopbackUsers());
        assertEquals(List.of("PLAIN", "AMQPLAIN", "ANONYMOUS"), config.authMechanisms());
        assertEquals(0.6, config.memoryHighWatermarkRelative());
        assertEquals(OptionalLong.empty(), config.memoryHighWatermark());
        assertEquals(50_000_000, config.diskFreeLimit());
        assertEquals(BrokerConfig.ConfirmSync.FSYNC, config.confirmSync());
        assertEquals(BrokerConfig.QueueRedeclare.STRICT, config.queueRedeclare());
        assertEquals(BrokerConfig.Transport.AUTO, config.transport());
        assertEquals(Optional.of(new ListenAddress("", 15_692)), config.prometheusListener());
        assertEquals(Optional.empty(), config.prometheusTlsListener());
        assertEquals(List.of(), config.tlsListeners());
        assertEquals(List.of("tlsv1.3", "tlsv1.2"), config.tls().versions());
        assertEquals(5_000, config.tlsHandshakeTimeoutMillis());
        assertEquals("RabbitMQ", config.productName());
        assertEquals("4.3.6", config.productVersion());
        assertEquals(64L << 20, config.logFileSize());
        assertEquals(Optional.empty(), config.logFile());
        assertEquals(Path.of("data"), config.dataDir());
        assertEquals(List.of(), config.warnings());
    }

    @Test
    void everyAccessorHasAValueOfItsType() throws ReflectiveOperationException {
        BrokerConfig config = BrokerConfig.of(Map.of());
        for (var method : BrokerConfig.class.getMethods()) {
            if (method.getDeclaringClass() == BrokerConfig.class && method.getParameterCount() == 0) {
                assertTrue(method.invoke(config) != null, method.getName());
            }
        }
    }

    @Test
    void aFileIsReadInTheGrammarOfRabbitmqConf() throws IOException {
        Path file = write("broker.conf", """
                # a comment

                  heartbeat=30
                frame_max   =   65536   # behind a value
                default_user = 'odd # name'
                default_pass = "with \\"quotes\\" and \\\\" # and a comment
                default_vhost = $(VHOST)/$(VHOST)
                cluster_name = two words
                loopback_users.dotted\\.name = true
                """);
        BrokerConfig config = load(file, Map.of("VHOST", "inner"));
        assertEquals(30, config.heartbeatSeconds());
        assertEquals(65_536, config.frameMax());
        assertEquals("odd # name", config.defaultUser());
        assertEquals("with \"quotes\" and \\", config.defaultPassword());
        assertEquals("inner/inner", config.defaultVhost());
        assertEquals(Optional.of("two words"), config.clusterName());
        assertEquals(Set.of("dotted.name"), config.loopbackUsers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "heartbeat",
                "= 1",
                "heart beat = 1",
                "heartbeat # = 1",
                "heartbeat = ten",
                "heartbeat = -1",
                "heartbeat =",
                "default_user = 'open",
                "default_user = 'a' b",
                "default_user = $(NOT_THERE)",
                "default_pass = encrypted:abc",
                "frame_max = 4095",
                "transport = carrier_pigeon",
                "log.level = loud",
                "loopback_users = some",
                "loopback_users.guest = perhaps",
                "listeners.tcp.default = 65536",
                "listeners.tcp.default = :5672",
                "listeners.tcp. = 5672",
                "vm_memory_high_watermark.relative = 1.5",
                "vm_memory_high_watermark.relative = NaN",
                "disk_free_limit.absolute = 50 MB",
                "disk_free_limit.absolute = 9999999999PB",
                "max_message_size = 1GiB",
                "nobody_knows = 1"
            })
    void aWrongLineIsRefusedByFileAndNumber(String line) throws IOException {
        Path file = write("broker.conf", "# first\nheartbeat = 1\n" + line + "\n");
        ConfigException e = assertThrows(ConfigException.class, () -> load(file, Map.of()));
        assertTrue(e.getMessage().startsWith(file + ":3: "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    @ParameterizedTest
    @CsvSource({
        "hartbeat, heartbeat",
        "listeners.tpc.default, listeners.tcp.default",
        "loopback_user.guest, loopback_users.guest",
        "vm_memory_high_watermark.absolut, vm_memory_high_watermark.absolute",
        "max_channel_per_connection, max_channels_per_connection"
    })
    void aNearMissIsAnsweredWithTheKeyThatWasMeant(String wrong, String right) {
        ConfigException e = assertThrows(ConfigException.class, () -> BrokerConfig.of(Map.of(wrong, "1")));
        assertTrue(e.getMessage().endsWith("did you mean '" + right + "'?"), e.getMessage());
    }

    @Test
    void theMetricsPageIsServedWithTlsAloneWhenThatIsAllThatIsSet() {
        BrokerConfig alone = BrokerConfig.of(Map.of("prometheus.ssl.port", "15691"));
        assertEquals(Optional.empty(), alone.prometheusListener());
        assertEquals(Optional.of(new ListenAddress("", 15_691)), alone.prometheusTlsListener());
        BrokerConfig both = BrokerConfig.of(Map.of("prometheus.ssl.port", "15691", "prometheus.tcp.port", "15692"));
        assertEquals(Optional.of(new ListenAddress("", 15_692)), both.prometheusListener());
    }

    @Test
    void listenersWithTlsStandBesideThoseWithout() {
        BrokerConfig config = BrokerConfig.of(Map.of(
                "listeners.tcp", "none",
                "listeners.ssl.1", "127.0.0.1:5671",
                "listeners.ssl.2", "[::1]:5671",
                "ssl_options.verify", "verify_peer",
                "ssl_options.password", "encrypted",
                "prometheus.ssl.depth", "1"));
        assertEquals(List.of(), config.listeners());
        assertEquals(
                List.of(new ListenAddress("127.0.0.1", 5671), new ListenAddress("::1", 5671)), config.tlsListeners());
        assertTrue(config.tls().verifyPeer());
        assertEquals(Optional.of("encrypted"), config.tls().password());
        assertEquals(10, config.tls().depth());
        assertEquals(1, config.prometheusTls().depth());
        assertEquals("prometheus.ssl", config.prometheusTls().prefix());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster_formation.peer_discovery_backend",
                "cluster_partition_handling",
                "cluster_partition_handling.pause_if_all_down.recover",
                "collect_statistics_interval",
                "definitions.local.path",
                "erlang.K",
                "motd_file",
                "log.connection.level",
                "log.console.formatter",
                "log.file.rotation.date",
                "management.tcp.port",
                "management_agent.disable_metrics_collector",
                "mnesia_table_loading_retry_timeout",
                "mqtt.listeners.tcp.default",
                "prometheus.return_per_object_metrics",
                "quorum_queue.wal_max_size_bytes",
                "raft.wal_max_size_bytes",
                "ssl_allow_poodle_attack",
                "ssl_options.key.RSAPrivateKey",
                "ssl_options.dhfile",
                "prometheus.ssl.backlog",
                "stream.listeners.tcp.default",
                "tcp_listen_options.linger.on"
            })
    void aKeyThatOnlyRabbitmqNeedsIsPassedOverWithAWarning(String key) {
        BrokerConfig config = BrokerConfig.of(Map.of(key, "anything at all"));
        assertEquals(List.of("setting: '" + key + "' has no effect"), config.warnings());
    }

    @Test
    void aPrefixIsNoLicenceForSimilarNames() {
        for (String key : List.of("managements.port", "streams.x", "erlangs", "log.consoles", "prometheus.tcp.prt")) {
            assertThrows(ConfigException.class, () -> BrokerConfig.of(Map.of(key, "1")), key);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1024, 1024",
        "50MB, 50000000",
        "50M, 50000000",
        "1kB, 1000",
        "4Gi, 4294967296",
        "1GiB, 1073741824",
        "2MiB, 2097152",
        "3ki, 3072",
        "1TB, 1000000000000"
    })
    void sizesHaveUnits(String text, long octets) {
        assertEquals(
                octets,
                BrokerConfig.of(Map.of("disk_free_limit.absolute", text)).diskFreeLimit());
    }

    @Test
    void theRelativeDiskLimitCountsUnlessThereIsAnAbsoluteOne() {
        BrokerConfig relative = BrokerConfig.of(Map.of("disk_free_limit.relative", "1.5"));
        assertEquals(1.5, relative.diskFreeLimitRelative().orElseThrow());
        BrokerConfig both =
                BrokerConfig.of(Map.of("disk_free_limit.relative", "1.5", "disk_free_limit.absolute", "1GB"));
        assertTrue(both.diskFreeLimitRelative().isEmpty());
        assertTrue(BrokerConfig.of(Map.of()).diskFreeLimitRelative().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "5673, '', 5673",
        "0, '', 0",
        "127.0.0.1:5673, 127.0.0.1, 5673",
        "localhost:5673, localhost, 5673",
        "::1:5673, ::1, 5673",
        "[::1]:5673, ::1, 5673",
        ":::5673, ::, 5673"
    })
    void listenersHaveAnAddressOrNone(String text, String host, int port) {
        assertEquals(
                List.of(new ListenAddress(host, port)),
                BrokerConfig.of(Map.of("listeners.tcp.default", text)).listeners());
    }

    @Test
    void settingAMemberReplacesTheDefaultsAndKeepsTheOthersThatWereSet() throws IOException {
        Path file = write("broker.conf", """
                listeners.tcp.10 = 10.0.0.1:1
                listeners.tcp.2 = 10.0.0.1:2
                auth_mechanisms.1 = PLAIN
                default_user_tags.monitoring = true
                default_user_tags.policymaker = false
                """);
        BrokerConfig config = load(file, Map.of());
        assertEquals(List.of(new ListenAddress("10.0.0.1", 2), new ListenAddress("10.0.0.1", 1)), config.listeners());
        assertEquals(List.of("PLAIN"), config.authMechanisms());
        assertEquals(Set.of("monitoring"), config.defaultUserTags());
    }

    @Test
    void noneEmptiesAFamily() {
        BrokerConfig config = BrokerConfig.of(Map.of("listeners.tcp", "none", "loopback_users", "none"));
        assertEquals(List.of(), config.listeners());
        assertEquals(Set.of(), config.loopbackUsers());
        assertEquals(
                Set.of(),
                BrokerConfig.of(Map.of("loopback_users.guest", "false")).loopbackUsers());
    }

    @Test
    void anAliasIsTheSameKey() {
        assertEquals(
                7, BrokerConfig.of(Map.of("max_channels_per_connection", "7")).channelMax());
        assertEquals(
                LogLevel.DEBUG,
                BrokerConfig.of(Map.of("log.default.level", "debug")).logLevel());
    }

    @Test
    void filesOfConfDAreReadAfterTheFileInOrderOfTheirNames() throws IOException {
        Path file = write("broker.conf", "heartbeat = 1\nframe_max = 10000\nchannel_max = 1\n");
        write("conf.d/20-second.conf", "heartbeat = 3\n");
        write("conf.d/10-first.conf", "heartbeat = 2\nframe_max = 20000\n");
        write("conf.d/30-other.txt", "not = read\n");
        BrokerConfig config = load(file, Map.of());
        assertEquals(3, config.heartbeatSeconds());
        assertEquals(20_000, config.frameMax());
        assertEquals(1, config.channelMax());
    }

    @Test
    void theEnvironmentWinsOverFilesAndFlagsWinOverBoth() throws IOException {
        Path file = write(
                "broker.conf",
                "default_user = file\ndefault_pass = file\ndefault_vhost = file\ndata_dir = file\n"
                        + "listeners.tcp.1 = 1\n");
        Map<String, String> environment = Map.of(
                "RABBITMQ_DEFAULT_USER", "environment",
                "RABBITMQ_DEFAULT_PASS", "environment",
                "MILLRACE_DATA_DIR", "environment",
                "RABBITMQ_NODENAME", "rabbit@here",
                "RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODE_PORT", "2");
        ConfigFlags none = new ConfigFlags(Optional.of(file), Optional.empty(), OptionalInt.empty(), List.of());
        BrokerConfig config = loader(environment).load(none);
        assertEquals("environment", config.defaultUser());
        assertEquals("environment", config.defaultPassword());
        assertEquals("file", config.defaultVhost());
        assertEquals(Path.of("environment"), config.dataDir());
        assertEquals(Optional.of("rabbit@here"), config.nodeName());
        assertEquals(List.of(new ListenAddress("127.0.0.1", 2)), config.listeners());

        ConfigFlags flags = new ConfigFlags(
                Optional.of(file),
                Optional.of(Path.of("flag")),
                OptionalInt.of(3),
                List.of("default_user=first", "default_user = last=one"));
        config = loader(environment).load(flags);
        assertEquals("last=one", config.defaultUser());
        assertEquals(Path.of("flag"), config.dataDir());
        assertEquals(List.of(new ListenAddress("", 3)), config.listeners());
    }

    @Test
    void theFileIsNamedByFlagThenByOurVariableThenByRabbitmqs() throws IOException {
        Path flag = write("flag.conf", "heartbeat = 1");
        Path ours = write("ours.conf", "heartbeat = 2");
        write("theirs.conf", "heartbeat = 3");
        Path fallback = write("fallback.conf", "heartbeat = 4");
        String theirs = directory.resolve("theirs").toString();
        Map<String, String> both = Map.of("MILLRACE_CONFIG_FILE", ours.toString(), "RABBITMQ_CONFIG_FILE", theirs);
        assertEquals(1, load(flag, both).heartbeatSeconds());
        assertEquals(2, loader(both).load(ConfigFlags.NONE).heartbeatSeconds());
        assertEquals(
                3,
                loader(Map.of("RABBITMQ_CONFIG_FILE", theirs))
                        .load(ConfigFlags.NONE)
                        .heartbeatSeconds());
        assertEquals(
                4, new ConfigLoader(Map.of(), fallback).load(ConfigFlags.NONE).heartbeatSeconds());
        assertEquals(60, loader(Map.of()).load(ConfigFlags.NONE).heartbeatSeconds());
    }

    @Test
    void aNamedFileMustBeThereAndBeText() throws IOException {
        Path missing = directory.resolve("missing.conf");
        ConfigException e = assertThrows(ConfigException.class, () -> load(missing, Map.of()));
        assertEquals(missing + ": no such file", e.getMessage());

        Path binary = directory.resolve("binary.conf");
        Files.write(binary, new byte[] {'a', '=', (byte) 0xc3, 0x28});
        e = assertThrows(ConfigException.class, () -> load(binary, Map.of()));
        assertEquals(binary + ": not a text in UTF-8", e.getMessage());
    }

    @Test
    void secretsMayComeFromFiles() throws IOException {
        Path secret = write("secret", "s3cret # kept\n");
        BrokerConfig config =
                loader(Map.of("RABBITMQ_DEFAULT_PASS_FILE", secret.toString())).load(ConfigFlags.NONE);
        assertEquals("s3cret # kept", config.defaultPassword());

        Map<String, String> both =
                Map.of("RABBITMQ_DEFAULT_PASS", "a", "RABBITMQ_DEFAULT_PASS_FILE", secret.toString());
        assertThrows(ConfigException.class, () -> loader(both).load(ConfigFlags.NONE));
        Map<String, String> missing =
                Map.of("RABBITMQ_DEFAULT_USER_FILE", directory.resolve("none").toString());
        assertThrows(ConfigException.class, () -> loader(missing).load(ConfigFlags.NONE));
    }

    @Test
    void logsGoWhereTheEnvironmentSays() {
        BrokerConfig console = loader(Map.of("RABBITMQ_LOGS", "-")).load(ConfigFlags.NONE);
        assertTrue(console.logConsole());
        assertEquals(Optional.empty(), console.logFile());
        BrokerConfig file = loader(Map.of("RABBITMQ_LOGS", "broker.log", "RABBITMQ_LOG_BASE", "/var/log"))
                .load(ConfigFlags.NONE);
        assertEquals(Optional.of(Path.of("/var/log/broker.log")), file.logFile());
    }

    @Test
    void aVariableWithoutMeaningIsNamed() {
        BrokerConfig config = loader(Map.of("RABBITMQ_SSL_CERTFILE", "x", "RABBITMQ_PORT_5672_TCP", "y"))
                .load(ConfigFlags.NONE);
        assertEquals(List.of("environment variable RABBITMQ_SSL_CERTFILE has no effect"), config.warnings());
    }

    @Test
    void aFlagThatSetsNothingIsRefused() {
        for (String setting : List.of("heartbeat", "heartbeat=x", "=1", "unknown=1")) {
            ConfigFlags flags =
                    new ConfigFlags(Optional.empty(), Optional.empty(), OptionalInt.empty(), List.of(setting));
            ConfigException e =
                    assertThrows(ConfigException.class, () -> loader(Map.of()).load(flags), setting);
            assertTrue(e.getMessage().startsWith("--set"), e.getMessage());
        }
    }

    @Test
    void theInitialFrameLimitIsNeverAboveTheNegotiatedOne() {
        assertEquals(4_096, BrokerConfig.of(Map.of("frame_max", "4096")).initialFrameMax());
    }

    private ConfigLoader loader(Map<String, String> environment) {
        return new ConfigLoader(environment, directory.resolve("nothing-here").resolve("millrace.conf"));
    }

    private BrokerConfig load(Path file, Map<String, String> environment) {
        return loader(environment)
                .load(new ConfigFlags(Optional.of(file), Optional.empty(), OptionalInt.empty(), List.of()));
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
