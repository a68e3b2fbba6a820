/**
 * Connections: from the protocol header to the close. A connection and its channels live on one event loop.
 *
 * <p>Public are {@link io.millrace.server.connection.ConnectionHandler}, which a socket's pipeline ends in, what all
 * connections share ({@link io.millrace.server.connection.ConnectionContext}), and the list of those that are open
 * ({@link io.millrace.server.connection.Connections}).
 */
package io.millrace.server.connection;
