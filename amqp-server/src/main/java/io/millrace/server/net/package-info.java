/**
 * Sockets: event loops ({@link io.millrace.server.net.EventLoops}), listeners
 * ({@link io.millrace.server.net.Listeners}) and the pipeline of a connection
 * ({@link io.millrace.server.net.ConnectionPipeline}). The only package that knows Netty's transports and bootstrap.
 */
package io.millrace.server.net;
