package io.millrace.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the command line says about the configuration.
 *
 * @param configFile the file to read instead of any other
 * @param dataDir same as setting {@code data_dir}
 * @param port the port of the only AMQP listener
 * @param settings each {@code key=value}, in the order given
 */
public record ConfigFlags(Optional<Path> configFile, Optional<Path> dataDir, OptionalInt port, List<String> settings) {
    /** No flags at all. */
    public static final ConfigFlags NONE =
            new ConfigFlags(Optional.empty(), Optional.empty(), OptionalInt.empty(), List.of());

    public ConfigFlags {
        settings = List.copyOf(settings);
    }
}
