package io.millrace.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PrometheusTextTest {
    private static final BrokerIdentity IDENTITY =
            new BrokerIdentity("rabbit@host", "a \"quoted\\\nname", "cluster-id", "4.3.6", "Millrace", "0.1.0");

    private final BrokerCounters counters = new BrokerCounters();
    private final PrometheusText text = new PrometheusText(counters, new FixedGauges(), IDENTITY);

    @AfterEach
    void close() {
        text.close();
    }

    @Test
    void everythingThatTheDashboardAsksForIsThereFromTheStart() throws IOException {
        List<String> lines = scrape();
        for (String wanted : dashboardNames()) {
            String[] parts = wanted.split(" ");
            String type = parts[0];
            String name = parts[1];
            assertTrue(lines.contains("# TYPE " + name + " " + type), () -> "missing: TYPE of " + wanted);
            assertTrue(lines.stream().anyMatch(line -> line.startsWith("# HELP " + name + " ")), wanted);
            String series = type.equals("histogram") ? name + "_count" : name;
            List<String> samples = samples(lines, series);
            assertEquals(1, samples.size(), () -> "series of " + series + ": " + samples);
            for (String label : Arrays.asList(parts).subList(2, parts.length)) {
                assertTrue(samples.get(0).matches(".*[{,]" + label + "=\".*"), () -> label + " in " + samples);
            }
            if (type.equals("counter")) {
                assertTrue(samples.get(0).endsWith(" 0.0"), () -> "not 0: " + samples);
            }
        }
    }

    @Test
    void everyCounterShowsItsOwnSum() throws IOException {
        LoopCounters first = counters.forThread();
        LoopCounters second = counters.forThread();
        int amount = 1;
        for (BrokerCounter counter : BrokerCounter.values()) {
            first.add(counter, amount++);
            second.add(counter, 1000);
        }

        List<String> lines = scrape();
        amount = 1;
        for (BrokerCounter counter : BrokerCounter.values()) {
            String name = counter.metricName() + "_total";
            assertTrue(samples(lines, name).get(0).endsWith(" " + (1000.0 + amount++)), name);
        }
        assertTrue(lines.contains("rabbitmq_connections_opened_total 1001.0"));
        assertTrue(lines.stream()
                .anyMatch(line -> line.startsWith("rabbitmq_global_messages_acknowledged_total"
                        + "{protocol=\"amqp091\",queue_type=\"rabbit_classic_queue\"} 1")));
    }

    @Test
    void gaugesShowTheBroker() throws IOException {
        List<String> lines = scrape();

        assertTrue(lines.containsAll(List.of(
                "rabbitmq_queue_messages 203.0",
                "rabbitmq_queue_messages_ready 101.0",
                "rabbitmq_queue_messages_unacked 102.0",
                "rabbitmq_connections 103.0",
                "rabbitmq_channels 104.0",
                "rabbitmq_queues 105.0",
                "rabbitmq_consumers 106.0",
                "rabbitmq_global_consumers{protocol=\"amqp091\"} 106.0",
                "rabbitmq_global_publishers{protocol=\"amqp091\"} 107.0",
                "rabbitmq_disk_space_available_bytes 108.0",
                "rabbitmq_disk_space_available_limit_bytes 109.0",
                "rabbitmq_alarms_memory_used_watermark 0.0",
                "rabbitmq_alarms_free_disk_space_watermark 1.0",
                "rabbitmq_process_resident_memory_bytes 110.0",
                "rabbitmq_resident_memory_limit_bytes 111.0",
                "rabbitmq_process_open_fds 112.0",
                "rabbitmq_process_max_fds 113.0",
                "rabbitmq_erlang_uptime_seconds 114.5")));
    }

    @Test
    void gaugesOutliveTheGarbageCollector() throws IOException {
        System.gc();

        assertTrue(scrape().contains("rabbitmq_queues 105.0"));
    }

    @Test
    void identityIsEscaped() throws IOException {
        List<String> lines = scrape();

        assertTrue(lines.contains("rabbitmq_identity_info{rabbitmq_cluster=\"a \\\"quoted\\\\\\nname\","
                + "rabbitmq_cluster_permanent_id=\"cluster-id\",rabbitmq_endpoint=\"aggregated\","
                + "rabbitmq_node=\"rabbit@host\"} 1"));
        String build = samples(lines, "rabbitmq_build_info").get(0);
        assertTrue(build.contains("rabbitmq_version=\"4.3.6\""), build);
        assertTrue(build.contains("product_name=\"Millrace\""), build);
        assertTrue(build.contains("product_version=\"0.1.0\""), build);
    }

    @Test
    void messageSizesAreACumulativeHistogram() throws IOException {
        LoopCounters loop = counters.forThread();
        loop.addMessageSize(16);
        loop.addMessageSize(1000);
        loop.addMessageSize(1001);
        counters.forThread().addMessageSize(200_000_000);

        List<String> lines = scrape();
        assertEquals(
                List.of(
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"100.0\"} 1",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"1000.0\"} 2",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"10000.0\"} 3",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"100000.0\"} 3",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"1000000.0\"} 3",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"1.0E7\"} 3",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"5.0E7\"} 3",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"1.0E8\"} 3",
                        "rabbitmq_message_size_bytes_bucket{protocol=\"amqp091\",le=\"+Inf\"} 4"),
                samples(lines, "rabbitmq_message_size_bytes_bucket"));
        assertTrue(lines.contains("rabbitmq_message_size_bytes_count{protocol=\"amqp091\"} 4"));
        assertTrue(lines.contains("rabbitmq_message_size_bytes_sum{protocol=\"amqp091\"} 2.00002017E8"));
    }

    @Test
    void virtualMachineAndProcessAreThereToo() throws IOException {
        List<String> lines = scrape();

        for (String name : List.of("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_uptime_seconds")) {
            assertFalse(samples(lines, name).isEmpty(), name);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void processFiguresAreKnown() {
        assertTrue(ProcessFigures.residentMemoryBytes() > 1 << 20);
        assertTrue(ProcessFigures.openFileDescriptors() > 0);
        assertTrue(ProcessFigures.maxFileDescriptors() >= ProcessFigures.openFileDescriptors());
    }

    private List<String> scrape() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text.scrape(out);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static List<String> samples(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .toList();
    }

    private static List<String> dashboardNames() throws IOException {
        try (InputStream in = PrometheusTextTest.class.getResourceAsStream("dashboard-names.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }
}
