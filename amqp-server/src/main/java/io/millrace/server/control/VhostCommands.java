package io.millrace.server.control;

import io.millrace.definitions.VhostDefinition;
import io.millrace.server.security.User;
import io.millrace.server.vhost.Outcome;
import io.millrace.server.vhost.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands about virtual hosts. */
final class VhostCommands {
    private static final Set<String> COLUMNS = Set.of(
            "name", "tracing", "description", "tags", "default_queue_type", "metadata", "protected_from_deletion");

    private static final List<String> QUEUE_TYPES = List.of("quorum", "stream", "classic");

    private static final String DESCRIBED_USAGE = "<vhost> [--description <description> --tags"
            + " \"<tag1>,<tag2>,<...>\" --default-queue-type <quorum|classic|stream>]";

    private final Node node;

    VhostCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "add_vhost", Command.of(DESCRIBED_USAGE, 1, 1, this::add),
                "update_vhost_metadata", Command.of(DESCRIBED_USAGE, 1, 1, this::update),
                "delete_vhost", Command.of("<vhost>", 1, 1, this::delete),
                "list_vhosts",
                        Command.ofMany("[--no-table-headers] [<column> ...] [--timeout <timeout>]", 0, this::list));
    }

    private void add(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        requireKnownQueueType(arguments);
        output.banner("Adding vhost \"" + name + "\" ...");
        VhostDefinition definition = described(new VhostDefinition(name), arguments);
        // One that is there already is what was asked for.
        Outcome unused = Admin.apply(node, (admin, reply) -> admin.addVhost(definition, reply));
    }

    private static void requireKnownQueueType(Arguments arguments) {
        String type = arguments.option("--default-queue-type", QUEUE_TYPES.get(0));
        if (!QUEUE_TYPES.contains(type)) {
            throw CommandFailure.badArgument(
                    ": Default queue type must be one of: " + String.join(", ", QUEUE_TYPES) + ". Provided: " + type);
        }
    }

    private static VhostDefinition described(VhostDefinition before, Arguments arguments) {
        return new VhostDefinition(
                before.name(),
                arguments.option("--description", before.description()),
                arguments.option("--tags", before.tags()),
                arguments.option("--default-queue-type", before.defaultQueueType()),
                before.maxConnections(),
                before.maxQueues());
    }

    private void update(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        requireKnownQueueType(arguments);
        output.banner("Updating metadata of vhost \"" + name + "\" ...");
        Outcome outcome = Admin.apply(
                node, (admin, reply) -> admin.changeVhost(name, before -> described(before, arguments), reply));
        requireVhost(outcome, name);
    }

    private void delete(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        output.banner("Deleting vhost \"" + name + "\" ...");
        requireVhost(Admin.apply(node, (admin, reply) -> admin.deleteVhost(name, reply)), name);
    }

    private static void requireVhost(Outcome outcome, String name) {
        if (outcome == Outcome.NO_SUCH_VHOST) {
            throw new CommandFailure(ExitCode.DATA, "Virtual host '" + name + "' does not exist");
        }
    }

    private void list(Arguments arguments, Output output) {
        List<String> columns = Columns.of(arguments, COLUMNS, "name");
        output.banner("Listing vhosts ...");
        List<VirtualHost> all = new ArrayList<>(Admin.of(node).virtualHosts().all());
        all.sort(Comparator.comparing(VirtualHost::name));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (VirtualHost virtualHost : all) {
            VhostDefinition definition = virtualHost.definition();
            rows.add(Map.of(
                    "name",
                    definition.name(),
                    "tracing",
                    virtualHost.tracingNode() != null,
                    "description",
                    definition.description(),
                    "tags",
                    User.tagsOf(definition.tags()),
                    "protected_from_deletion",
                    false,
                    "default_queue_type",
                    definition.defaultQueueType().isEmpty() ? "classic" : definition.defaultQueueType()));
        }
        output.table(columns, rows);
    }
}
