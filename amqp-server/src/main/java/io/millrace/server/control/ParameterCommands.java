package io.millrace.server.control;

import io.millrace.definitions.Parameter;
import io.millrace.server.security.AccessControl;
import io.millrace.server.transfer.DefinitionsFormatException;
import io.millrace.server.transfer.DefinitionsReader;
import io.millrace.server.vhost.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands about policies and other parameters. They are kept. */
final class ParameterCommands {
    private final Node node;

    ParameterCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "set_policy",
                Command.of(
                        "[--vhost <vhost>] [--priority <n>] [--apply-to <what>] <name> <pattern> <definition>",
                        3,
                        3,
                        this::setPolicy),
                "clear_policy",
                Command.of("[--vhost <vhost>] <name>", 1, 1, this::clearPolicy),
                "list_policies",
                Command.of("[--vhost <vhost>]", 0, 0, this::listPolicies),
                "list_parameters",
                Command.of("[--vhost <vhost>]", 0, 0, this::listParameters),
                "list_global_parameters",
                Command.of("", 0, 0, this::listGlobalParameters));
    }

    private void setPolicy(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        String pattern = arguments.operand(1);
        String definition = arguments.operand(2);
        String vhost = arguments.vhost();
        String priority = arguments.option("--priority", "0");
        output.banner("Setting policy \"" + name + "\" for pattern \"" + pattern + "\" to \"" + definition
                + "\" with priority \"" + priority + "\" for vhost \"" + vhost + "\" ...");
        String error = AccessControl.errorInPattern(pattern);
        if (error != null) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\n" + error);
        }
        Map<String, Object> value = new LinkedHashMap<>();
        try {
            value.put("definition", DefinitionsReader.readObject(definition));
            value.put("priority", Integer.valueOf(priority));
        } catch (DefinitionsFormatException | NumberFormatException e) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, "Error:\n" + e.getMessage());
        }
        value.put("pattern", pattern);
        value.put("apply-to", arguments.option("--apply-to", "all"));
        Parameter policy = new Parameter(vhost, Parameter.POLICY, name, DefinitionsReader.toJson(value));
        Admin.require(Admin.apply(node, (admin, reply) -> admin.setParameter(policy, reply)), "", vhost);
    }

    private void clearPolicy(Arguments arguments, Output output) {
        String name = arguments.operand(0);
        String vhost = arguments.vhost();
        output.banner("Clearing policy \"" + name + "\" on vhost \"" + vhost + "\" ...");
        Outcome outcome =
                Admin.apply(node, (admin, reply) -> admin.clearParameter(vhost, Parameter.POLICY, name, reply));
        if (outcome == Outcome.NOT_FOUND) {
            throw new CommandFailure(ExitCode.SOFTWARE, "Error:\nParameter does not exist");
        }
    }

    private void listPolicies(Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        output.banner("Listing policies for vhost \"" + vhost + "\" ...");
        Admin.requireVhost(node, vhost);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Parameter policy : sorted()) {
            if (policy.vhost().equals(vhost) && policy.component().equals(Parameter.POLICY)) {
                Map<String, Object> row = new LinkedHashMap<>(object(policy.value()));
                row.put("vhost", vhost);
                row.put("name", policy.name());
                row.put("definition", DefinitionsReader.toJson(row.get("definition")));
                rows.add(row);
            }
        }
        output.table(List.of("vhost", "name", "pattern", "apply-to", "definition", "priority"), rows);
    }

    private static Map<String, Object> object(String json) {
        try {
            return DefinitionsReader.readObject(json);
        } catch (DefinitionsFormatException e) {
            throw new IllegalStateException("a stored policy is no JSON object", e);
        }
    }

    private void listParameters(Arguments arguments, Output output) {
        String vhost = arguments.vhost();
        output.banner("Listing runtime parameters for vhost \"" + vhost + "\" ...");
        Admin.requireVhost(node, vhost);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Parameter parameter : sorted()) {
            if (parameter.vhost().equals(vhost) && !parameter.component().equals(Parameter.POLICY)) {
                rows.add(Map.of(
                        "component", parameter.component(), "name", parameter.name(), "value", parameter.value()));
            }
        }
        output.table(List.of("component", "name", "value"), rows);
    }

    private void listGlobalParameters(Arguments arguments, Output output) {
        output.banner("Listing global runtime parameters ...");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Parameter parameter : sorted()) {
            if (parameter.isGlobal()) {
                rows.add(Map.of("name", parameter.name(), "value", parameter.value()));
            }
        }
        output.table(List.of("name", "value"), rows);
    }

    private List<Parameter> sorted() {
        List<Parameter> all = new ArrayList<>(Admin.of(node).parameters().all());
        all.sort(Comparator.comparing(Parameter::component).thenComparing(Parameter::name));
        return all;
    }
}
