/**
 * Routing: which queues does a message go to?
 *
 * <p>An {@link io.millrace.server.routing.Exchange} holds the bindings that start at it, one class a type. The tables
 * have one writer, the definitions thread, and any number of readers that take no lock. A
 * {@link io.millrace.server.routing.Router} walks from an exchange over its bindings to other exchanges, and on to the
 * alternate exchange where nothing matched, and returns a {@link io.millrace.server.routing.Route}. A
 * {@link io.millrace.server.routing.RouteCache} of each connection remembers routes, so that a publisher that repeats
 * itself costs one lookup and no allocation.
 *
 * <p>Public on purpose: the exchanges and what creates them ({@link io.millrace.server.routing.ExchangeTypes},
 * {@link io.millrace.server.routing.ExchangeDeclaration}), {@link io.millrace.server.routing.Binding},
 * {@link io.millrace.server.routing.BindingTable}, {@link io.millrace.server.routing.Router},
 * {@link io.millrace.server.routing.RouteCache}, {@link io.millrace.server.routing.Route},
 * {@link io.millrace.server.routing.MessageProperties}, which a message has its routes from, and
 * {@link io.millrace.server.routing.Destination}, the only thing that routing knows of a queue.
 */
package io.millrace.server.routing;
