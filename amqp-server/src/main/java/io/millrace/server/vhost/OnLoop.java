package io.millrace.server.vhost;

import io.millrace.codec.AmqpException;
import io.millrace.server.queue.HomeLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls a queue's loop from the definitions thread and waits: loops never wait for that thread, so this cannot lock up.
 */
final class OnLoop {
    /** No loop is busy for so long; if one is, the command fails and not the thread. */
    private static final long TIMEOUT_SECONDS = 30;

    private OnLoop() {}

    /** The call's result; an {@link AmqpException} that it throws is thrown here. */
    static <T> T call(HomeLoop loop, Supplier<T> call) {
        try {
            return CompletableFuture.supplyAsync(call, loop::execute)
                    .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AmqpException refused) {
                throw refused;
            }
            throw e;
        }
    }
}
