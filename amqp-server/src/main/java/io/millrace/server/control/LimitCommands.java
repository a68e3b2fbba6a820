package io.millrace.server.control;

import io.millrace.definitions.VhostDefinition;
import io.millrace.server.json.JsonTree;
import io.millrace.server.policy.ErlangText;
import io.millrace.server.security.User;
import io.millrace.server.transfer.DefinitionsFormatException;
import io.millrace.server.transfer.DefinitionsReader;
import io.millrace.server.transfer.DefinitionsWriter;
import io.millrace.server.vhost.Outcome;
import io.millrace.server.vhost.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Commands about limits of users and virtual hosts. */
final class LimitCommands {
    private static final String CONNECTIONS = "max-connections";
    private static final String QUEUES = "max-queues";
    private static final String CHANNELS = "max-channels";
    private static final String ALL = "all";
    private static final String GLOBAL = "--global";

    private final Node node;

    LimitCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "set_vhost_limits", Command.of("[--vhost <vhost>] <definition>", 1, 1, this::setVhost),
                "clear_vhost_limits", Command.of("[--vhost <vhost>]", 0, 0, this::clearVhost),
                "list_vhost_limits",
                        Command.of("[--vhost <vhost>] [--global] [--no-table-headers]", 0, 0, this::listVhost),
                "set_user_limits", Command.of("<username> <definition>", 2, 2, this::setUser),
                "clear_user_limits", Command.of("<username> <limit>|all", 2, 2, this::clearUser),
                "list_user_limits", Command.of("[--user <username>] [--global]", 0, 0, this::listUser));
    }

    private static Map<String, Object> object(String json) {
        try {
            return DefinitionsReader.readObject(json);
        } catch (DefinitionsFormatException e) {
            throw Admin.noJson(json);
        }
    }

    /** What is wrong with some limits; null when nothing is. */
    private static String errorIn(Map<String, Object> limits, String kind, Set<String> known) {
        for (Map.Entry<String, Object> limit : limits.entrySet()) {
            if (!known.contains(limit.getKey())) {
                return "Unrecognised terms [{<<\"" + limit.getKey() + "\">>," + ErlangText.of(limit.getValue())
                        + "}] in " + kind;
            }
            if (!(limit.getValue() instanceof Long)) {
                return limit.getKey() + " should be a number, actually was " + ErlangText.of(limit.getValue());
            }
        }
        return null;
    }

    /** What is not named stays as it is; a negative limit is none. */
    private static int limit(Map<String, Object> limits, String name, int otherwise) {
        return limits.get(name) instanceof Long limit
                ? (int) Math.max(VhostDefinition.UNLIMITED, Math.min(limit, Integer.MAX_VALUE))
                : otherwise;
    }

    private void setVhost(Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        String json = arguments.operand(0);
        output.banner("Setting vhost limits to \"" + json + "\" for vhost \"" + vhost + "\" ...");
        Map<String, Object> limits = object(json);
        VirtualHost unused = Admin.requireVhost(node, vhost);
        String error = errorIn(limits, "limits", Set.of(CONNECTIONS, QUEUES));
        if (error != null) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\nValidation failed\n\n" + error + "\n");
        }
        changeVhost(
                vhost,
                before -> before.withLimits(
                        limit(limits, CONNECTIONS, VhostDefinition.UNLIMITED),
                        limit(limits, QUEUES, VhostDefinition.UNLIMITED)));
    }

    private void clearVhost(Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        output.banner("Clearing vhost \"" + vhost + "\" limits ...");
        VirtualHost virtualHost = Admin.of(node).virtualHosts().get(vhost);
        if (virtualHost == null
                || DefinitionsWriter.limits(virtualHost.definition()).isEmpty()) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\nParameter does not exist");
        }
        changeVhost(vhost, before -> before.withLimits(VhostDefinition.UNLIMITED, VhostDefinition.UNLIMITED));
    }

    private void changeVhost(String vhost, UnaryOperator<VhostDefinition> change) {
        Outcome outcome = Admin.apply(node, (admin, reply) -> admin.changeVhost(vhost, change, reply));
        Admin.require(outcome, "", vhost);
    }

    private void listVhost(Arguments arguments, Output output) {
        if (arguments.has(GLOBAL)) {
            output.banner("Listing limits for all vhosts ...");
            Map<String, Map<String, Object>> limits = new TreeMap<>();
            for (VirtualHost each : Admin.of(node).virtualHosts().all()) {
                limits.put(each.name(), DefinitionsWriter.limits(each.definition()));
            }
            listAll("vhost", limits, output);
            return;
        }
        String vhost = arguments.vhost();
        output.banner("Listing limits for vhost \"" + vhost + "\" ...");
        output.objectOrBlank(
                DefinitionsWriter.limits(Admin.requireVhost(node, vhost).definition()));
    }

    private void setUser(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        String json = arguments.operand(1);
        output.banner("Setting user limits to \"" + json + "\" for user \"" + user + "\" ...");
        Map<String, Object> limits = object(json);
        String error = errorIn(limits, "user-limits", Set.of(CONNECTIONS, CHANNELS));
        if (error != null) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\n" + error);
        }
        changeUser(
                user,
                before -> before.withLimits(
                        limit(limits, CONNECTIONS, before.maxConnections()),
                        limit(limits, CHANNELS, before.maxChannels())));
    }

    private void clearUser(Arguments arguments, Output output) {
        String user = arguments.operand(0);
        String which = arguments.operand(1);
        String limits = which.equals(ALL) ? "all limits" : "\"" + which + "\" limit";
        output.banner("Clearing " + limits + " for user \"" + user + "\" ...");
        changeUser(
                user,
                before -> before.withLimits(
                        which.equals(ALL) || which.equals(CONNECTIONS) ? User.UNLIMITED : before.maxConnections(),
                        which.equals(ALL) || which.equals(CHANNELS) ? User.UNLIMITED : before.maxChannels()));
    }

    private void changeUser(String user, UnaryOperator<User> change) {
        if (Admin.apply(node, (admin, reply) -> admin.changeUser(user, change, reply)) == Outcome.NO_SUCH_USER) {
            throw Admin.unknownUser(user);
        }
    }

    /** Those that have limits. */
    private static void listAll(String column, Map<String, Map<String, Object>> limits, Output output) {
        List<Map<String, Object>> rows = new ArrayList<>();
        limits.forEach((name, members) -> {
            if (!members.isEmpty()) {
                rows.add(Map.of(column, name, "limits", JsonTree.text(members)));
            }
        });
        output.tableOrBlank(List.of(column, "limits"), rows);
    }

    private void listUser(Arguments arguments, Output output) {
        if (arguments.has(GLOBAL)) {
            output.banner("Listing limits for all users ...");
            Map<String, Map<String, Object>> limits = new TreeMap<>();
            Admin.of(node).users().all().forEach(user -> limits.put(user.name(), DefinitionsWriter.limits(user)));
            listAll("user", limits, output);
            return;
        }
        String name = arguments.option("--user", "guest");
        output.banner("Listing limits for user \"" + name + "\" ...");
        User user = Admin.of(node).users().get(name);
        if (user == null) {
            throw Admin.unknownUser(name);
        }
        output.line(JsonTree.text(DefinitionsWriter.limits(user)));
    }
}
