package io.millrace.server.control;

import io.millrace.definitions.Parameter;
import io.millrace.server.json.JsonTree;
import io.millrace.server.policy.InvalidPolicyException;
import io.millrace.server.policy.Policy;
import io.millrace.server.vhost.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands about policies and those of operators. */
final class PolicyCommands {
    private static final String SET_USAGE =
            "[--vhost <vhost>] [--priority <priority>] [--apply-to <apply-to>] <name> <pattern> <definition>";
    private static final String CLEAR_USAGE = "[--vhost <vhost>] <name>";
    private static final String LIST_USAGE = "[--vhost <vhost>]";
    private static final String PRIORITY = "priority";

    /** What the two kinds of policies are called. */
    private enum Kind {
        ORDINARY(Parameter.POLICY, "policy", "policy", "policies"),
        OPERATORS(Policy.OPERATOR_POLICY, "operator policy override", "operator policy", "operator policy overrides");

        private final String component;
        private final String whenSet;
        private final String whenCleared;
        private final String whenListed;

        Kind(String component, String whenSet, String whenCleared, String whenListed) {
            this.component = component;
            this.whenSet = whenSet;
            this.whenCleared = whenCleared;
            this.whenListed = whenListed;
        }
    }

    private final Node node;

    PolicyCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "set_policy",
                Command.of(SET_USAGE, 3, 3, (arguments, output) -> set(Kind.ORDINARY, arguments, output)),
                "clear_policy",
                Command.of(CLEAR_USAGE, 1, 1, (arguments, output) -> clear(Kind.ORDINARY, arguments, output)),
                "list_policies",
                Command.of(LIST_USAGE, 0, 0, (arguments, output) -> list(Kind.ORDINARY, arguments, output)),
                "set_operator_policy",
                Command.of(SET_USAGE, 3, 3, (arguments, output) -> set(Kind.OPERATORS, arguments, output)),
                "clear_operator_policy",
                Command.of(CLEAR_USAGE, 1, 1, (arguments, output) -> clear(Kind.OPERATORS, arguments, output)),
                "list_operator_policies",
                Command.of(LIST_USAGE, 0, 0, (arguments, output) -> list(Kind.OPERATORS, arguments, output)));
    }

    private void set(Kind kind, Arguments arguments, Output output) {
        String name = arguments.operand(0);
        String pattern = arguments.operand(1);
        String definition = arguments.operand(2);
        String vhost = arguments.vhost();
        long priority = priority(arguments);
        output.banner("Setting " + kind.whenSet + " \"" + name + "\" for pattern \"" + pattern + "\" to \"" + definition
                + "\" with priority \"" + priority + "\" for vhost \"" + vhost + "\" ...");
        Parameter policy = Policy.parameter(
                vhost,
                kind.component,
                name,
                pattern,
                json(definition),
                priority,
                arguments.option("--apply-to", "all"));
        Admin.requireVhost(node, vhost);
        try {
            Policy.of(policy);
        } catch (InvalidPolicyException e) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\n" + e.getMessage());
        }
        Admin.require(Admin.apply(node, (admin, reply) -> admin.setParameter(policy, reply)), "", vhost);
    }

    private static long priority(Arguments arguments) {
        String text = arguments.option("--priority", "0");
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw CommandFailure.usage("Invalid options for this command:\n--priority : " + text);
        }
    }

    private static Object json(String definition) {
        try {
            return JsonTree.parse(definition);
        } catch (IOException e) {
            throw Admin.noJson(definition);
        }
    }

    private void clear(Kind kind, Arguments arguments, Output output) {
        String name = arguments.operand(0);
        String vhost = arguments.vhost();
        output.banner("Clearing " + kind.whenCleared + " \"" + name + "\" on vhost \"" + vhost + "\" ...");
        Outcome outcome = Admin.apply(node, (admin, reply) -> admin.clearParameter(vhost, kind.component, name, reply));
        if (outcome == Outcome.NOT_FOUND) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\nParameter does not exist");
        }
    }

    private void list(Kind kind, Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        output.banner("Listing " + kind.whenListed + " for vhost \"" + vhost + "\" ...");
        Admin.requireVhost(node, vhost);
        List<Parameter> policies = new ArrayList<>(Admin.of(node).parameters().all());
        policies.removeIf(parameter ->
                !parameter.vhost().equals(vhost) || !parameter.component().equals(kind.component));
        policies.sort(Comparator.comparing(Parameter::name));
        List<Map<String, Object>> rows = new ArrayList<>();
        policies.forEach(policy -> rows.add(row(policy)));
        rows.sort(Comparator.comparingLong(row -> row.get(PRIORITY) instanceof Long priority ? priority : 0));
        output.tableOrBlank(List.of("vhost", "name", "pattern", "apply-to", "definition", PRIORITY), rows);
    }

    private static Map<String, Object> row(Parameter policy) {
        Map<String, Object> row = new LinkedHashMap<>();
        try {
            if (JsonTree.parse(policy.value()) instanceof Map<?, ?> members) {
                members.forEach((key, value) -> row.put((String) key, value));
            }
        } catch (IOException e) {
            throw new IllegalStateException("a stored policy is no JSON", e);
        }
        row.put("vhost", policy.vhost());
        row.put("name", policy.name());
        row.put("definition", JsonTree.text(row.get("definition")));
        return row;
    }
}
