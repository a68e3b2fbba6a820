package io.millrace.server;

import io.millrace.definitions.DefinitionStoreException;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.ExchangeDefinition;
import io.millrace.definitions.H2DefinitionStore;
import io.millrace.definitions.QueueDefinition;
import io.millrace.log.LogInspection;
import io.millrace.log.files.DiskFiles;
import io.millrace.log.stream.StreamInspection;
import io.millrace.server.CommandLine.Request;
import io.millrace.server.queue.QueueKind;
import io.millrace.server.vhost.VirtualHosts;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Looks into a data directory at rest: {@code store verify} and {@code store dump}. It changes nothing; the definitions
 * are read from a copy, since to open a database is to write to it.
 *
 * <p>Exit codes: 0 everything is sound, 1 something is damaged, 2 the directory cannot be read or a broker has it.
 */
final class StoreCommand {
    static final int SOUND = 0;
    static final int DAMAGED = 1;
    static final int UNREADABLE = 2;

    private static final String DEFINITIONS = "definitions";
    private static final String DEFINITIONS_FILE = "definitions.mv.db";
    private static final String MESSAGES = "messages";
    private static final String STREAMS = "streams";

    private final Request.Store request;
    private final PrintStream out;
    private final PrintStream err;
    /**
     * Whose messages have an id in the log.
     *
     * @param kind queue or exchange
     */
    private record Owner(String kind, String name, String vhost) {}

    /** By their ids in the log; a queue with priorities has several, and so have exchanges that keep messages. */
    private final Map<Integer, Owner> owners = new HashMap<>();

    private int queueCount;
    private boolean definitionsRead;
    private long damages;

