package io.millrace.server.channel;

import io.millrace.codec.AmqpException;
import io.millrace.codec.method.Method;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.vhost.Reply;

/** A method that waits for its answer from another thread. The answer is brought to the channel's loop. */
final class Pending<T> implements Reply<T> {
    /** Starts what is waited for, with the reply to answer. */
    interface Start<T> {
        void with(Reply<T> reply);
    }

    /** Finishes the method on the channel's loop. May throw {@link AmqpException}. */
    interface Done<T> {
        void with(T result);

        /** It was done, but the channel has ended meanwhile. */
        default void abandoned(T result) {}
    }

    private final Channel channel;
    private final HomeLoop loop;
    private final Method method;
    private final Done<T> done;
    private T result;
    private AmqpException error;

    Pending(Channel channel, HomeLoop loop, Method method, Done<T> done) {
        this.channel = channel;
        this.loop = loop;
        this.method = method;
        this.done = done;
    }

    @Override
    public void succeeded(T newResult) {
        result = newResult;
        loop.run(this::complete);
    }

    @Override
    public void failed(AmqpException newError) {
        error = newError;
        loop.run(this::complete);
    }

    private void complete() {
        channel.completed(this);
    }

    /** The channel has ended: nobody is answered. */
    void abandon() {
        if (error == null) {
            done.abandoned(result);
        }
    }

    /** Answers the client, or throws the error with the method's ids. */
    void finish() {
        try {
            if (error != null) {
                throw error;
            }
            done.with(result);
        } catch (AmqpException e) {
            throw e.withMethod(method.classId(), method.methodId());
        }
    }
}
