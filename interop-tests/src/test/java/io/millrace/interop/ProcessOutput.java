package io.millrace.interop;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Copies what a process prints into a file, and lets a test wait for a line of it. */
final class ProcessOutput {
    private final Path log;
    private final Thread reader;
    private String awaited = "";
    private boolean found;
    private boolean ended;

    private ProcessOutput(Process process, Path log) {
        this.log = log;
        this.reader = new Thread(() -> copy(process), "output of " + log.getFileName());
        reader.setDaemon(true);
    }

    static ProcessOutput read(Process process, Path log) {
        ProcessOutput output = new ProcessOutput(process, log);
        output.reader.start();
        return output;
    }

    /** Returns when a line that contains the text has been printed, also if that was before the call. */
    synchronized void awaitLine(String text) throws InterruptedException {
        awaited = text;
        found = found || lines().stream().anyMatch(line -> line.contains(text));
        long deadline = System.nanoTime() + Settings.PATIENCE.toNanos();
        while (!found && !ended) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException("no line '" + text + "' within " + Settings.PATIENCE + "\n" + tail());
            }
            wait(left);
        }
        if (!found) {
            throw new IllegalStateException("the process ended before it printed '" + text + "'\n" + tail());
        }
    }

    /** Returns when all that the ended process printed is in the file. */
    void awaitEnd() throws InterruptedException {
        reader.join(Settings.PATIENCE.toMillis());
    }

    void requireNone(String text) {
        List<String> bad =
                lines().stream().filter(line -> line.contains(text)).limit(3).toList();
        if (!bad.isEmpty()) {
            throw new AssertionError("the process printed " + bad + ", see " + log);
        }
    }

    @Override
    public String toString() {
        return log.toString();
    }

    private void copy(Process process) {
        try (BufferedReader in = process.inputReader();
                BufferedWriter out = Files.newBufferedWriter(log)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write(line);
                out.newLine();
                out.flush();
                noticed(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(log + " is incomplete", e);
        } finally {
            end();
        }
    }

    private synchronized void noticed(String line) {
        if (!awaited.isEmpty() && line.contains(awaited)) {
            found = true;
            notifyAll();
        }
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private String tail() {
        List<String> lines = lines();
        return log + ":\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    /** What has been printed so far. */
    List<String> lines() {
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
