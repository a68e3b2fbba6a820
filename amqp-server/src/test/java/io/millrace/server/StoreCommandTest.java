package io.millrace.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.H2DefinitionStore;
import io.millrace.definitions.QueueDefinition;
import io.millrace.definitions.VhostDefinition;
import io.millrace.log.AppendBatch;
import io.millrace.log.DurableListener;
import io.millrace.log.LogConfig;
import io.millrace.log.MessageLog;
import io.millrace.log.RecoveryTarget;
import io.millrace.log.files.DiskFiles;
import io.millrace.server.queue.Messages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory on the real disk: queue 'one' has two messages, queue 'two' one, a queue that is gone one. */
final class StoreCommandTest implements RecoveryTarget, DurableListener {
    private static final int FIRST_MESSAGE_AT = 32 + 16 + 60;

    @TempDir
    private Path data;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeMessages() throws IOException {
        try (H2DefinitionStore store = H2DefinitionStore.open(data.resolve("definitions"))) {
            store.apply(List.of(
                    new DefinitionChange.PutVhost(new VhostDefinition("/")),
                    new DefinitionChange.PutQueue(new QueueDefinition(1, "/", "one", true, false, new byte[0])),
                    new DefinitionChange.PutQueue(new QueueDefinition(2, "/", "two", true, false, new byte[0]))));
        }
        try (MessageLog log = openLog()) {
            AppendBatch batch = new AppendBatch();
            for (int queueId = 1; queueId <= 3; queueId++) {
                batch.publish(queueId, 1, Messages.persistentOf(100));
            }
            batch.publish(1, 2, Messages.persistentOf(100));
            log.submit(batch);
        }
    }

    private MessageLog openLog() throws IOException {
        return MessageLog.open(
                DiskFiles.in(data.resolve("messages")), LogConfig.defaults().withFileSize(1 << 16), this, this);
    }

    @Override
    public boolean isLive(int queueId) {
        return true;
    }

    @Override
    public void recovered(int queueId, long messages, long lastSequence, long deliveredUpTo) {}

    @Override
    public void durable(List<AppendBatch> batches) {}

    @Override
    public void failed(IOException e) {
        throw new AssertionError(e);
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        BrokerLauncher none = config -> {
            throw new AssertionError("a broker was started");
        };
        OptionalInt exit = new Main(
                        none, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
                .run(arguments);
        return exit.orElseThrow();
    }

    @Test
    void aSoundDirectoryIsSummedUp() {
        assertEquals(0, run("store", "verify", data.toString()));
        assertEquals(
                List.of(
                        "definitions: 2 queues",
                        "log: 1 write-ahead files, 0 segment files, 6 records",
                        "messages: 3 in 2 queues",
                        "  2 in queue 1 'one' in vhost '/'",
                        "  1 in queue 2 'two' in vhost '/'",
                        "sound"),
                out.toString(UTF_8).lines().toList());
    }

    @Test
    void aFlippedBitIsNamedWithFileAndOffset() throws IOException {
        flip(data.resolve("messages/00000000000000000001.wal"), FIRST_MESSAGE_AT);
        assertEquals(1, run("store", "verify", data.toString()));
        String text = out.toString(UTF_8);
        assertTrue(text.startsWith("damaged: messages/00000000000000000001.wal at 48: unreadable up to "), text);
        assertTrue(text.contains("messages: 2 in 2 queues"), text);
        assertTrue(text.endsWith("damaged in 1 places" + System.lineSeparator()), text);
    }

    @Test
    void damagedDefinitionsLeaveTheMessagesCountable() throws IOException {
        Files.write(data.resolve("definitions/definitions.mv.db"), new byte[20_000]);
        assertEquals(1, run("store", "verify", data.toString()));
        String text = out.toString(UTF_8);
        assertTrue(text.startsWith("damaged: definitions/definitions.mv.db: "), text);
        assertTrue(text.contains("messages: 4 in 3 queues"), text);
    }

    @Test
    void everyRecordOfAQueueIsPrinted() {
        assertEquals(0, run("store", "dump", "--queue", "one", data.toString()));
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(1).matches("0{19}1\\.wal \\d+ publish queue=1 sequence=2 octets=\\d+"), lines.toString());
        assertEquals(0, run("store", "dump", data.toString()));
        assertEquals(6, out.toString(UTF_8).lines().count());
    }

    @Test
    void whatCannotBeReadIsExitCodeTwo() throws IOException {
        assertEquals(2, run("store", "verify", data.resolve("nowhere").toString()));
        assertTrue(Files.notExists(data.resolve("nowhere")));
        assertEquals(2, run("store"));
        assertEquals(2, run("store", "verify"));
        try (MessageLog open = openLog()) {
            assertEquals(2, run("store", "verify", data.toString()), open.statistics()::toString);
        }
        assertTrue(err.toString(UTF_8).contains("in use"), err.toString(UTF_8));
    }

    private static void flip(Path file, long octet) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(octet);
            int value = open.read();
            open.seek(octet);
            open.write(value ^ 4);
        }
    }
}
