package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

/**
 * Which routing keys a user may use on one exchange; without one, all. Its natural key is (user, vhost, exchange).
 *
 * @param user the user's name
 * @param vhost the virtual host's name
 * @param exchange the exchange's name; the exchange need not exist
 * @param write regular expression over routing keys to publish with
 * @param read regular expression over keys to bind with
 */
public record TopicPermission(String user, String vhost, String exchange, String write, String read) {
    public TopicPermission {
        requireNonNull(user, "user is null");
        requireNonNull(vhost, "vhost is null");
        requireNonNull(exchange, "exchange is null");
        requireNonNull(write, "write is null");
        requireNonNull(read, "read is null");
    }
}
