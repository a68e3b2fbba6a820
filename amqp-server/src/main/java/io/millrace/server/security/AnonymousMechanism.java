package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

/** ANONYMOUS: whoever it is acts as one configured user. The response is not looked at. */
public final class AnonymousMechanism implements SaslMechanism {
    private final Users users;
    private final String userName;

    /**
     * The mechanism for one user.
     *
     * @param userName who everybody acts as; where this user may connect from holds here too
     */
    public AnonymousMechanism(Users users, String userName) {
        this.users = requireNonNull(users, "users is null");
        this.userName = requireNonNull(userName, "userName is null");
    }

    @Override
    public String name() {
        return "ANONYMOUS";
    }

    @Override
    public LoginResult authenticate(byte[] response, Peer peer) {
        return users.authenticateWithoutPassword(userName, peer.isLoopback());
    }
}
