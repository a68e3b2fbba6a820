package io.millrace.server.control;

import io.millrace.definitions.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Commands about parameters other than policies. They are kept. */
final class ParameterCommands {
    private final Node node;

    ParameterCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "list_parameters",
                Command.of("[--vhost <vhost>]", 0, 0, this::listParameters),
                "list_global_parameters",
                Command.of("", 0, 0, this::listGlobalParameters));
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
        output.tableOrBlank(List.of("component", "name", "value"), rows);
    }

    private void listGlobalParameters(Arguments arguments, Output output) {
        output.banner("Listing global runtime parameters ...");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Parameter parameter : sorted()) {
            if (parameter.isGlobal()) {
                rows.add(Map.of("name", parameter.name(), "value", parameter.value()));
            }
        }
        output.tableOrBlank(List.of("name", "value"), rows);
    }

    private List<Parameter> sorted() {
        List<Parameter> all = new ArrayList<>(Admin.of(node).parameters().all());
        all.sort(Comparator.comparing(Parameter::component).thenComparing(Parameter::name));
        return all;
    }
}
