package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import io.millrace.definitions.UserDefinition;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A user as the definitions have it.
 *
 * @param name the user name
 * @param passwordHash the password's hash, perhaps empty
 * @param tags such as {@code administrator}, in the given order
 * @param maxConnections connections the user may have at a time; negative for any number
 * @param maxChannels channels the user may have at a time, over all connections; negative for any number
 */
public record User(String name, PasswordHash passwordHash, Set<String> tags, int maxConnections, int maxChannels) {
    /** As a limit: there is none. */
    public static final int UNLIMITED = UserDefinition.UNLIMITED;

    public User {
        requireNonNull(name, "name is null");
        requireNonNull(passwordHash, "passwordHash is null");
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
    }

    /** A user without limits. */
    public User(String name, PasswordHash passwordHash, Set<String> tags) {
        this(name, passwordHash, tags, UNLIMITED, UNLIMITED);
    }

    /**
     * Reads a user from its definition.
     *
     * @throws IllegalArgumentException if hash or algorithm make no sense
     */
    public static User ofDefinition(UserDefinition definition) {
        HashingAlgorithm algorithm = HashingAlgorithm.ofDefinitionName(definition.hashingAlgorithm());
        return new User(
                definition.name(),
                PasswordHash.ofBase64(definition.passwordHash(), algorithm),
                tagsOf(definition.tags()),
                definition.maxConnections(),
                definition.maxChannels());
    }

    /** The tags of a list that is separated by commas. */
    public static Set<String> tagsOf(String commaSeparated) {
        Set<String> separate = new LinkedHashSet<>();
        for (String tag : commaSeparated.split(",", -1)) {
            if (!tag.isBlank()) {
                separate.add(tag.strip());
            }
        }
        return separate;
    }

    /** What is stored of the user. */
    public UserDefinition definition() {
        return new UserDefinition(
                name,
                passwordHash.base64(),
                passwordHash.algorithm().definitionName(),
                String.join(",", tags),
                maxConnections,
                maxChannels);
    }

    public User withPassword(PasswordHash newPasswordHash) {
        return new User(name, newPasswordHash, tags, maxConnections, maxChannels);
    }

    public User withTags(Set<String> newTags) {
        return new User(name, passwordHash, newTags, maxConnections, maxChannels);
    }

    public User withLimits(int newMaxConnections, int newMaxChannels) {
        return new User(name, passwordHash, tags, newMaxConnections, newMaxChannels);
    }
}
