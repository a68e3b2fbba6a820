package io.millrace.server.control;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every command by its name, and how one is run. Any thread. */
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private final Node node;
    private final Map<String, Command> byName = new TreeMap<>();

    Commands(Node node) {
        this.node = node;
        byName.putAll(new UserCommands(node).all());
        byName.putAll(new VhostCommands(node).all());
        byName.putAll(new PermissionCommands(node).all());
        byName.putAll(new LimitCommands(node).all());
        byName.putAll(new ParameterCommands(node).all());
        byName.putAll(new PolicyCommands(node).all());
        byName.putAll(new TopologyCommands(node).all());
        byName.putAll(new DelayCommands(node).all());
        byName.putAll(new ConnectionCommands(node).all());
        byName.putAll(new DefinitionCommands(node).all());
        byName.putAll(new NodeCommands(node).all());
        byName.putAll(new AlarmCommands(node).all());
        byName.put("eval", new EvalCommand(node).command());
    }

    /** Runs a command line; returns its exit code. */
    int run(List<String> line, Call call) {
        try {
            Arguments arguments = new Arguments(line);
            if (arguments.command() == null || arguments.command().equals("help")) {
                call.out(help());
                return arguments.command() == null && !arguments.has("--help") ? ExitCode.USAGE : ExitCode.OK;
            }
            run(arguments, call);
            return ExitCode.OK;
        } catch (CommandFailure e) {
            call.err(e.getMessage());
            return e.exitCode();
        } catch (RuntimeException e) {
            LOG.error("A command of rabbitmqctl failed", e);
            call.err("Error:\n" + e);
            return ExitCode.SOFTWARE;
        }
    }

    private void run(Arguments arguments, Call call) {
        Command command = byName.get(arguments.command());
        if (command == null) {
            throw new CommandFailure(ExitCode.USAGE, "\nCommand '" + arguments.command() + "' not found. \n" + help());
        }
        if (arguments.has("--help")) {
            call.out(usage(arguments.command(), command) + "\n");
            return;
        }
        try {
            run(command, arguments, call);
        } catch (CommandFailure e) {
            if (e.isOfArguments()) {
                throw new CommandFailure(
                        e.exitCode(),
                        e.getMessage() + "\nArguments given:\n\t" + arguments + "\n"
                                + usage(arguments.command(), command));
            }
            throw e;
        }
    }

    private void run(Command command, Arguments arguments, Call call) {
        arguments.requireKnownOptions();
        int operands = arguments.operands().size();
        if (operands < command.operandsMin() || operands > command.operandsMax()) {
            String which = operands < command.operandsMin() ? "not enough" : "too many";
            throw CommandFailure.usage(which + " arguments.");
        }
        if (command.needsBroker() && node.running() == null) {
            throw CommandFailure.ofStoppedBroker();
        }
        command.action().run(arguments, new Output(call, arguments));
    }

    private String help() {
        StringBuilder help = new StringBuilder("\nUsage\n\nrabbitmqctl [--node <node>] [--timeout <timeout>]"
                + " [--longnames] [--quiet] <command> [<command options>]\n\nAvailable commands:\n");
        byName.forEach((name, command) -> help.append(("\n   " + name + " " + command.usage()).stripTrailing()));
        return help.toString();
    }

    private static String usage(String name, Command command) {
        String line = "rabbitmqctl [--node <node>] [--longnames] [--quiet] " + name + " " + command.usage();
        return "\nUsage\n\n" + line.stripTrailing();
    }
}
