package io.millrace.server.security;

/** A way to say who one is in {@code connection.start-ok}. Stateless; any thread may use it. */
public sealed interface SaslMechanism permits AmqPlainMechanism, AnonymousMechanism, PlainMechanism {

    /** The name in {@code connection.start}, in upper case. */
    String name();

    /**
     * Judges the response of {@code connection.start-ok}.
     *
     * @param remoteIsLoopback as in {@link Users#authenticate}
     */
    LoginResult authenticate(byte[] response, boolean remoteIsLoopback);
}
