/**
 * Where the process begins and where everything is put together.
 *
 * <p>Public on purpose: {@link io.millrace.server.Main}.
 */
package io.millrace.server;
