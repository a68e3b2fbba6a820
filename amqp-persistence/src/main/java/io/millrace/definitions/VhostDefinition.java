package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

/**
 * A virtual host.
 *
 * @param name its natural key
 */
public record VhostDefinition(String name) {
    public VhostDefinition {
        requireNonNull(name, "name is null");
    }
}
