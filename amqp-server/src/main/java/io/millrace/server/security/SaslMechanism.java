package io.millrace.server.security;

/** A way to say who one is in {@code connection.start-ok}. Stateless; any thread may use it. */
public sealed interface SaslMechanism permits AmqPlainMechanism, AnonymousMechanism, ExternalMechanism, PlainMechanism {

    /** The name in {@code connection.start}, in upper case. */
    String name();

    /** Whether it is of use without TLS. */
    default boolean worksWithoutTls() {
        return true;
    }

    /** Judges the response of {@code connection.start-ok}. */
    LoginResult authenticate(byte[] response, Peer peer);
}
