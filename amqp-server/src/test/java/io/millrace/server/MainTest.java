package io.millrace.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.server.config.BrokerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicReference<BrokerConfig> started = new AtomicReference<>();

    @Test
    void theServerStartsWithWhatItsFlagsSay() throws IOException {
        Path file = Files.writeString(directory.resolve("broker.conf"), "heartbeat = 7\n");
        OptionalInt exit = run(
                "server",
                "--config",
                file.toString(),
                "--data-dir=" + directory,
                "--port",
                "0",
                "--set",
                "frame_max=8192",
                "--set",
                "default_user=a=b,c",
                "--set",
                "log.console=false");
        assertEquals(OptionalInt.empty(), exit);
        BrokerConfig config = started.get();
        assertEquals(7, config.heartbeatSeconds());
        assertEquals(directory, config.dataDir());
        assertEquals(0, config.listeners().get(0).port());
        assertEquals(8_192, config.frameMax());
        assertEquals("a=b,c", config.defaultUser());
        assertEquals("", err.toString(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "surver",
                "server --prot 1",
                "server --port",
                "server --port many",
                "server --port 70000",
                "server --set",
                "server --set heartbeat",
                "server --set hartbeat=1",
                "server --config /nowhere/at/all.conf",
                "server something"
            })
    void wrongUsageIsOneLineAndExitCodeTwo(String arguments) {
        assertEquals(OptionalInt.of(2), run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)));
        String message = err.toString(UTF_8);
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("millrace: "), message);
        assertEquals("", out.toString(UTF_8));
        assertNull(started.get());
    }

    @Test
    void aStartThatFailsIsExitCodeOne() {
        for (Exception reason : new Exception[] {new IOException("address in use"), new IllegalStateException("bug")}) {
            Main main = main(config -> {
                throw reason;
            });
            assertEquals(OptionalInt.of(1), main.run("server", "--set", "log.console=false"));
        }
    }

    @Test
    void textsAreAnsweredOnStandardOutput() {
        assertEquals(OptionalInt.of(0), run("--version"));
        assertTrue(out.toString(UTF_8).startsWith("millrace "), out.toString(UTF_8));
        out.reset();
        assertEquals(OptionalInt.of(0), run("--help"));
        assertTrue(out.toString(UTF_8).contains("server"), out.toString(UTF_8));
        out.reset();
        assertEquals(OptionalInt.of(0), run("server", "--help"));
        assertTrue(out.toString(UTF_8).contains("--set"), out.toString(UTF_8));
        out.reset();
        assertEquals(OptionalInt.of(0), run("server", "--help-config"));
        assertTrue(out.toString(UTF_8).contains("listeners.tcp.NAME"), out.toString(UTF_8));
        assertEquals("", err.toString(UTF_8));
        assertNull(started.get());
    }

    @Test
    void theExitCodeAfterASignalSaysWhetherTheBrokerStoppedCleanly() {
        assertEquals(0, Main.stop(() -> {}));
        assertEquals(1, Main.stop(() -> {
            throw new IOException("disk full");
        }));
    }

    private OptionalInt run(String... arguments) {
        return main(started::set).run(arguments);
    }

    private Main main(BrokerLauncher launcher) {
        return new Main(launcher, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
