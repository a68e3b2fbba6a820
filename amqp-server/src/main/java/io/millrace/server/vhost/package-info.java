/**
 * Virtual hosts: which exchanges, queues and bindings there are, and the one thread that changes them.
 *
 * <p>The tables of a {@link io.millrace.server.vhost.VirtualHost} have one writer, the thread of
 * {@link io.millrace.server.vhost.ControlPlane}, and any number of readers. A change becomes durable first, then takes
 * effect, then is answered.
 */
package io.millrace.server.vhost;
