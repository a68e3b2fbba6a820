package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All users. The definitions thread changes them; any thread may authenticate. One authentication is one short digest,
 * about a microsecond, so that event loops do it themselves.
 */
public final class Users {
    private static final int LOGGED_NAME_LENGTH_MAX = 255;

    private final ConcurrentHashMap<String, User> byName = new ConcurrentHashMap<>();
    private volatile Set<String> loopbackOnly;

    /** What passwords of unknown users are compared with, so that they take as long as others. */
    private final PasswordHash nobodys = PasswordHash.ofPassword(
            "nobody's".getBytes(StandardCharsets.UTF_8), HashingAlgorithm.SHA256, new SecureRandom());

    /**
     * The given users.
     *
     * @param loopbackOnly names of users who may connect from this machine only
     */
    public Users(Collection<User> users, Set<String> loopbackOnly) {
        users.forEach(this::put);
        this.loopbackOnly = Set.copyOf(loopbackOnly);
    }

    /** Names of users who may connect from this machine only. */
    public Set<String> loopbackOnly() {
        return loopbackOnly;
    }

    /** Sets who may connect from this machine only. Any thread. */
    public void loopbackOnly(Set<String> names) {
        loopbackOnly = Set.copyOf(names);
    }

    /** Adds a user, or replaces the one of that name. */
    public void put(User user) {
        byName.put(requireNonNull(user, "user is null").name(), user);
    }

    /** Removes a user, if there is one of that name. Connections that it has are the caller's business. */
    public void remove(String name) {
        byName.remove(name);
    }

    /** The user of that name, or null. */
    public User get(String name) {
        return byName.get(name);
    }

    /** All users at the moment. */
    public Collection<User> all() {
        return List.copyOf(byName.values());
    }

    /**
     * Checks name and password.
     *
     * @param password its octets, usually UTF-8
     * @param remoteIsLoopback whether the peer is on this machine: its own address counts, not the one it connected to
     * @return {@link LoginResult.Success} or {@link LoginResult.Refused}
     */
    public LoginResult authenticate(String name, byte[] password, boolean remoteIsLoopback) {
        User user = byName.get(name);
        boolean canLogIn = user != null && !user.passwordHash().isEmpty() && password.length > 0;
        boolean matches = (canLogIn ? user.passwordHash() : nobodys).matches(password);
        if (!canLogIn || !matches) {
            return refused(name, "invalid credentials");
        }
        return admit(user, remoteIsLoopback);
    }

    /**
     * Lets a user in whose identity has been established without a password.
     *
     * @return {@link LoginResult.Success} or {@link LoginResult.Refused}
     */
    LoginResult authenticateWithoutPassword(String name, boolean remoteIsLoopback) {
        User user = byName.get(name);
        return user == null ? refused(name, "invalid credentials") : admit(user, remoteIsLoopback);
    }

    private LoginResult admit(User user, boolean remoteIsLoopback) {
        if (!remoteIsLoopback && loopbackOnly.contains(user.name())) {
            String loggable = loggable(user.name());
            return new LoginResult.Refused(loggable, "user '" + loggable + "' can only connect via localhost");
        }
        return new LoginResult.Success(new AuthenticatedUser(user.name(), user.tags()));
    }

    private static LoginResult refused(String name, String reason) {
        String loggable = loggable(name);
        return new LoginResult.Refused(loggable, "user '" + loggable + "' - " + reason);
    }

    /** Anybody can send any name: it must not be able to look like lines of our own in a log. */
    private static String loggable(String name) {
        StringBuilder loggable = new StringBuilder();
        name.codePoints()
                .limit(LOGGED_NAME_LENGTH_MAX)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(loggable::appendCodePoint);
        return loggable.toString();
    }
}
