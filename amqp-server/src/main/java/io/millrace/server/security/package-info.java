/**
 * Who is it, and what may they do? Users, password hashes in RabbitMQ's format, and the SASL mechanisms of the
 * handshake.
 *
 * <p>Public on purpose: {@link io.millrace.server.security.Users} with {@link io.millrace.server.security.User},
 * {@link io.millrace.server.security.PasswordHash} and {@link io.millrace.server.security.HashingAlgorithm} for
 * definitions and administration; {@link io.millrace.server.security.SaslMechanisms} and its
 * {@link io.millrace.server.security.LoginResult} and {@link io.millrace.server.security.Peer} for the handshake;
 * {@link io.millrace.server.security.AuthenticatedUser}, which a connection holds from then on;
 * {@link io.millrace.server.security.AccessControl} for permissions, and the {@link io.millrace.server.security.Access}
 * through which a connection asks for them.
 */
package io.millrace.server.security;
