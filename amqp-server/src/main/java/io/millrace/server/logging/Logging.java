package io.millrace.server.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import io.millrace.server.config.BrokerConfig;
import io.millrace.server.config.LogLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The log of the process: console, file or both.
 *
 * <p>Event loops log, and must not wait for a terminal or a disk. Lines are written by a thread of their own; when that
 * falls behind, debug and info lines are dropped before warnings are. Who ends the process calls {@link #stop()} first,
 * or the last lines are lost.
 */
public final class Logging {
    /** Lines that may wait to be written, some 2 MiB of them. */
    private static final int WAITING_MAX = 8_192;

    private static final int STOP_MILLIS_MAX = 1_000;

    private Logging() {}

    /**
     * Logs as the configuration says, from now on.
     *
     * @throws IOException the log file cannot be written
     */
    public static void start(BrokerConfig config) throws IOException {
        start((LoggerContext) LoggerFactory.getILoggerFactory(), config);
    }

    /** Writes what is waiting, for a second at most, and logs nothing more. */
    public static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    static void start(LoggerContext context, BrokerConfig config) throws IOException {
        context.reset();
        if (config.logConsole()) {
            addConsole(context, levelOf(config.logConsoleLevel()));
        }
        Optional<Path> file = config.logFile();
        if (file.isPresent()) {
            addFile(context, file.get(), levelOf(config.logFileLevel()));
        }
        Level level = levelOf(config.logLevel());
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
        // Its debug lines tell of its own start-up and would bury ours.
        context.getLogger("io.netty").setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
        context.start();
    }

    static void addConsole(LoggerContext context, Level level) {
        add(context, new ConsoleAppender<>(), level);
    }

    private static void addFile(LoggerContext context, Path path, Level level) throws IOException {
        FileAppender<ILoggingEvent> file = new FileAppender<>();
        file.setFile(path.toString());
        add(context, file, level);
        if (!file.isStarted()) {
            throw new IOException("cannot write the log file " + path);
        }
    }

    private static void add(LoggerContext context, OutputStreamAppender<ILoggingEvent> target, Level level) {
        LineEncoder encoder = new LineEncoder(ZoneId.systemDefault());
        encoder.setContext(context);
        encoder.start();
        target.setContext(context);
        target.setEncoder(encoder);
        target.start();

        ThresholdFilter threshold = new ThresholdFilter();
        threshold.setLevel(level.toString());
        threshold.start();
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setQueueSize(WAITING_MAX);
        queue.setMaxFlushTime(STOP_MILLIS_MAX);
        queue.addFilter(threshold);
        queue.addAppender(target);
        queue.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(queue);
    }

    private static Level levelOf(LogLevel level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
            case NONE -> Level.OFF;
        };
    }
}
