package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

/**
 * A user of the internal authentication backend.
 *
 * @param name its natural key
 * @param passwordHash base64 of salt and digest; empty for a user that cannot log in with a password
 * @param hashingAlgorithm what made the hash, in the words of an exported definitions file
 * @param tags comma separated, as in an exported definitions file
 */
public record UserDefinition(String name, String passwordHash, String hashingAlgorithm, String tags) {
    public UserDefinition {
        requireNonNull(name, "name is null");
        requireNonNull(passwordHash, "passwordHash is null");
        requireNonNull(hashingAlgorithm, "hashingAlgorithm is null");
        requireNonNull(tags, "tags is null");
    }

    /** Without the hash, so that no log line ever shows it. */
    @Override
    public String toString() {
        return "UserDefinition[name=" + name + ", tags=" + tags + "]";
    }
}
