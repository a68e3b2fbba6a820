package io.millrace.server;

import static java.util.Objects.requireNonNull;

import io.millrace.definitions.DefinitionStoreException;
import io.millrace.server.CommandLine.Request;
import io.millrace.server.CommandLine.UsageException;
import io.millrace.server.config.BrokerConfig;
import io.millrace.server.config.ConfigException;
import io.millrace.server.config.ConfigFlags;
import io.millrace.server.config.ConfigLoader;
import io.millrace.server.config.ConfigReference;
import io.millrace.server.logging.Logging;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process: command line in, exit code out.
 *
 * <p>Exit codes: 0 after what was asked for, a stop by SIGTERM included; 1 when the broker cannot start or stop
 * cleanly; 2 when the command line or the configuration is wrong, with one line on standard error that says how.
 * {@code store verify} has codes of its own, see {@link StoreCommand}.
 */
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private final BrokerLauncher launcher;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    Main(BrokerLauncher launcher, Map<String, String> environment, PrintStream out, PrintStream err) {
        this.launcher = requireNonNull(launcher, "launcher is null");
        this.environment = requireNonNull(environment, "environment is null");
        this.out = requireNonNull(out, "out is null");
        this.err = requireNonNull(err, "err is null");
    }

    /** Runs what the arguments ask for and ends the process, unless a broker now runs in it. */
    public static void main(String[] arguments) {
        BrokerLauncher launcher = config -> stopWithProcess(startBroker(config));
        OptionalInt exitCode = OptionalInt.of(FAILED);
        try {
            exitCode = new Main(launcher, System.getenv(), System.out, System.err).run(arguments);
        } catch (RuntimeException | Error e) {
            // Left to itself the thread would end and those already started would keep a useless process up.
            LoggerFactory.getLogger(Main.class).error("cannot start", e);
            Logging.stop();
        }
        exitCode.ifPresent(System::exit);
    }

    /** Returns the exit code, or nothing when a broker now runs. */
    OptionalInt run(String... arguments) {
        try {
            Request request = CommandLine.parse(version(), arguments);
            if (request instanceof Request.Server server) {
                return runServer(server.flags());
            }
            if (request instanceof Request.Store store) {
                return OptionalInt.of(new StoreCommand(store, out, err).run());
            }
            out.println(request instanceof Request.Text text ? text.text() : ConfigReference.text());
            return OptionalInt.of(OK);
        } catch (UsageException | ConfigException e) {
            err.println("millrace: " + e.getMessage());
            return OptionalInt.of(WRONG_USAGE);
        }
    }

    private OptionalInt runServer(ConfigFlags flags) {
        BrokerConfig config = new ConfigLoader(environment).load(flags);
        try {
            Logging.start(config);
        } catch (IOException e) {
            err.println("millrace: " + e.getMessage());
            return OptionalInt.of(FAILED);
        }
        Logger log = LoggerFactory.getLogger(Main.class);
        config.warnings().forEach(log::warn);
        try {
            launcher.start(config);
            return OptionalInt.empty();
        } catch (IOException | DefinitionStoreException e) {
            // A file's exception has but the path for a message; its type says what is wrong with it.
            log.error("cannot start: {}", e instanceof FileSystemException ? e.toString() : e.getMessage());
        } catch (Exception e) {
            log.error("cannot start", e);
        }
        Logging.stop();
        return OptionalInt.of(FAILED);
    }

    private static AutoCloseable startBroker(BrokerConfig config) throws IOException {
        BrokerNode node = new BrokerNode(config);
        node.start();
        return node;
    }

    /**
     * Stops the broker when the process is told to end, and sets the exit code: the JVM's own after SIGTERM, 143, would
     * say failure. Who has to end the process at once because of an error calls {@link Runtime#halt} instead.
     */
    private static void stopWithProcess(AutoCloseable broker) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(stop(broker)), "stop"));
    }

    /** Returns the exit code. */
    static int stop(AutoCloseable broker) {
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            broker.close();
            return OK;
        } catch (Exception e) {
            log.error("did not stop cleanly", e);
            return FAILED;
        } finally {
            Logging.stop();
        }
    }

    /** From the archive's manifest; classes that are not in an archive have none. */
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(development build)" : version;
    }
}
