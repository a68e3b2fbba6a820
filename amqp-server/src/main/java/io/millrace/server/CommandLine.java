package io.millrace.server;

import io.millrace.server.config.ConfigFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The words of the command line. Options are declared in code: reading annotations would cost more than the rest of the
 * command line's work.
 */
final class CommandLine {
    /** What the operator asks for. */
    sealed interface Request {
        /** To run the broker. */
        record Server(ConfigFlags flags) implements Request {}

        /**
         * To look into a data directory at rest.
         *
         * @param dump whether to print each record, and not a summary
         * @param queue the name of the only queue to print; empty for all
         */
        record Store(boolean dump, Path directory, Optional<String> queue) implements Request {}

        /** To read a text. */
        record Text(String text) implements Request {}

        /** To read the description of all settings. */
        record ConfigHelp() implements Request {}
    }

    /** The command line makes no sense; the message is one line for the operator. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static final String CONFIG = "--config";
    private static final String DATA_DIR = "--data-dir";
    private static final String HELP = "--help";
    private static final String HELP_CONFIG = "--help-config";
    private static final String PORT = "--port";
    private static final String QUEUE = "--queue";
    private static final String SET = "--set";
    private static final String VERSION = "--version";

    private CommandLine() {}

    static Request parse(String version, String... arguments) throws UsageException {
        CommandSpec server = serverSpec();
        CommandSpec store = storeSpec();
        CommandSpec millrace =
                millraceSpec(version).addSubcommand("server", server).addSubcommand("store", store);
        ParseResult result;
        try {
            result = new picocli.CommandLine(millrace).parseArgs(arguments);
        } catch (ParameterException e) {
            throw new UsageException(e.getMessage().lines().findFirst().orElse("unknown arguments"), e);
        }
        if (result.hasMatchedOption(VERSION)) {
            return new Request.Text("millrace " + version);
        }
        ParseResult command = result.hasSubcommand() ? result.subcommand() : null;
        if (result.hasMatchedOption(HELP)) {
            return new Request.Text(usage(millrace));
        }
        if (command == null) {
            throw new UsageException("a command is missing, such as: millrace server", null);
        }
        if (command.commandSpec() == store) {
            return storeRequest(command);
        }
        if (command.hasMatchedOption(HELP)) {
            return new Request.Text(usage(server));
        }
        return command.hasMatchedOption(HELP_CONFIG) ? new Request.ConfigHelp() : new Request.Server(flags(command));
    }

    private static CommandSpec millraceSpec(String version) {
        CommandSpec spec = CommandSpec.create().name("millrace").version("millrace " + version);
        spec.usageMessage().description("An AMQP 0-9-1 broker.");
        return spec.addOption(flag(HELP, "Shows this help.")).addOption(flag(VERSION, "Shows the version."));
    }

    private static CommandSpec serverSpec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description("Runs the broker until it is told to stop.");
        return spec.addOption(value(DATA_DIR, "DIR", Path.class, "Directory of everything that survives a restart."))
                .addOption(value(PORT, "N", int.class, "Port of the only AMQP listener."))
                .addOption(value(CONFIG, "FILE", Path.class, "Configuration file, in the grammar of rabbitmq.conf."))
                .addOption(OptionSpec.builder(SET)
                        .paramLabel("KEY=VALUE")
                        .arity("1")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("Sets one key, over file and environment; may be repeated.")
                        .build())
                .addOption(flag(HELP_CONFIG, "Describes every key."))
                .addOption(flag(HELP, "Shows this help."));
    }

    private static CommandSpec storeSpec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description("Looks into a data directory that no broker has open, and changes nothing.");
        CommandSpec verify = onDirectory("Checks every record. Exit code: 0 sound, 1 damaged, 2 cannot be read.");
        CommandSpec dump = onDirectory("Prints every record on a line: file, offset, type, queue, sequences, octets.")
                .addOption(value(QUEUE, "NAME", String.class, "Only what is of the queues with this name."));
        return spec.addSubcommand("verify", verify)
                .addSubcommand("dump", dump)
                .addOption(flag(HELP, "Shows this help."));
    }

    private static CommandSpec onDirectory(String description) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(description);
        return spec.addPositional(PositionalParamSpec.builder()
                        .paramLabel("DIR")
                        .arity("0..1")
                        .type(Path.class)
                        .description("The broker's data directory.")
                        .build())
                .addOption(flag(HELP, "Shows this help."));
    }

    private static Request storeRequest(ParseResult store) throws UsageException {
        ParseResult command = store.subcommand();
        if (command == null || command.hasMatchedOption(HELP)) {
            boolean asked = command != null || store.hasMatchedOption(HELP);
            if (!asked) {
                throw new UsageException("a command is missing, such as: millrace store verify DIR", null);
            }
            return new Request.Text(usage((command == null ? store : command).commandSpec()));
        }
        Path directory = command.matchedPositionalValue(0, (Path) null);
        if (directory == null) {
            throw new UsageException("the data directory is missing", null);
        }
        boolean dump = command.commandSpec().name().equals("dump");
        String queue = dump ? command.matchedOptionValue(QUEUE, (String) null) : null;
        return new Request.Store(dump, directory, Optional.ofNullable(queue));
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name).arity("0").description(description).build();
    }

    private static OptionSpec value(String name, String label, Class<?> type, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .arity("1")
                .type(type)
                .description(description)
                .build();
    }

    private static ConfigFlags flags(ParseResult command) {
        Integer port = command.matchedOptionValue(PORT, (Integer) null);
        return new ConfigFlags(
                Optional.ofNullable(command.matchedOptionValue(CONFIG, (Path) null)),
                Optional.ofNullable(command.matchedOptionValue(DATA_DIR, (Path) null)),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                command.matchedOptionValue(SET, List.of()));
    }

    private static String usage(CommandSpec spec) {
        return new picocli.CommandLine(spec).getUsageMessage(Ansi.OFF).stripTrailing();
    }
}