    StoreCommand(Request.Store request, PrintStream out, PrintStream err) {
        this.request = request;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit code. */
    int run() {
        try {
            Path messages = request.directory().resolve(MESSAGES);
            if (!Files.isDirectory(messages)) {
                throw new NotDirectoryException(messages.toString());
            }
            readDefinitions();
            LogInspection.Summary summary =
                    LogInspection.inspect(DiskFiles.in(messages), this::isLive, new Reporter(MESSAGES));
            if (!request.dump()) {
                print(summary);
            }
            inspectStreams();
            if (!request.dump()) {
                out.println(damages == 0 ? "sound" : "damaged in " + damages + " places");
            }
            out.flush();
            return damages == 0 ? SOUND : DAMAGED;
        } catch (IOException e) {
            err.println("millrace: cannot read " + request.directory() + ": "
                    + (e instanceof NotDirectoryException ? "there is no directory " : "") + e.getMessage());
            return UNREADABLE;
        }
    }

    private boolean isLive(int queueId) {
        return !definitionsRead || owners.containsKey(queueId);
    }

    /** A broker that never had a stream may have no directory for them. */
    private void inspectStreams() throws IOException {
        Path streams = request.directory().resolve(STREAMS);
        if (!Files.isDirectory(streams)) {
            return;
        }
        StreamInspection.Summary summary =
                StreamInspection.inspect(DiskFiles.in(streams), this::isLive, new Reporter(STREAMS));
        if (!request.dump() && summary.segments() > 0) {
            out.println("streams: " + summary.segments() + " segment files, " + summary.chunks() + " chunks");
            summary.messages().forEach((id, count) -> out.println("  " + count + " in " + describe(id)));
        }
    }

    private void readDefinitions() throws IOException {
        Path directory = request.directory().resolve(DEFINITIONS);
        if (!Files.isDirectory(directory)) {
            damage(DEFINITIONS, "there are no definitions");
            return;
        }
        Path copy = Files.createTempDirectory("millrace-store");
        try (Closeable lock = DiskFiles.in(directory).lock()) {
            assert lock != null : "no lock";
            Files.copy(directory.resolve(DEFINITIONS_FILE), copy.resolve(DEFINITIONS_FILE));
            readCopy(copy);
        } finally {
            try (Stream<Path> left = Files.list(copy)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(copy);
        }
    }

    private void readCopy(Path copy) {
        try (H2DefinitionStore store = H2DefinitionStore.open(copy)) {
            Definitions definitions = store.load();
            for (QueueDefinition queue : definitions.queues()) {
                queueCount++;
                Owner owner = new Owner("queue", queue.name(), queue.vhost());
                put(queue.id(), VirtualHosts.storeIds(queue), owner);
                put(QueueKind.retryStoreId(queue.id()), 1, owner);
                put(QueueKind.keysStoreId(queue.id()), 1, new Owner("keys of queue", queue.name(), queue.vhost()));
                put(QueueKind.timesStoreId(queue.id()), 1, new Owner("times of queue", queue.name(), queue.vhost()));
            }
            for (ExchangeDefinition exchange : definitions.exchanges()) {
                Owner owner = new Owner("exchange", exchange.name(), exchange.vhost());
                int count = VirtualHosts.storeIds(exchange);
                put(exchange.storeId(), count, owner);
                if (count > 0) {
                    put(
                            QueueKind.keysStoreId(exchange.storeId()),
                            1,
                            new Owner("keys of exchange", exchange.name(), exchange.vhost()));
                    put(
                            QueueKind.timesStoreId(exchange.storeId()),
                            1,
                            new Owner("times of exchange", exchange.name(), exchange.vhost()));
                }
            }
            definitionsRead = true;
        } catch (DefinitionStoreException e) {
            // Without them every queue that the log names counts as one.
            damage(DEFINITIONS + "/" + DEFINITIONS_FILE, e.getMessage());
        }
    }

    private void put(int first, int count, Owner owner) {
        for (int id = first; id < first + count; id++) {
            owners.put(id, owner);
        }
    }

    private void print(LogInspection.Summary summary) {
        long messages =
                summary.messages().values().stream().mapToLong(count -> count).sum();
        out.println("definitions: " + queueCount + " queues");
        out.println("log: " + summary.walFiles() + " write-ahead files, " + summary.segmentFiles() + " segment files, "
                + summary.records() + " records");
        out.println("messages: " + messages + " in " + summary.messages().size() + " queues");
        summary.messages().forEach((id, count) -> out.println("  " + count + " in " + describe(id)));
    }

    private String describe(int queueId) {
        Owner owner = owners.get(queueId);
        return owner == null
                ? "queue " + queueId
                : owner.kind() + " " + queueId + " '" + owner.name() + "' in vhost '" + owner.vhost() + "'";
    }

    /** Prints what is found in one of the directories. */
    private final class Reporter implements LogInspection.Listener {
        private final String directory;

        Reporter(String directory) {
            this.directory = directory;
        }

        @Override
        public void record(String file, long offset, String type, int queueId, long first, long last, long octets) {
            if (!request.dump() || !isWanted(queueId)) {
                return;
            }
            StringBuilder line = new StringBuilder();
            line.append(file).append(' ').append(offset).append(' ').append(type);
            if (queueId != 0) {
                line.append(" queue=").append(queueId);
            }
            // Sequences begin with 1, the offsets of a stream with 0.
            if (first != 0 || directory.equals(STREAMS)) {
                line.append(" sequence=").append(first);
            }
            if (last != first) {
                line.append('-').append(last);
            }
            out.println(line.append(" octets=").append(octets));
        }

        @Override
        public void damage(String file, long offset, String what) {
            StoreCommand.this.damage(directory + "/" + file + " at " + offset, what);
        }
    }

    private boolean isWanted(int queueId) {
        if (request.queue().isEmpty()) {
            return true;
        }
        Owner owner = owners.get(queueId);
        return owner != null && owner.name().equals(request.queue().get());
    }

    private void damage(String place, String what) {
        damages++;
        out.println("damaged: " + place + ": " + what);
    }
}
