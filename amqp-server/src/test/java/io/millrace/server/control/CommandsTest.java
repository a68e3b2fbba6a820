package io.millrace.server.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Command lines against a node whose broker is stopped. */
final class CommandsTest {
    private final StoppedNode node = new StoppedNode();
    private final Commands commands = new Commands(node);
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder err = new StringBuilder();

    /** Returns the exit code. */
    private int run(String... line) throws IOException {
        out.setLength(0);
        err.setLength(0);
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        Call call = new Call(new DataInputStream(new ByteArrayInputStream(new byte[0])), new DataOutputStream(octets));
        int code = commands.run(List.of(line), call);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets.toByteArray()));
        while (in.available() > 0) {
            (in.readByte() == Wire.OUT ? out : err).append(Wire.text(Wire.read(in)));
        }
        return code;
    }

    @Test
    void optionsMayStandAnywhere() throws IOException {
        assertEquals(ExitCode.OK, run("-n", "rabbit@nowhere", "ping", "--quiet", "--timeout=5"));
        assertEquals("Ping succeeded\n", out.toString());
    }

    @Test
    void bannersAreForPeopleOnly() throws IOException {
        assertEquals(ExitCode.OK, run("ping"));
        assertTrue(out.toString().startsWith("Will ping rabbit@here."), out.toString());
        for (String option : List.of("-q", "--silent", "--formatter=json")) {
            assertEquals(ExitCode.OK, run("ping", option));
            assertEquals("Ping succeeded\n", out.toString());
        }
    }

    @Test
    void helpOfACommandIsNoError() throws IOException {
        assertEquals(ExitCode.OK, run("set_topic_permissions", "--help"));
        assertTrue(out.toString().contains("<username> <exchange> <write> <read>"), out.toString());
    }

    @Test
    void aWrongCommandLineSaysSo() throws IOException {
        assertEquals(ExitCode.USAGE, run("no_such_command"));
        assertTrue(err.toString().contains("Command 'no_such_command' not found."), err.toString());
        assertEquals(ExitCode.USAGE, run("add_user"));
        assertTrue(err.toString().startsWith("Error (argument validation): not enough arguments."), err.toString());
        assertEquals(ExitCode.USAGE, run("ping", "too", "many"));
        assertEquals(ExitCode.USAGE, run("ping", "--no-such-option"));
        assertEquals(ExitCode.USAGE, run());
    }

    @Test
    void whatNeedsABrokerIsRefusedWhileItIsStopped() throws IOException {
        assertEquals(ExitCode.USAGE, run("list_queues"));
        assertTrue(err.toString().contains("Start it with 'rabbitmqctl start_app'."), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void theBrokerIsStoppedAndStarted() throws IOException {
        assertEquals(ExitCode.OK, run("start_app"));
        assertTrue(node.started);
        assertEquals(ExitCode.OK, run("stop_app"));
        assertFalse(node.started);
    }

    static final class StoppedNode implements Node {
        private boolean started;

        @Override
        public String name() {
            return "rabbit@here";
        }

        @Override
        public String version() {
            return "4.3.6";
        }

        @Override
        public Path dataDirectory() {
            return Path.of("data");
        }

        @Override
        public RunningBroker running() {
            return null;
        }

        @Override
        public void stopBroker() {
            started = false;
        }

        @Override
        public void startBroker() {
            started = true;
        }
    }
}
