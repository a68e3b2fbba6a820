package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Celery application with its workers: what it asks of a broker, also when a worker or the broker is killed. */
@Tag("own-broker")
class CeleryIT {
    private static final Path SCRIPTS = Settings.pythonScripts();
    private static final Path CLIENT = SCRIPTS.resolve("celery_client.py");
    private static final String QUEUE = "shop";
    private static final String READY = " ready.";

    private static BrokerProcess broker;

    @TempDir
    private Path scratch;

    private Path notes;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerProcess.start("celery");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void takeNotes() {
        notes = scratch.resolve("notes");
    }

    @Test
    void resultsComeBackOfTasksChainsAndGroupsAndAfterRetries() throws Exception {
        try (ExternalProgram worker = worker("rpc://", "prefork")) {
            assertEquals(List.of("5", "113", "True"), client("results"));
            assertEquals(List.of("4", "failed as always"), client("retries"));
            worker.stop();
        }
    }

    @Test
    void aChordIsCalledWhenAllOfItsGroupAreDone() throws Exception {
        String results = "file://" + Files.createDirectory(scratch.resolve("results"));
        try (ExternalProgram worker = worker(results, "prefork")) {
            List<String> total = ExternalProgram.run(
                    "env", "SHOP_RESULTS=" + results, Settings.python(), CLIENT.toString(), broker.uri(), "chords");
            assertEquals(List.of("55"), total);
            worker.stop();
        }
    }

    @Test
    void tasksRunByTheirPriority() throws Exception {
        client("by_priority", notes.toString(), "1", "5", "9", "0", "5", "3");
        try (ExternalProgram worker = worker("rpc://", "solo")) {
            assertEquals(List.of("9", "5", "5", "3", "1", "0"), awaitNotes(6));
            worker.stop();
        }
    }

    /** Those for later are held unacknowledged; the worker widens its window for each of them. */
    @Test
    void tasksForLaterDoNotHoldUpThoseForNow() throws Exception {
        try (ExternalProgram worker = worker("rpc://", "solo")) {
            assertEquals(List.of("now", "soon"), client("later", notes.toString(), "3"));
            assertEquals(List.of("now", "soon"), awaitNotes(2));
            awaitMessages(3);
            worker.stop();
        }
        try (Client client = new Client(broker.connectionFactory())) {
            assertEquals(3, client.drain(QUEUE).size());
        }
    }

    @Test
    void theTaskOfAWorkerThatIsKilledIsRunByAnother() throws Exception {
        Path gate = scratch.resolve("gate");
        client("send_held", notes.toString(), gate.toString());
        ExternalProgram killed = worker("rpc://", "solo");
        assertEquals(List.of("held redelivered=False"), awaitNotes(1));
        killed.close();
        try (ExternalProgram worker = worker("rpc://", "solo")) {
            assertEquals("held redelivered=True", awaitNotes(2).get(1));
            Files.createFile(gate);
            assertEquals("let go redelivered=True", awaitNotes(3).get(2));
            awaitMessages(0);
            worker.stop();
        }
    }

    /** The worker finds its way back by itself; what it was at when the broker died is run once more. */
    @Test
    void noTaskIsLostWhenTheBrokerIsKilled() throws Exception {
        Path gate = scratch.resolve("gate");
        client("send_held", notes.toString(), gate.toString());
        client("send_notes", notes.toString(), "1", "20");
        try (ExternalProgram worker = worker("rpc://", "solo")) {
            awaitNotes(1);
            broker.kill();
            Files.createFile(gate);
            broker.restart();
            List<String> expected = new ArrayList<>(List.of("held redelivered=False", "let go redelivered=False"));
            expected.addAll(List.of("held redelivered=True", "let go redelivered=True"));
            IntStream.rangeClosed(1, 20).forEach(number -> expected.add("" + number));
            assertEquals(expected, awaitNotes(expected.size()));
            assertEquals(List.of("5", "113", "True"), client("results"));
            awaitMessages(0);
            worker.stop();
        }
    }

    /** A worker that is ready for tasks. */
    private ExternalProgram worker(String results, String pool) throws Exception {
        ExternalProgram worker = ExternalProgram.start(
                "env",
                "SHOP_RESULTS=" + results,
                Settings.python(),
                "-m",
                "celery",
                "--workdir=" + SCRIPTS,
                "--app=celery_shop",
                "--broker=" + broker.uri(),
                "worker",
                "--pool=" + pool,
                "--concurrency=1",
                "--loglevel=INFO");
        worker.awaitLine(READY);
        return worker;
    }

    private List<String> client(String command, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(broker.uri(), command));
        words.addAll(List.of(arguments));
        return ExternalProgram.runPython(CLIENT, words.toArray(String[]::new));
    }

    /** What the tasks have written, once it is that many lines. */
    private List<String> awaitNotes(int count) throws IOException {
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        List<String> lines = List.of();
        while (lines.size() < count) {
            lines = Files.exists(notes) ? Files.readAllLines(notes) : List.of();
            assertTrue(System.nanoTime() - deadline < 0, "expected " + count + " notes: " + lines);
            Thread.onSpinWait();
        }
        return lines;
    }

    /** Waits until the queue has so many messages, held by the worker or not: those of tasks that are not done. */
    private void awaitMessages(int count) throws Exception {
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        List<String> printed = List.of();
        while (!printed.contains(QUEUE + "\t" + count)) {
            assertTrue(System.nanoTime() - deadline < 0, "expected " + count + " messages: " + printed);
            printed = broker.rabbitmqctl("list_queues", "name", "messages");
        }
    }
}
