package io.millrace.definitions;

import static java.util.Objects.requireNonNull;

/**
 * What a user may do in a virtual host; having one is what lets the user in. Its natural key is (user, vhost).
 *
 * @param user the user's name
 * @param vhost the virtual host's name
 * @param configure regular expression over names of what may be declared and deleted; empty for nothing
 * @param write the same for publishing to exchanges and binding queues
 * @param read the same for consuming from queues and binding to exchanges
 */
public record Permission(String user, String vhost, String configure, String write, String read) {
    public Permission {
        requireNonNull(user, "user is null");
        requireNonNull(vhost, "vhost is null");
        requireNonNull(configure, "configure is null");
        requireNonNull(write, "write is null");
        requireNonNull(read, "read is null");
    }
}
