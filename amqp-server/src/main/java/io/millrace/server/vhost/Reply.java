package io.millrace.server.vhost;

import io.millrace.codec.AmqpException;

/** Where a command's answer goes. Exactly one of the two is called, once, on whatever thread has the answer. */
public interface Reply<T> {
    /** It was done. */
    void succeeded(T result);

    /** It was refused. */
    void failed(AmqpException error);
}
