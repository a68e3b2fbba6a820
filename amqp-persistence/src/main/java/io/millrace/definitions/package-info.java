/**
 * What the broker has been told to have - virtual hosts, users and their permissions, exchanges, queues, bindings and
 * parameters - kept in one embedded H2 file in the data directory. Messages are not here.
 *
 * <p>Arguments, routing keys and password hashes are opaque: this package stores the octets and knows no AMQP type. It
 * is the only user of JDBC.
 *
 * <p>Public on purpose: {@link io.millrace.definitions.DefinitionStore} with its implementation
 * {@link io.millrace.definitions.H2DefinitionStore}, the definition records,
 * {@link io.millrace.definitions.DefinitionChange} and {@link io.millrace.definitions.DefinitionStoreException}.
 */
package io.millrace.definitions;
