package io.millrace.server.net;

/**
 * Options of clients' sockets.
 *
 * @param backlog connections that may wait to be accepted
 * @param sendBufferBytes 0 leaves it to the system
 * @param receiveBufferBytes 0 leaves it to the system
 */
public record SocketOptions(
        int backlog, boolean noDelay, boolean keepAlive, int sendBufferBytes, int receiveBufferBytes) {}
