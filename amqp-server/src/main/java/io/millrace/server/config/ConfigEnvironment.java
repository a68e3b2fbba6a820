package io.millrace.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment variables that set a key: RabbitMQ's names where RabbitMQ has one. Variables that are not named here
 * are left alone, since a container's environment is full of other people's.
 */
final class ConfigEnvironment {
    static final String NODE_PORT = "RABBITMQ_NODE_PORT";
    static final String NODE_IP_ADDRESS = "RABBITMQ_NODE_IP_ADDRESS";
    static final String LOGS = "RABBITMQ_LOGS";

    /** Added to a name: the value is in the file named there, as container secrets are. */
    static final String FILE_SUFFIX = "_FILE";

    /** Variable to key. */
    static final Map<String, String> KEYS = new TreeMap<>(Map.of(
            "MILLRACE_DATA_DIR", "data_dir",
            "RABBITMQ_NODENAME", "node_name",
            "RABBITMQ_LOG_BASE", "log.dir",
            "RABBITMQ_DEFAULT_USER", "default_user",
            "RABBITMQ_DEFAULT_PASS", "default_pass",
            "RABBITMQ_DEFAULT_VHOST", "default_vhost"));

    /** The keys that may come from a file. */
    static final List<String> SECRETS = List.of("RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS");

    /** Variables whose loss an operator would notice only later, so they are named at the start. */
    private static final List<String> WITHOUT_MEANING = List.of(
            "RABBITMQ_ADVANCED_CONFIG_FILE",
            "RABBITMQ_CONF_ENV_FILE",
            "RABBITMQ_CTL_ERL_ARGS",
            "RABBITMQ_DISTRIBUTION_BUFFER_SIZE",
            "RABBITMQ_ENABLED_PLUGINS_FILE",
            "RABBITMQ_IO_THREAD_POOL_SIZE",
            "RABBITMQ_MANAGEMENT_SSL_CACERTFILE",
            "RABBITMQ_MANAGEMENT_SSL_CERTFILE",
            "RABBITMQ_MANAGEMENT_SSL_KEYFILE",
            "RABBITMQ_MNESIA_BASE",
            "RABBITMQ_MNESIA_DIR",
            "RABBITMQ_PLUGINS_DIR",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "RABBITMQ_SERVER_ERL_ARGS",
            "RABBITMQ_SSL_CACERTFILE",
            "RABBITMQ_SSL_CERTFILE",
            "RABBITMQ_SSL_FAIL_IF_NO_PEER_CERT",
            "RABBITMQ_SSL_KEYFILE",
            "RABBITMQ_SSL_VERIFY",
            "RABBITMQ_USE_LONGNAME",
            "RABBITMQ_VM_MEMORY_HIGH_WATERMARK");

    private final Map<String, String> environment;

    ConfigEnvironment(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Sets everything that the environment sets.
     *
     * @throws ConfigException a value is wrong, or a secret's file cannot be read
     */
    void read(ConfigAssembler assembler) {
        KEYS.forEach((variable, key) -> {
            String text = environment.get(variable);
            if (text != null) {
                assembler.set(key, text, variable);
            }
        });
        SECRETS.forEach(variable -> readSecret(variable, assembler));
        readListener(assembler);
        readLogs(assembler);
        for (String variable : WITHOUT_MEANING) {
            if (environment.containsKey(variable)) {
                assembler.warn("environment variable " + variable + " has no effect");
            }
        }
    }

    private void readSecret(String variable, ConfigAssembler assembler) {
        String origin = variable + FILE_SUFFIX;
        String file = environment.get(origin);
        if (file == null) {
            return;
        }
        if (environment.containsKey(variable)) {
            throw new ConfigException("both " + variable + " and " + origin + " are set");
        }
        try {
            assembler.set(KEYS.get(variable), Files.readString(Path.of(file)).stripTrailing(), origin);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(origin + ": cannot read " + file + ": " + e, e);
        }
    }

    /** The one listener that these variables can tell of takes the place of all others. */
    private void readListener(ConfigAssembler assembler) {
        String port = environment.get(NODE_PORT);
        String address = environment.get(NODE_IP_ADDRESS);
        if (port == null && address == null) {
            return;
        }
        String usedPort = port == null ? ConfigKeys.LISTENERS_TCP.defaults().get(ConfigKeys.DEFAULT_LISTENER) : port;
        boolean everywhere = address == null || address.isEmpty();
        String text = everywhere ? usedPort : address + ":" + usedPort;
        assembler.replace(
                ConfigKeys.LISTENERS_TCP,
                ConfigKeys.DEFAULT_LISTENER,
                text,
                port == null ? NODE_IP_ADDRESS : NODE_PORT);
    }

    private void readLogs(ConfigAssembler assembler) {
        String logs = environment.get(LOGS);
        if (logs == null || logs.isEmpty()) {
            return;
        }
        boolean toConsole = logs.equals("-");
        assembler.set(ConfigKeys.LOG_CONSOLE.name(), Boolean.toString(toConsole), LOGS);
        assembler.set(ConfigKeys.LOG_FILE.name(), toConsole ? "false" : logs, LOGS);
    }
}
