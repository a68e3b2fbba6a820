/**
 * Sets the log up, in code and from the broker's own settings: no file of the logging library is looked for, which
 * would cost start-up time and be a second way to configure.
 *
 * <p>Public on purpose: {@link io.millrace.server.logging.Logging}, and
 * {@link io.millrace.server.logging.InitialLogging} because the logging library creates it.
 */
package io.millrace.server.logging;
