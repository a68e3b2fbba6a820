package io.millrace.log.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Who does the work of the streams: each of these runs one task after the other.
 *
 * @param writer writes and syncs
 * @param later hands to the writer after a while, for what did not work at once
 * @param reader reads
 */
public record StreamThreads(Executor writer, Executor later, Executor reader) {
    private static final long RETRY_SECONDS = 1;

    /** A thread that writes and a thread that reads. They end when {@link #end} is called. */
    public static StreamThreads start() {
        ExecutorService writer = Executors.newSingleThreadExecutor(task -> thread(task, "millrace-streams"));
        ExecutorService reader = Executors.newSingleThreadExecutor(task -> thread(task, "millrace-streams-read"));
        return new StreamThreads(
                writer, CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, writer), reader);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Waits until everything handed over before is done, and ends the threads. */
    void end() {
        end(reader);
        end(writer);
    }

    private static void end(Executor executor) {
        if (!(executor instanceof ExecutorService service)) {
            return;
        }
        service.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = service.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
