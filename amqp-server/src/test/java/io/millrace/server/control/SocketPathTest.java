package io.millrace.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets at paths of any length. */
final class SocketPathTest {
    @TempDir
    Path directory;

    @Test
    void aShortPathIsItsOwnAddress() throws IOException {
        Path path = Path.of("/run/broker.sock");
        try (SocketPath socket = SocketPath.of(path)) {
            assertEquals(path, socket.address().getPath());
        }
    }

    @Test
    void theLinkOfALongPathGoesWithIt() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("d".repeat(120)));
        Path used;
        try (SocketPath socket = SocketPath.of(folder.resolve("broker.sock"))) {
            used = socket.address().getPath();
            assertTrue(used.toString().length() < 100, used.toString());
            assertEquals(folder.toRealPath(), used.getParent().toRealPath());
        }
        assertFalse(Files.exists(used.getParent().getParent()));
    }

    @Test
    void aBrokerWithALongDataDirectoryAnswers() throws IOException {
        Path data = Files.createDirectories(directory.resolve("d".repeat(120)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ControlSocket server = ControlSocket.open(data, new CommandsTest.StoppedNode());
        try (server) {
            PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8);
            int code = new Rabbitmqctl(InputStream.nullInputStream(), text, text).run(data, List.of("ping", "-q"));
            assertEquals(ExitCode.OK, code);
        }
        assertEquals("Ping succeeded\n", out.toString(StandardCharsets.UTF_8));
    }
}
