package io.millrace.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the configuration: file, then the files of {@code conf.d} beside it, then environment, then flags. */
public final class ConfigLoader {
    static final Path DEFAULT_FILE = Path.of("/etc/millrace/millrace.conf");
    static final String CONFIG_FILE = "MILLRACE_CONFIG_FILE";
    static final String RABBITMQ_CONFIG_FILE = "RABBITMQ_CONFIG_FILE";
    static final String RABBITMQ_CONFIG_FILES = "RABBITMQ_CONFIG_FILES";

    private static final String SUFFIX = ".conf";

    private final Map<String, String> environment;
    private final Path defaultFile;

    /** Takes the environment variables to look at. */
    public ConfigLoader(Map<String, String> environment) {
        this(environment, DEFAULT_FILE);
    }

    ConfigLoader(Map<String, String> environment, Path defaultFile) {
        this.environment = Map.copyOf(environment);
        this.defaultFile = defaultFile;
    }

    /**
     * Reads everything.
     *
     * @throws ConfigException a file cannot be read, a key is unknown or a value is not what its key expects
     */
    public BrokerConfig load(ConfigFlags flags) {
        ConfigAssembler assembler = new ConfigAssembler();
        readFiles(flags, assembler);
        new ConfigEnvironment(environment).read(assembler);
        readFlags(flags, assembler);
        return assembler.build();
    }

    private void readFiles(ConfigFlags flags, ConfigAssembler assembler) {
        Optional<Path> named = flags.configFile()
                .or(() -> variable(CONFIG_FILE))
                .or(() -> variable(RABBITMQ_CONFIG_FILE).map(ConfigLoader::withSuffix));
        Path file = named.orElse(defaultFile);
        if (named.isPresent() || Files.exists(file)) {
            read(file, assembler);
        }
        Path directory = variable(RABBITMQ_CONFIG_FILES)
                .orElseGet(() -> file.toAbsolutePath().resolveSibling("conf.d"));
        if (Files.isDirectory(directory)) {
            filesOf(directory).forEach(each -> read(each, assembler));
        }
    }

    private void read(Path file, ConfigAssembler assembler) {
        new ConfigFile(file, environment).read(assembler);
    }

    private static void readFlags(ConfigFlags flags, ConfigAssembler assembler) {
        flags.dataDir()
                .ifPresent(directory -> assembler.set(ConfigKeys.DATA_DIR.name(), directory.toString(), "--data-dir"));
        flags.port()
                .ifPresent(port -> assembler.replace(
                        ConfigKeys.LISTENERS_TCP, ConfigKeys.DEFAULT_LISTENER, Integer.toString(port), "--port"));
        for (String setting : flags.settings()) {
            int equals = setting.indexOf('=');
            if (equals < 0) {
                throw new ConfigException("--set " + setting + ": expected key=value");
            }
            assembler.set(
                    setting.substring(0, equals).strip(),
                    setting.substring(equals + 1).strip(),
                    "--set");
        }
    }

    private Optional<Path> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(Path::of);
    }

    /** RabbitMQ lets its variable name the file without its ending. */
    private static Path withSuffix(Path file) {
        Path longer = file.resolveSibling(file.getFileName() + SUFFIX);
        return Files.notExists(file) && Files.exists(longer) ? longer : file;
    }

    private static List<Path> filesOf(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigException(directory + ": cannot be read: " + e, e);
        }
    }
}
