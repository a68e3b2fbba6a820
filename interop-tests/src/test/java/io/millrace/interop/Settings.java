package io.millrace.interop;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** What the build hands in as system properties. */
final class Settings {
    /** How long a test waits for what must happen. Only a failing test waits that long. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Settings() {}

    /** The broker that already runs and is to be tested, as an {@code amqp://} URI; empty: start our own. */
    static Optional<String> foreignBroker() {
        return Optional.ofNullable(System.getProperty("interop.uri")).filter(uri -> !uri.isBlank());
    }

    /**
     * The command that starts another broker than ours, its words separated by blanks, with {@code {data}} and
     * {@code {port}} in it. Arguments for ours alone are not given to it.
     */
    static Optional<List<String>> foreignCommand() {
        return Optional.ofNullable(System.getProperty("interop.command"))
                .filter(command -> !command.isBlank())
                .map(command -> List.of(command.trim().split(" +")));
    }

    /** What the broker prints when clients may come. */
    static String readyText() {
        return System.getProperty("interop.ready", "Server startup complete");
    }

    /** The unpacked distribution. */
    static Path distribution() {
        return Path.of(required("interop.distribution"));
    }

    /** Where broker output and data go. */
    static Path outputDirectory() {
        return Path.of(required("interop.output"));
    }

    /** The folder of scripts from elsewhere that must run verbatim; it may be absent. */
    static Path seedScripts() {
        return Path.of(required("interop.seed"));
    }

    /** The project's own Python clients. */
    static Path pythonScripts() {
        return Path.of(required("interop.python.scripts"));
    }

    /** The folder of the benchmarks. */
    static Path benchmarks() {
        return Path.of(required("interop.benchmarks"));
    }

    /** A Python that has pika and Celery, as the {@code clients} script found or installed it. */
    static String python() {
        return client("python");
    }

    /** The benchmarks' load generator, as the {@code clients} script compiled it. */
    static Path loadGenerator() {
        return Path.of(client("loadgen"));
    }

    private static String client(String key) {
        Path found = Path.of(required("interop.clients"));
        Properties clients = new Properties();
        try (Reader reader = Files.newBufferedReader(found)) {
            clients.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException(found + " is missing: run interop-tests/clients first", e);
        }
        return clients.getProperty(key);
    }

    /** A number that makes a test longer or shorter. */
    static int number(String key, int standard) {
        return Integer.getInteger(key, standard);
    }

    private static String required(String key) {
        String value = System.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("system property " + key + " is missing; run the tests with Maven");
        }
        return value;
    }
}
