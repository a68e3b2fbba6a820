package io.millrace.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.server.config.BrokerConfig;
import io.millrace.server.control.Rabbitmqctl;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a running broker, whose answers are those that RabbitMQ's tool was seen to give. */
final class RabbitmqctlTest {
    private static final String TRANSCRIPT = "rabbitmqctl.txt";

    @TempDir
    private static Path directory;

    private static BrokerNode node;

    @BeforeAll
    static void startBroker() throws IOException {
        node = new BrokerNode(BrokerConfig.of(Map.of(
                "data_dir", directory.toString(), "listeners.tcp.default", "127.0.0.1:0", "node_name", "rabbit@here")));
        node.start();
        Path definitions = Files.writeString(
                directory.resolve("definitions.json"),
                "{\"queues\":[{\"name\":\"mgq3\",\"vhost\":\"/\",\"durable\":true},{\"name\":\"mgqq\",\"vhost\":\"/\","
                        + "\"durable\":true,\"arguments\":{\"x-queue-type\":\"quorum\"}}]}");
        assertEquals(List.of(), run("-q import_definitions " + definitions));
    }

    @AfterAll
    static void stopBroker() throws IOException {
        node.close();
    }

    @TestFactory
    List<DynamicTest> everyCommandAnswersAsRecorded() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (List<String> call : calls()) {
            String line = call.get(0).substring(2);
            List<String> expected = call.subList(1, call.size());
            tests.add(DynamicTest.dynamicTest(line, () -> assertEquals(expected, run(line))));
        }
        return tests;
    }

    @Test
    void aFileThatIsNotThereIsABadArgument() throws IOException {
        List<String> answer = run("import_definitions /no/file");
        assertEquals("! Error (argument validation): Bad argument: File /no/file does not exist", answer.get(0));
        assertEquals("= 65", answer.get(answer.size() - 1));
        answer = run("export_definitions /no/file");
        assertEquals("! Error (argument validation): Bad argument: Directory /no does not exist", answer.get(0));
        assertEquals("= 65", answer.get(answer.size() - 1));
    }

    /** Calls are apart by a blank line: the command, what it prints, and its exit code where that is not 0. */
    private static List<List<String>> calls() throws IOException {
        List<List<String>> calls = new ArrayList<>();
        try (InputStream transcript = RabbitmqctlTest.class.getResourceAsStream(TRANSCRIPT)) {
            for (String call : new String(transcript.readAllBytes(), UTF_8).split("\n\n", -1)) {
                List<String> lines =
                        call.lines().filter(each -> !each.startsWith("#")).toList();
                if (!lines.isEmpty()) {
                    calls.add(lines);
                }
            }
        }
        return calls;
    }

    private static List<String> run(String line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Rabbitmqctl client = new Rabbitmqctl(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        int code = client.run(directory, List.of(line.split(" ", -1)));
        List<String> answer = new ArrayList<>();
        out.toString(UTF_8).lines().forEach(each -> answer.add(("| " + each).stripTrailing()));
        err.toString(UTF_8).lines().forEach(each -> answer.add(("! " + each).stripTrailing()));
        if (code != 0) {
            answer.add("= " + code);
        }
        return answer;
    }
}
