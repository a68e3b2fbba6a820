package io.millrace.server.vhost;

import io.millrace.codec.AmqpException;
import io.millrace.definitions.DefinitionStore;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.H2DefinitionStore;
import io.millrace.log.SyncMode;
import io.millrace.log.files.DiskFiles;
import io.millrace.log.stream.StreamLogs;
import io.millrace.log.stream.StreamThreads;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.HandDrivenStore;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.LogPlace;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.PublishBatch;
import io.millrace.server.queue.QueueJournal;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.security.AccessControl;
import io.millrace.server.security.HashingAlgorithm;
import io.millrace.server.security.PasswordHash;
import io.millrace.server.security.User;
import io.millrace.server.security.Users;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Definitions of a broker without sockets and messages: an H2 file, the definitions thread, and loops that are none.
 */
final class AdminFixture {
    private final BrokerCounters counters = new BrokerCounters();
    private final List<String> evictions = new CopyOnWriteArrayList<>();
    private final DefinitionStore store;
    private final StreamLogs streams;
    private final ControlPlane control;
    private final Administration administration;

    AdminFixture(Path directory) {
        store = H2DefinitionStore.open(directory);
        streams = openStreams(directory);
        Definitions definitions = store.load();
        control = new ControlPlane(store, cause -> {});
        QueueMemory memory = new QueueMemory(bytes -> {}, new HandDrivenStore(), Integer.MAX_VALUE, Long.MAX_VALUE);
        VirtualHosts virtualHosts = new VirtualHosts(
                control, memory, streams, QueueDefaults.USUAL, Compatibility.RABBITMQ_4, counters.forThread());
        virtualHosts.load(definitions, CallerLoop::new);
        Users users =
                new Users(definitions.users().stream().map(User::ofDefinition).toList(), Set.of());
        administration =
                new Administration(control, virtualHosts, users, new AccessControl(definitions), new Evictions() {
                    @Override
                    public void evictFromVhost(String vhost, String reason) {
                        evictions.add(vhost + ": " + reason);
                    }

                    @Override
                    public void evictUser(String user, String reason) {
                        evictions.add(user + ": " + reason);
                    }
                });
        administration.load(definitions);
        control.start();
    }

    /** Streams whose work is done by whoever asks for it. */
    private static StreamLogs openStreams(Path directory) {
        try {
            return StreamLogs.open(
                    DiskFiles.in(directory.resolve("streams")),
                    new StreamThreads(Runnable::run, task -> {}, Runnable::run),
                    SyncMode.OS,
                    () -> 0,
                    new Random(1),
                    cause -> {
                        throw new AssertionError(cause);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static User user(String name) {
        return new User(
                name,
                PasswordHash.ofPassword("p".getBytes(StandardCharsets.UTF_8), HashingAlgorithm.SHA256, new Random(1)),
                Set.of());
    }

    Administration administration() {
        return administration;
    }

    List<String> evictions() {
        return evictions;
    }

    /** Has the administration do something. */
    Outcome apply(Consumer<Reply<Outcome>> command) {
        return await(command);
    }

    /** The answer; an {@link AmqpException} when it was refused. */
    <T> T await(Consumer<Reply<T>> command) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        command.accept(new Reply<>() {
            @Override
            public void succeeded(T result) {
                answer.complete(result);
            }

            @Override
            public void failed(AmqpException error) {
                answer.completeExceptionally(error);
            }
        });
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw (AmqpException) e.getCause();
        }
    }

    void close() throws InterruptedException {
        control.stop();
        store.close();
        try {
            streams.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs everything at once, where it is called. */
    private final class CallerLoop implements HomeLoop {
        private final LoopCounters loopCounters = counters.forThread();

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public java.util.concurrent.Future<?> schedule(Runnable task, long delayNanos) {
            return new CompletableFuture<>(); // nothing here is ever late
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long currentTimeMillis() {
            return 0;
        }

        @Override
        public QueueJournal journal() {
            return new QueueJournal() {
                @Override
                public void publish(int queueId, long sequence, Message message) {}

                @Override
                public void move(int queueId, long sequence, Message message, LogPlace from) {}

                @Override
                public void acknowledge(int queueId, long firstSequence, long lastSequence) {}

                @Override
                public void deleteQueue(int queueId) {}

                @Override
                public void settleWhenDurable(PublishBatch batch) {}
            };
        }

        @Override
        public LoopCounters counters() {
            return loopCounters;
        }
    }
}
