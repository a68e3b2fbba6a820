package io.millrace.server.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.millrace.server.config.BrokerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoggingTest {
    @TempDir
    private Path directory;

    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("io.millrace.test");

    LoggingTest() {
        context.setMDCAdapter(new LogbackMDCAdapter());
    }

    @Test
    void anEventIsOneLineWithTimeAndLevel() {
        assertEquals("2026-11-22 23:35:06.007 [info] started\n", encoded(Level.INFO, "started", null));
        assertEquals("2026-11-22 23:35:06.007 [warning] low\n", encoded(Level.WARN, "low", null));
        assertEquals("2026-11-22 23:35:06.007 [error] broken\n", encoded(Level.ERROR, "broken", null));
        assertEquals("2026-11-22 23:35:06.007 [debug] detail\n", encoded(Level.DEBUG, "detail", null));
    }

    @Test
    void whatAClientSentCannotMakeALineOrColours() {
        assertEquals(
                "2026-11-22 23:35:06.007 [info] user 'a\\n2026 [info] fake\\x0d\\x1b[31m\\x00\\x9b' \u00e9\n",
                encoded(Level.INFO, "user 'a\n2026 [info] fake\r\u001b[31m\u0000\u009b' \u00e9", null));
    }

    @Test
    void aStackTraceFollowsItsLine() {
        List<String> lines = encoded(Level.ERROR, "broken", new IllegalStateException("why"))
                .lines()
                .toList();
        assertEquals("2026-11-22 23:35:06.007 [error] broken", lines.get(0));
        assertEquals("java.lang.IllegalStateException: why", lines.get(1));
        assertTrue(lines.get(2).startsWith("\tat "), lines.get(2));
    }

    @Test
    void theFileGetsWhatItsLevelAndTheCommonLevelLetThrough() throws IOException {
        assertEquals(List.of("[debug] d", "[info] i", "[warning] w", "[error] e"), logged("debug", "debug"));
        assertEquals(List.of("[warning] w", "[error] e"), logged("debug", "warning"));
        assertEquals(List.of("[error] e"), logged("error", "debug"));
        assertEquals(List.of(), logged("info", "none"));
    }

    @Test
    void aLogFileThatCannotBeWrittenIsRefused() throws IOException {
        Path taken = Files.createDirectory(directory.resolve("taken"));
        IOException e = assertThrows(IOException.class, () -> Logging.start(context, toFile(taken, "info", "info")));
        assertEquals("cannot write the log file " + taken, e.getMessage());
    }

    private List<String> logged(String level, String fileLevel) throws IOException {
        Path file = directory.resolve(level + "-" + fileLevel + ".log");
        Logging.start(context, toFile(file, level, fileLevel));
        log.debug("d");
        log.info("i");
        log.warn("w");
        log.error("e");
        context.stop();
        return Files.readAllLines(file, UTF_8).stream()
                .map(line -> line.substring("2026-11-22 23:35:06.007 ".length()))
                .toList();
    }

    private static BrokerConfig toFile(Path file, String level, String fileLevel) {
        return BrokerConfig.of(Map.of(
                "log.console", "false", "log.file", file.toString(), "log.level", level, "log.file.level", fileLevel));
    }

    private String encoded(Level level, String message, Throwable thrown) {
        LoggingEvent event = new LoggingEvent("", log, level, message, thrown, null);
        event.setInstant(Instant.parse("2026-11-22T23:35:06.007Z"));
        return new String(new LineEncoder(ZoneOffset.UTC).encode(event), UTF_8);
    }
}
