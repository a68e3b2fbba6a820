package io.millrace.interop;

import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A broker in a process of its own, started by the launcher of the packaged distribution on a loopback port, with a
 * data directory that outlives it. Everything it prints is kept in the build folder, for the post-mortem.
 */
final class BrokerProcess implements AutoCloseable {
    private static final String STRICT =
            "-ea -Dio.netty.leakDetection.level=paranoid -Dio.netty.leakDetectionLevel=paranoid";

    private static final Pattern COMPLAINT = Pattern.compile("Exception|Error\\b| ERROR ");

    private final Path directory;
    private final int port;
    private final int metricsPort;
    private final List<String> arguments;
    private final List<String> wrapper;
    private int starts;
    private Process process;
    private ProcessOutput output;

    private BrokerProcess(Path directory, int port, int metricsPort, List<String> arguments, List<String> wrapper) {
        this.directory = directory;
        this.port = port;
        this.metricsPort = metricsPort;
        this.arguments = arguments;
        this.wrapper = wrapper;
    }

    /**
     * Starts a broker with an empty data directory and returns when clients may connect.
     *
     * @param name names its folder in the build folder
     * @param arguments for the server, beyond port and data directory
     */
    static BrokerProcess start(String name, String... arguments) throws IOException, InterruptedException {
        return startOnPort(freePort(), name, arguments);
    }

    /** As {@link #start}, for clients that cannot be told a port. Fails if the port is taken. */
    static BrokerProcess startOnPort(int port, String name, String... arguments)
            throws IOException, InterruptedException {
        requireFree(port);
        BrokerProcess broker =
                new BrokerProcess(newDirectory(name), port, freePortBeside(port), List.of(arguments), List.of());
        broker.start();
        return broker;
    }

    /**
     * Starts a broker whose data directory is a file system of its own of so many mebibytes, in memory, that only this
     * process sees and that goes with it. Needs no rights where users may make name spaces of their own.
     */
    static BrokerProcess startOnSmallDisk(int mebibytes, String name, String... arguments)
            throws IOException, InterruptedException {
        Path directory = newDirectory(name);
        String data = directory.resolve("data").toAbsolutePath().toString();
        String mount = "mount -t tmpfs -o size=" + mebibytes + "m tmpfs '" + data + "' && exec \"$@\"";
        List<String> wrapper = List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh");
        int port = freePort();
        BrokerProcess broker = new BrokerProcess(directory, port, freePortBeside(port), List.of(arguments), wrapper);
        try {
            broker.start();
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException(
                    "needs unshare(1) of util-linux, and a system that lets it make user and mount name spaces", e);
        }
        return broker;
    }

    private static Path newDirectory(String name) throws IOException {
        Files.createDirectories(Settings.outputDirectory());
        Path directory = Files.createTempDirectory(Settings.outputDirectory(), name + "-");
        Files.createDirectories(directory.resolve("data"));
        return directory;
    }

    /** The data directory as the broker sees it, also when that is on a file system of its own. */
    Path dataDirectory() {
        Path root = Path.of("/proc", Long.toString(process.pid()), "root");
        return root.resolve(Path.of("/").relativize(directory.resolve("data").toAbsolutePath()));
    }

    /** Sends the process a signal by its name, such as STOP. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " ended with " + code);
        }
    }

    /** Starts it again on the same data and port. */
    void restart() throws IOException, InterruptedException {
        if (process.isAlive()) {
            throw new IllegalStateException("the broker still runs: stop or kill it first");
        }
        start();
    }

    /** Kills it as {@code kill -9} does, and returns when it is gone. */
    void kill() throws InterruptedException {
        // A foreign broker may be a tree of processes; ours is one.
        List<ProcessHandle> descendants = process.descendants().toList();
        // By the handle: Process.destroy closes the pipe, and the last lines would be lost.
        process.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        descendants.forEach(handle -> handle.onExit().join());
        awaitExit();
    }

    /** Asks it to stop as {@code kill -TERM} does, waits, and returns its exit code. */
    int stop() throws InterruptedException {
        process.toHandle().destroy();
        return awaitExit();
    }

    ConnectionFactory connectionFactory() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    /** Runs a command of {@code rabbitmqctl}, which must succeed; returns the lines that it printed. */
    List<String> rabbitmqctl(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(
                Settings.distribution().resolve("bin").resolve("rabbitmqctl").toString());
        command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        command.addAll(List.of(words));
        return ExternalProgram.run(command.toArray(new String[0]));
    }

    /** Where it serves its metrics. */
    URI metrics() {
        return URI.create("http://127.0.0.1:" + metricsPort + "/metrics");
    }

    String uri() {
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    /** The most memory that the running process had resident since its start. */
    long peakMemoryBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        String peak = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(peak.replaceAll("[^0-9]", "")) * 1024;
    }

    /** What it printed in all its lives that tells of something gone wrong. */
    List<String> complaints() throws IOException {
        List<String> complaints = new ArrayList<>();
        for (int start = 1; start <= starts; start++) {
            try (Stream<String> lines = Files.lines(logOf(start))) {
                lines.filter(line -> COMPLAINT.matcher(line).find()).forEach(complaints::add);
            }
        }
        return complaints;
    }

    private Path logOf(int start) {
        return directory.resolve("output-" + start + ".log");
    }

    /** Stops it if it runs, and fails if it complained of leaked buffers. */
    @Override
    public void close() {
        if (process.isAlive()) {
            try {
                stop();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        output.requireNone("LEAK: ");
    }

    private void start() throws IOException, InterruptedException {
        Path log = logOf(++starts);
        ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true);
        builder.environment().merge("MILLRACE_JAVA_OPTS", STRICT, (given, strict) -> strict + " " + given);
        process = builder.start();
        output = ProcessOutput.read(process, log);
        try {
            output.awaitLine(Settings.readyText());
        } catch (IllegalStateException e) {
            kill();
            throw e;
        }
    }

    private List<String> command() {
        String data = directory.resolve("data").toString();
        if (Settings.foreignCommand().isPresent()) {
            return Settings.foreignCommand().get().stream()
                    .map(word -> word.replace("{data}", data).replace("{port}", Integer.toString(port)))
                    .toList();
        }
        Path launcher = Settings.distribution().resolve("bin").resolve("millrace");
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(launcher.toString(), "server", "--data-dir", data));
        command.addAll(List.of("--set", "listeners.tcp.default=127.0.0.1:" + port));
        command.addAll(List.of("--set", "prometheus.tcp.ip=127.0.0.1", "--set", "prometheus.tcp.port=" + metricsPort));
        command.addAll(arguments);
        return command;
    }

    private int awaitExit() throws InterruptedException {
        if (!process.waitFor(Settings.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the broker did not end within " + Settings.PATIENCE + ", see " + output);
        }
        output.awaitEnd();
        return process.exitValue();
    }

    /** From below those that the system gives to outgoing connections: none of these may take it during a restart. */
    static int freePort() throws IOException {
        for (int port : new Random().ints(100, 20_000, 32_000).toArray()) {
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free port found");
    }

    private static int freePortBeside(int other) throws IOException {
        int port = freePort();
        return port == other ? freePortBeside(other) : port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void requireFree(int port) {
        if (!isFree(port)) {
            throw new IllegalStateException("port " + port + " of 127.0.0.1 is taken, and the test needs it");
        }
    }
}
