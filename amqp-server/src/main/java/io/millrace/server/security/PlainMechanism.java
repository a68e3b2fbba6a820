package io.millrace.server.security;

import static java.util.Objects.requireNonNull;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * PLAIN: {@code NUL name NUL password}. What RFC 4616 allows before the first NUL, another user to act as, must be
 * empty.
 */
public final class PlainMechanism implements SaslMechanism {
    private final Users users;

    public PlainMechanism(Users users) {
        this.users = requireNonNull(users, "users is null");
    }

    @Override
    public String name() {
        return "PLAIN";
    }

    @Override
    public LoginResult authenticate(byte[] response, Peer peer) {
        int second = indexOfNul(response, 1);
        if (response.length == 0 || response[0] != 0 || second < 0 || indexOfNul(response, second + 1) >= 0) {
            return new LoginResult.Malformed(
                    new ConnectionError(ReplyCode.SYNTAX_ERROR, "PLAIN response is not NUL, name, NUL, password"));
        }
        String name = new String(response, 1, second - 1, StandardCharsets.UTF_8);
        return users.authenticate(name, Arrays.copyOfRange(response, second + 1, response.length), peer.isLoopback());
    }

    private static int indexOfNul(byte[] octets, int from) {
        for (int i = from; i < octets.length; i++) {
            if (octets[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
