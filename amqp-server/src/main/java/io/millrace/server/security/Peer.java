package io.millrace.server.security;

import io.millrace.server.tls.TlsSession;
import java.util.Optional;

/**
 * Who wants to log in, as far as the connection tells.
 *
 * @param isLoopback whether it is on this machine: its own address counts, not the one it connected to
 * @param tls empty without TLS
 */
public record Peer(boolean isLoopback, Optional<TlsSession> tls) {}
