package io.millrace.server.control;

import io.millrace.server.alarm.Resource;
import io.millrace.server.connection.ConnectionView;
import io.millrace.server.vhost.VirtualHost;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands about the broker's process. */
final class NodeCommands {
    private final Node node;

    NodeCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.ofEntries(
                Map.entry("ping", Command.withoutBroker("", 0, this::ping)),
                Map.entry("version", Command.withoutBroker("", 0, (arguments, output) -> output.line(node.version()))),
                Map.entry("status", Command.of("", 0, 0, this::status)),
                Map.entry("await_startup", Command.of("", 0, 0, (arguments, output) -> {})),
                Map.entry("stop_app", Command.withoutBroker("", 0, this::stop)),
                Map.entry("start_app", Command.withoutBroker("", 0, this::start)),
                Map.entry("trace_on", Command.of("[--vhost <vhost>]", 0, 0, this::traceOn)),
                Map.entry("trace_off", Command.of("[--vhost <vhost>]", 0, 0, this::traceOff)),
                Map.entry("enable_feature_flag", Command.of("<feature flag>|all", 1, 1, this::enableFeatureFlag)));
    }

    private void ping(Arguments arguments, Output output) {
        output.banner("Will ping " + node.name() + ".");
        output.line("Ping succeeded");
    }

    private void stop(Arguments arguments, Output output) {
        output.banner("Stopping rabbit application on node " + node.name() + " ...");
        change(node::stopBroker);
    }

    private void start(Arguments arguments, Output output) {
        output.banner("Starting node " + node.name() + " ...");
        change(node::startBroker);
    }

    private interface Change {
        void run() throws Exception;
    }

    private static void change(Change change) {
        try {
            change.run();
        } catch (Exception e) {
            throw new CommandFailure(ExitCode.SOFTWARE, "Error:\n" + e);
        }
    }

    private void traceOn(Arguments arguments, Output output) {
        output.banner("Starting tracing for vhost \"" + arguments.vhost() + "\" ...");
        VirtualHost virtualHost = vhost(arguments);
        // As with trace_off: scripts that trace what is not there go on.
        if (virtualHost != null) {
            virtualHost.trace(node.name());
        }
        output.line("Trace enabled for vhost " + arguments.vhost());
    }

    private void traceOff(Arguments arguments, Output output) {
        output.banner("Stopping tracing for vhost \"" + arguments.vhost() + "\" ...");
        VirtualHost virtualHost = vhost(arguments);
        if (virtualHost != null) {
            virtualHost.trace(null);
        }
        output.line("Trace disabled for vhost " + arguments.vhost());
    }

    /** Null when there is none of that name. */
    private VirtualHost vhost(Arguments arguments) {
        return Admin.of(node).virtualHosts().get(arguments.vhost());
    }

    /** All that there is is on; scripts of clients ask for it. */
    private void enableFeatureFlag(Arguments arguments, Output output) {
        String flag = arguments.operand(0);
        output.banner(
                "Enabling " + (flag.equals("all") ? "all feature flags" : "feature flag \"" + flag + "\"") + " ...");
    }

    private void status(Arguments arguments, Output output) {
        RunningBroker broker = node.running();
        List<ConnectionView> connections = Await.result(broker.connections().views());
        int queues = broker.administration().virtualHosts().all().stream()
                .mapToInt(virtualHost -> virtualHost.queues().size())
                .sum();
        List<String> listeners = new ArrayList<>();
        for (RunningBroker.Listener listener : broker.listeners()) {
            InetSocketAddress address = listener.address();
            listeners.add("Interface: " + address.getAddress().getHostAddress() + ", port: " + address.getPort()
                    + (listener.tls()
                            ? ", protocol: amqp/ssl, purpose: AMQP 0-9-1 over TLS"
                            : ", protocol: amqp, purpose: AMQP 0-9-1"));
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("pid", ProcessHandle.current().pid());
        facts.put("node", node.name());
        facts.put("rabbitmq_version", node.version());
        facts.put("runtime", "Java " + Runtime.version());
        facts.put("data_directory", node.dataDirectory());
        facts.put("alarms", broker.alarms().on().stream().map(Resource::label).toList());
        facts.put("disk_free_limit", broker.alarms().disk().limitBytes());
        facts.put("disk_free", broker.alarms().disk().freeBytes());
        facts.put("connections", connections.size());
        facts.put("queues", queues);
        facts.put("vhosts", broker.administration().virtualHosts().all().size());
        facts.put("listeners", listeners);
        output.banner("Status of node " + node.name() + " ...");
        if (arguments.option("--formatter", "table").equals("json")) {
            output.line(CellText.jsonObject(List.copyOf(facts.keySet()), facts));
        } else {
            printStatus(facts, output);
        }
    }

    private static void printStatus(Map<String, Object> facts, Output output) {
        output.line("Runtime\n");
        output.line("OS PID: " + facts.get("pid"));
        output.line("RabbitMQ version: " + facts.get("rabbitmq_version"));
        output.line("Node name: " + facts.get("node"));
        output.line("Runtime: " + facts.get("runtime"));
        output.line("\nData directory\n\nNode data directory: " + facts.get("data_directory"));
        output.line("\nAlarms\n\n" + CellText.of(facts.get("alarms")));
        output.line("\nFree Disk Space\n");
        output.line("Low free disk space watermark: " + facts.get("disk_free_limit") + " bytes");
        output.line("Free disk space: " + facts.get("disk_free") + " bytes");
        output.line("\nTotals\n");
        output.line("Connection count: " + facts.get("connections"));
        output.line("Queue count: " + facts.get("queues"));
        output.line("Virtual host count: " + facts.get("vhosts"));
        output.line("\nListeners\n");
        for (Object listener : (List<?>) facts.get("listeners")) {
            output.line(listener.toString());
        }
    }
}
