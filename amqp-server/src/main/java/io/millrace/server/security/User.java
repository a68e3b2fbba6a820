package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A user as the definitions have it.
 *
 * @param name the user name
 * @param passwordHash the password's hash, perhaps empty
 * @param tags such as {@code administrator}, in the given order
 */
public record User(String name, PasswordHash passwordHash, Set<String> tags) {

    public User {
        requireNonNull(name, "name is null");
        requireNonNull(passwordHash, "passwordHash is null");
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
    }

    /**
     * Reads a user from the strings of a definition.
     *
     * @param passwordHash as in {@link PasswordHash#ofBase64}
     * @param hashingAlgorithm as in {@link HashingAlgorithm#ofDefinitionName}
     * @param tags separated by commas
     * @throws IllegalArgumentException if hash or algorithm make no sense
     */
    public static User ofDefinition(String name, String passwordHash, String hashingAlgorithm, String tags) {
        HashingAlgorithm algorithm = HashingAlgorithm.ofDefinitionName(hashingAlgorithm);
        Set<String> separate = new LinkedHashSet<>();
        for (String tag : tags.split(",", -1)) {
            if (!tag.isBlank()) {
                separate.add(tag.strip());
            }
        }
        return new User(name, PasswordHash.ofBase64(passwordHash, algorithm), separate);
    }
}
