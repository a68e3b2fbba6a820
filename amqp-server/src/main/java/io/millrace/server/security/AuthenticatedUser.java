package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * Who is at the other end of a connection, beyond doubt.
 *
 * @param name the user name
 * @param tags the tags at the time of login
 */
public record AuthenticatedUser(String name, Set<String> tags) {
    /** The tag of those who may do everything in the management interface. */
    public static final String ADMINISTRATOR = "administrator";

    private static final String IMPERSONATOR = "impersonator";

    public AuthenticatedUser {
        requireNonNull(name, "name is null");
        requireNonNull(tags, "tags is null");
    }

    /** Whether the user may publish in the name of others. */
    public boolean mayImpersonate() {
        return tags.contains(IMPERSONATOR);
    }

    /** Whether the user has the tag {@link #ADMINISTRATOR}. */
    public boolean isAdministrator() {
        return tags.contains(ADMINISTRATOR);
    }
}
