/**
 * The operator's command line, {@code rabbitmqctl}: a socket in the data directory that only the broker's owner may
 * open ({@link io.millrace.server.control.ControlSocket}), the commands behind it, with RabbitMQ's words and exit
 * codes, and the small client that the script starts ({@link io.millrace.server.control.Rabbitmqctl}).
 *
 * <p>Commands run on a thread of their call. What they change goes through
 * {@link io.millrace.server.vhost.Administration}, what they show are snapshots.
 */
package io.millrace.server.control;
