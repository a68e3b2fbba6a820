package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

/**
 * A user of the internal authentication backend.
 *
 * @param name its natural key
 * @param passwordHash base64 of salt and digest; empty for a user that cannot log in with a password
 * @param hashingAlgorithm what made the hash, in the words of an exported definitions file
 * @param tags comma separated, as in an exported definitions file
 * @param maxConnections connections the user may have at a time; negative for any number
 * @param maxChannels channels the user may have at a time, over all connections; negative for any number
 */
public record UserDefinition(
        String name, String passwordHash, String hashingAlgorithm, String tags, int maxConnections, int maxChannels) {
    /** As a limit: there is none. */
    public static final int UNLIMITED = -1;

    public UserDefinition {
        requireNonNull(name, "name is null");
        requireNonNull(passwordHash, "passwordHash is null");
        requireNonNull(hashingAlgorithm, "hashingAlgorithm is null");
        requireNonNull(tags, "tags is null");
    }

    /** A user without limits. */
    public UserDefinition(String name, String passwordHash, String hashingAlgorithm, String tags) {
        this(name, passwordHash, hashingAlgorithm, tags, UNLIMITED, UNLIMITED);
    }

    /** Without the hash, so that no log line ever shows it. */
    @Override
    public String toString() {
        return "UserDefinition[name=" + name + ", tags=" + tags + "]";
    }
}
