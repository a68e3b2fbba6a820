package io.millrace.server.control;

import io.millrace.codec.AmqpException;
import io.millrace.server.vhost.Reply;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Waits for what another thread does for a command. */
final class Await {
    private static final long SECONDS_MAX = 60;

    private Await() {}

    /**
     * Starts something with a reply and returns what is answered.
     *
     * @throws CommandFailure it was refused or takes too long
     */
    static <T> T reply(Consumer<Reply<T>> start) {
        CompletableFuture<T> future = new CompletableFuture<>();
        start.accept(new Reply<>() {
            @Override
            public void succeeded(T result) {
                future.complete(result);
            }

            @Override
            public void failed(AmqpException error) {
                future.completeExceptionally(error);
            }
        });
        return result(future);
    }

    private static String explanation(AmqpException refused) {
        String code = refused.replyCode().name() + " - ";
        String text = refused.replyText();
        return text.startsWith(code) ? text.substring(code.length()) : text;
    }

    /** The future's result. @throws CommandFailure as {@link #reply} */
    static <T> T result(CompletableFuture<T> future) {
        try {
            return future.orTimeout(SECONDS_MAX, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AmqpException refused) {
                throw new CommandFailure(
                        ExitCode.UNAVAILABLE,
                        "Error:\n{:amqp_error, :" + refused.replyCode().name().toLowerCase(Locale.ROOT) + ", ~c\""
                                + explanation(refused) + "\", :none}");
            }
            if (e.getCause() instanceof TimeoutException) {
                throw new CommandFailure(ExitCode.TEMPORARY, "Error:\nno answer within " + SECONDS_MAX + " seconds");
            }
            throw e;
        }
    }
}
