package io.millrace.server.security;

import io.millrace.codec.ConnectionError;

/** What came of an attempt to log in. */
public sealed interface LoginResult {

    /** The peer is who it says it is. */
    record Success(AuthenticatedUser user) implements LoginResult {}

    /**
     * Somebody who must not come in. The peer is told neither which part was wrong nor whether the user exists.
     *
     * @param userName the name that was tried, safe to log
     * @param logReason why, for the log only; never holds the password
     */
    record Refused(String userName, String logReason) implements LoginResult {}

    /**
     * Not a proper response at all. The socket is closed without a frame; the error is for the log.
     *
     * @param error what was wrong; never holds the response itself, since that holds a password
     */
    record Malformed(ConnectionError error) implements LoginResult {}
}
