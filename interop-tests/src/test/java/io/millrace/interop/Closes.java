package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownNotifier;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.Executable;

/** What the broker closes and what it says then. */
final class Closes {
    private Closes() {}

    /** The call must fail with a channel.close of exactly this text. */
    static void channel(int code, String text, Executable call) {
        ShutdownSignalException signal = signalOf(call);
        AMQP.Channel.Close close = (AMQP.Channel.Close) signal.getReason();
        assertEquals(code + " " + text, close.getReplyCode() + " " + close.getReplyText());
    }

    /** The call must fail with a connection.close of exactly this text. */
    static void connection(int code, String text, Executable call) {
        ShutdownSignalException signal = signalOf(call);
        AMQP.Connection.Close close = (AMQP.Connection.Close) signal.getReason();
        assertEquals(code + " " + text, close.getReplyCode() + " " + close.getReplyText());
    }

    /** Waits until the broker closes a channel or connection, for calls that have no answer. */
    static void eventually(ShutdownNotifier notifier, int code, String text) throws Exception {
        CompletableFuture<ShutdownSignalException> closed = new CompletableFuture<>();
        notifier.addShutdownListener(closed::complete);
        Object reason =
                closed.get(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS).getReason();
        if (reason instanceof AMQP.Channel.Close close) {
            assertEquals(code + " " + text, close.getReplyCode() + " " + close.getReplyText());
        } else {
            AMQP.Connection.Close close = (AMQP.Connection.Close) reason;
            assertEquals(code + " " + text, close.getReplyCode() + " " + close.getReplyText());
        }
    }

    private static ShutdownSignalException signalOf(Executable call) {
        Exception e = assertThrows(Exception.class, call);
        if (e instanceof ShutdownSignalException signal) {
            return signal;
        }
        if (e instanceof IOException && e.getCause() instanceof ShutdownSignalException signal) {
            return signal;
        }
        throw new AssertionError("not an answer of the broker", e);
    }
}
