package io.millrace.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load generator of the benchmarks: its figures are worth nothing unless its books balance. */
@WithBroker
class LoadGeneratorIT {
    private static final int COUNT = 20_000;

    @Test
    void everyTransientMessageArrivesOnce(Client client) throws Exception {
        String result = load(client, "--size=16", "--auto-ack");
        assertBalanced(result);
        assertEquals(0, figure(result, "confirmed"));
    }

    @Test
    void everyConfirmedMessageArrivesOnce(Client client) throws Exception {
        String result = load(
                client,
                "--size=300",
                "--persistent",
                "--durable",
                "--confirms=500",
                "--prefetch=200",
                "--ack-every=100");
        assertBalanced(result);
        assertEquals(COUNT, figure(result, "confirmed"));
        assertEquals(0, figure(result, "refused"));
    }

    @Test
    void bodiesOfManyFramesArriveOnce(Client client) throws Exception {
        String result = run(client, "--size=300000", "--auto-ack", "--count=50", "--ledger", "--loops=2");
        assertEquals(50, figure(result, "expected"));
        assertEquals(0, figure(result, "missing") + figure(result, "duplicates"));
    }

    @Test
    void aFanoutCopiesAndATopicPicks(Client client) throws Exception {
        String fanout = run(
                client,
                "--size=16",
                "--auto-ack",
                "--count=1000",
                "--queues=3",
                "--consumers=3",
                "--exchange=" + client.name(),
                "--exchange-type=fanout");
        assertEquals(1000, figure(fanout, "published"));
        assertEquals(3000, figure(fanout, "consumed"));
        String topic = load(
                client,
                "--size=16",
                "--auto-ack",
                "--queues=5",
                "--consumers=5",
                "--exchange=" + client.name(),
                "--exchange-type=topic",
                "--bindings=40");
        assertBalanced(topic);
    }

    @Test
    void theLedgerOfOneRunIsCheckedByAnother(Client client, @TempDir Path folder) throws Exception {
        String file = folder.resolve("confirmed.ledger").toString();
        String queues = "--prefix=" + client.name();
        run(
                client,
                queues,
                "--size=16",
                "--consumers=0",
                "--confirms=100",
                "--count=500",
                "--keep",
                "--confirmed-out",
                file);
        String checked =
                run(client, queues, "--size=16", "--publishers=0", "--auto-ack", "--count=500", "--check", file);
        assertEquals(500, figure(checked, "expected"));
        assertEquals(0, figure(checked, "missing"));
        String other = run(client, "--size=16", "--auto-ack", "--count=300", "--check", file);
        assertEquals(200, figure(other, "missing"), "a check that finds nothing missing proves nothing");
    }

    @Test
    void comparisonsEndWithATable(Client client, @TempDir Path folder) throws Exception {
        List<String> lines = ExternalProgram.run(
                Settings.benchmarks().resolve("compare.sh").toString(),
                "--scenarios=S1b,confirmed",
                "--repeats=1",
                "--seconds=0.5",
                "--warm=0.1",
                "--quiet=9",
                "--out=" + folder.resolve("results.jsonl"),
                "--data=" + folder,
                "here=" + client.uri());
        List<String> rows =
                lines.stream().filter(line -> line.startsWith("| here | 1 |")).toList();
        assertEquals(2, rows.size(), () -> String.join("\n", lines));
        assertTrue(lines.stream().anyMatch(line -> line.contains("CPU s/million")), () -> String.join("\n", lines));
    }

    private static void assertBalanced(String result) {
        assertEquals(COUNT, figure(result, "published"), result);
        assertEquals(COUNT, figure(result, "consumed"), result);
        assertEquals(COUNT, figure(result, "expected"), result);
        assertEquals(0, figure(result, "missing"), result);
        assertEquals(0, figure(result, "duplicates"), result);
    }

    private static String load(Client client, String... options) throws Exception {
        List<String> counted = new ArrayList<>(List.of("--count=" + COUNT, "--ledger"));
        counted.addAll(List.of(options));
        return run(client, counted.toArray(String[]::new));
    }

    /** Returns the line of JSON that it ends with. */
    private static String run(Client client, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Settings.loadGenerator().toString(), "--uri=" + client.uri()));
        command.addAll(List.of(options));
        List<String> lines = ExternalProgram.run(command.toArray(String[]::new));
        return lines.get(lines.size() - 1);
    }

    private static long figure(String result, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":(\\d+)").matcher(result);
        assertTrue(matcher.find(), () -> name + " is not in " + result);
        return Long.parseLong(matcher.group(1));
    }
}
