package io.millrace.server.control;

import io.millrace.definitions.Definitions;
import io.millrace.server.transfer.DefinitionsFormatException;
import io.millrace.server.transfer.DefinitionsReader;
import io.millrace.server.transfer.DefinitionsWriter;
import io.millrace.server.vhost.Administration;
import io.millrace.server.vhost.Outcome;
import java.util.Map;

/** Import and export of definitions. */
final class DefinitionCommands {
    private static final String STANDARD_STREAM = "-";

    private final Node node;

    DefinitionCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "import_definitions", Command.of("[<file_path>]", 0, 1, this::importFile),
                "export_definitions", Command.of("<file>|-", 1, 1, this::exportFile));
    }

    private void importFile(Arguments arguments, Output output) {
        String file = arguments.operands().isEmpty() ? STANDARD_STREAM : arguments.operand(0);
        byte[] octets = output.call().readFile(file);
        output.banner(
                file.equals(STANDARD_STREAM)
                        ? "Importing definitions in JSON from standard input ..."
                        : "Importing definitions in JSON from a file at \"" + file + "\" ...");
        Administration administration = Admin.of(node);
        Definitions definitions;
        try {
            definitions = DefinitionsReader.read(octets, administration::findVhost, administration::findUser);
        } catch (DefinitionsFormatException e) {
            throw new CommandFailure(ExitCode.DATA, "Error:\n" + e.getMessage());
        }
        Outcome unused = Admin.apply(node, (admin, reply) -> admin.importAll(definitions, reply));
        output.banner("Successfully imported the definitions.");
    }

    private void exportFile(Arguments arguments, Output output) {
        String file = arguments.operand(0);
        byte[] octets = DefinitionsWriter.write(Admin.of(node), node.version());
        if (file.equals(STANDARD_STREAM)) {
            output.call().out(octets);
            return;
        }
        output.call().writeFile(file, octets);
        output.banner("Exporting definitions in JSON to a file at \"" + file + "\" ...");
    }
}
