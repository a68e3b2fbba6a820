package io.millrace.server.channel;

import io.millrace.codec.AmqpException;
import io.millrace.server.vhost.Reply;

/** Goes on whatever the answer is. */
record AnyReply<T>(Runnable next) implements Reply<T> {
    @Override
    public void succeeded(T result) {
        next.run();
    }

    @Override
    public void failed(AmqpException error) {
        next.run();
    }
}
