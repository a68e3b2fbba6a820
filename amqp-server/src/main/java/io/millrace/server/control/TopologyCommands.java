package io.millrace.server.control;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.policy.EffectivePolicy;
import io.millrace.server.queue.Queue;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.Exchange;
import io.millrace.server.vhost.Requester;
import io.millrace.server.vhost.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Commands about queues, exchanges and bindings. */
final class TopologyCommands {
    private static final Set<String> QUEUE_COLUMNS = Set.of(
            "name",
            "durable",
            "auto_delete",
            "arguments",
            "policy",
            "operator_policy",
            "effective_policy_definition",
            "pid",
            "owner_pid",
            "exclusive",
            "exclusive_consumer_pid",
            "exclusive_consumer_tag",
            "messages_ready",
            "messages_unacknowledged",
            "messages",
            "messages_persistent",
            "message_bytes",
            "message_bytes_ready",
            "message_bytes_unacknowledged",
            "head_message_timestamp",
            "consumers",
            "consumer_utilisation",
            "consumer_capacity",
            "memory",
            "state",
            "type",
            "leader",
            "members",
            "online");
    private static final Set<String> EXCHANGE_COLUMNS =
            Set.of("name", "type", "durable", "auto_delete", "internal", "arguments", "policy");
    private static final Set<String> BINDING_COLUMNS =
            Set.of("source_name", "source_kind", "destination_name", "destination_kind", "routing_key", "arguments");

    private static final String LIST_USAGE =
            "[--vhost <vhost>] [--no-table-headers] [<column> ...] [--timeout <timeout>]";

    private final Node node;

    TopologyCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "list_queues",
                        Command.ofMany(
                                "[--vhost <vhost>] [--online] [--offline] [--local] [--no-table-headers]"
                                        + " [<column>, ...] [--timeout <timeout>]",
                                0,
                                this::listQueues),
                "list_exchanges", Command.ofMany(LIST_USAGE, 0, this::listExchanges),
                "list_bindings", Command.ofMany(LIST_USAGE, 0, this::listBindings),
                "delete_queue",
                        Command.of("[--vhost <vhost>] [--if-empty] [--if-unused] <queue>", 1, 1, this::deleteQueue),
                "purge_queue", Command.of("[--vhost <vhost>] <queue>", 1, 1, this::purgeQueue));
    }

    /** Null when there is none: listings of it are empty, and no error. */
    private VirtualHost vhost(Arguments arguments) {
        return Admin.of(node).virtualHosts().get(arguments.vhost());
    }

    private void listQueues(Arguments arguments, Output output) {
        List<String> columns = Columns.of(arguments, QUEUE_COLUMNS, "name", "messages");
        output.banner("Timeout: 60.0 seconds ...");
        output.banner("Listing queues for vhost " + arguments.vhost() + " ...");
        List<Map<String, Object>> rows = new ArrayList<>();
        VirtualHost virtualHost = vhost(arguments);
        if (virtualHost != null) {
            virtualHost.queues().stream()
                    .sorted(Comparator.comparing(Queue::name))
                    .forEach(queue -> rows.add(row(virtualHost, queue)));
        }
        output.table(columns, rows);
    }

    private Map<String, Object> row(VirtualHost virtualHost, Queue queue) {
        Map<String, Object> row = new HashMap<>();
        int ready = queue.readyCount();
        int unacknowledged = queue.unackedCount();
        row.put("name", queue.name());
        row.put("durable", queue.settings().durable());
        row.put("auto_delete", queue.settings().autoDelete());
        row.put("arguments", queue.settings().typedArguments());
        row.put("pid", "<" + node.name() + ".0." + queue.id() + ".0>");
        row.put("exclusive", queue.settings().exclusive());
        row.put("messages_ready", ready);
        row.put("messages_unacknowledged", unacknowledged);
        row.put("messages", ready + unacknowledged);
        EffectivePolicy policy = virtualHost.policyOf(queue);
        row.put("policy", policy.policy());
        row.put("operator_policy", policy.operatorPolicy());
        row.put("effective_policy_definition", policy.definition());
        row.put("consumers", queue.declaredConsumerCount());
        row.put("state", "running");
        row.put("leader", node.name());
        row.put("members", List.of(node.name()));
        row.put("online", List.of(node.name()));
        row.put("type", queue.settings().type());
        return row;
    }

    private void listExchanges(Arguments arguments, Output output) {
        List<String> columns = Columns.of(arguments, EXCHANGE_COLUMNS, "name", "type");
        output.banner("Listing exchanges for vhost " + arguments.vhost() + " ...");
        List<Map<String, Object>> rows = new ArrayList<>();
        VirtualHost virtualHost = vhost(arguments);
        if (virtualHost != null) {
            virtualHost.exchanges().stream()
                    .sorted(Comparator.comparing(Exchange::name))
                    .forEach(exchange -> rows.add(Map.of(
                            "name", exchange.name(),
                            "type", exchange.type(),
                            "durable", exchange.durable(),
                            "auto_delete", exchange.autoDelete(),
                            "internal", exchange.internal(),
                            "policy", virtualHost.policyOf(exchange).policy(),
                            "arguments", exchange.arguments())));
        }
        output.table(columns, rows);
    }

    private void listBindings(Arguments arguments, Output output) {
        List<String> columns = Columns.of(
                arguments,
                BINDING_COLUMNS,
                "source_name",
                "source_kind",
                "destination_name",
                "destination_kind",
                "routing_key",
                "arguments");
        output.banner("Listing bindings for vhost " + arguments.vhost() + "...");
        List<Map<String, Object>> rows = new ArrayList<>();
        VirtualHost virtualHost = vhost(arguments);
        if (virtualHost != null) {
            // Every queue is bound to the default exchange, by its name and without anybody saying so.
            virtualHost
                    .queues()
                    .forEach(queue -> rows.add(
                            binding(ShortString.EMPTY, queue.name(), "queue", queue.name(), FieldTable.EMPTY)));
            for (Exchange exchange : virtualHost.exchanges()) {
                for (Binding binding : exchange.bindings()) {
                    rows.add(binding(
                            exchange.name(),
                            binding.destination().name(),
                            binding.destination() instanceof Queue ? "queue" : "exchange",
                            binding.key(),
                            binding.arguments()));
                }
            }
        }
        output.table(columns, rows);
    }

    private static Map<String, Object> binding(
            ShortString source, ShortString destination, String kind, ShortString key, FieldTable arguments) {
        return Map.of(
                "source_name", source,
                "source_kind", "exchange",
                "destination_name", destination,
                "destination_kind", kind,
                "routing_key", key,
                "arguments", arguments);
    }

    /** Null when there is none. */
    private Queue queue(Arguments arguments) {
        VirtualHost virtualHost = vhost(arguments);
        return virtualHost == null ? null : virtualHost.findQueue(ShortString.of(arguments.operand(0)));
    }

    private void deleteQueue(Arguments arguments, Output output) {
        List<String> conditions = new ArrayList<>();
        if (arguments.has("--if-empty")) {
            conditions.add("if queue is empty ");
        }
        if (arguments.has("--if-unused")) {
            conditions.add("if queue is unused ");
        }
        output.banner("Deleting queue '" + arguments.operand(0) + "' on vhost '" + arguments.vhost() + "' "
                + String.join("and ", conditions) + "...");
        Queue queue = queue(arguments);
        if (queue == null) {
            throw new CommandFailure(ExitCode.USAGE, "Error:\nNo such queue was found");
        }
        // An operator may delete everybody's exclusive queues.
        Requester requester = queue.settings().owner() instanceof Requester owner ? owner : queue::home;
        int dropped = Await.<Integer>reply(reply -> vhost(arguments)
                .deleteQueue(
                        queue.name(), arguments.has("--if-unused"), arguments.has("--if-empty"), requester, reply));
        output.line("Queue was successfully deleted with " + dropped + " ready messages");
    }

    private void purgeQueue(Arguments arguments, Output output) {
        output.banner("Purging queue '" + arguments.operand(0) + "' in vhost '" + arguments.vhost() + "' ...");
        Queue queue = queue(arguments);
        if (queue == null) {
            throw new CommandFailure(ExitCode.DATA, "Object (queue, stream, exchange, etc) was not found");
        }
        int unused = Await.result(CompletableFuture.supplyAsync(queue::purge, queue.home()::execute));
    }
}
