package io.millrace.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client in another language, as a process. What it prints is kept in the build folder. */
final class ExternalProgram implements AutoCloseable {
    private final List<String> command;
    private final Process process;
    private final ProcessOutput output;

    private ExternalProgram(List<String> command, Process process, ProcessOutput output) {
        this.command = command;
        this.process = process;
        this.output = output;
    }

    static ExternalProgram start(String... command) throws IOException {
        Files.createDirectories(Settings.outputDirectory());
        String program = Path.of(command[0]).getFileName().toString();
        Path log = Files.createTempFile(Settings.outputDirectory(), program + "-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PYTHONUNBUFFERED", "1");
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        return new ExternalProgram(List.of(command), process, ProcessOutput.read(process, log));
    }

    /** Runs a script with the Python that has the clients. */
    static ExternalProgram startPython(Path script, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 2];
        command[0] = Settings.python();
        command[1] = script.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return start(command);
    }

    /** Runs a program to its end, which must be a success, and returns the lines it printed. */
    static List<String> run(String... command) throws IOException, InterruptedException {
        try (ExternalProgram program = start(command)) {
            return program.awaitSuccess();
        }
    }

    static List<String> runPython(Path script, String... arguments) throws IOException, InterruptedException {
        try (ExternalProgram program = startPython(script, arguments)) {
            return program.awaitSuccess();
        }
    }

    void awaitLine(String text) throws InterruptedException {
        output.awaitLine(text);
    }

    List<String> awaitSuccess() throws InterruptedException {
        if (!process.waitFor(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(command + " still runs, it printed " + output.lines());
        }
        output.awaitEnd();
        if (process.exitValue() != 0) {
            throw new AssertionError(command + " ended with " + process.exitValue() + ": " + output.lines());
        }
        return output.lines();
    }

    /** Asks it to end, and returns when it has done so. */
    void stop() throws InterruptedException {
        process.toHandle().destroy();
        if (!process.waitFor(Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(command + " does not end, it printed " + output.lines());
        }
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
