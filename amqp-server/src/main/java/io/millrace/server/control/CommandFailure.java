package io.millrace.server.control;

/** A command cannot do what it was asked for. The message is what goes to standard error. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final boolean ofArguments;

    CommandFailure(int exitCode, String message) {
        this(exitCode, message, false);
    }

    private CommandFailure(int exitCode, String message, boolean ofArguments) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.ofArguments = ofArguments;
    }

    int exitCode() {
        return exitCode;
    }

    /** Whether the command was not tried, since its command line is wrong: how it ought to be helps then. */
    boolean isOfArguments() {
        return ofArguments;
    }

    /** The command line makes no sense. */
    static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, "Error (argument validation): " + message, true);
    }

    /** The command needs a broker, and it is stopped. */
    static CommandFailure ofStoppedBroker() {
        return new CommandFailure(
                ExitCode.USAGE,
                "Error: this command requires the 'rabbit' app to be running on the target node. Start it with"
                        + " 'rabbitmqctl start_app'.",
                true);
    }

    /** An operand or an option has no such values; {@code why} is empty or begins with a colon. */
    static CommandFailure badArgument(String why) {
        String message = "Error (argument validation): Bad argument" + (why.isEmpty() ? "." : why);
        return new CommandFailure(ExitCode.DATA, message, true);
    }
}
