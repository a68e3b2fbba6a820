package io.millrace.server.transfer;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.definitions.Parameter;
import io.millrace.definitions.Permission;
import io.millrace.definitions.TopicPermission;
import io.millrace.definitions.VhostDefinition;
import io.millrace.server.json.JsonTree;
import io.millrace.server.queue.Queue;
import io.millrace.server.routing.Binding;
import io.millrace.server.routing.Exchange;
import io.millrace.server.security.User;
import io.millrace.server.vhost.Administration;
import io.millrace.server.vhost.VirtualHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what the broker was told to have as RabbitMQ's tools write it, so that either can read it back. */
public final class DefinitionsWriter {
    private final Administration administration;
    private final JsonGenerator json;

    private DefinitionsWriter(Administration administration, JsonGenerator json) {
        this.administration = administration;
        this.json = json;
    }

    /**
     * All definitions; transient and exclusive things are none.
     *
     * @param version the version of RabbitMQ whose semantics are spoken
     */
    public static byte[] write(Administration administration, String version) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonTree.FACTORY.createGenerator(octets)) {
            new DefinitionsWriter(administration, json).writeAll(version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return octets.toByteArray();
    }

    private void writeAll(String version) throws IOException {
        json.writeStartObject();
        json.writeStringField("rabbit_version", version);
        json.writeStringField("rabbitmq_version", version);
        json.writeStringField("product_name", "RabbitMQ");
        json.writeStringField("product_version", version);
        array(
                "users",
                administration.users().all().stream()
                        .map(DefinitionsWriter::user)
                        .toList());
        array("vhosts", vhosts().stream().map(each -> vhost(each.definition())).toList());
        array(
                "permissions",
                administration.access().permissions().stream()
                        .map(DefinitionsWriter::permission)
                        .toList());
        array(
                "topic_permissions",
                administration.access().topicPermissions().stream()
                        .map(DefinitionsWriter::topicPermission)
                        .toList());
        writeParameters();
        List<Map<String, Object>> queues = new ArrayList<>();
        List<Map<String, Object>> exchanges = new ArrayList<>();
        List<Map<String, Object>> bindings = new ArrayList<>();
        for (VirtualHost virtualHost : vhosts()) {
            addTopology(virtualHost, queues, exchanges, bindings);
        }
        array("queues", queues);
        array("exchanges", exchanges);
        array("bindings", bindings);
        json.writeEndObject();
    }

    private List<VirtualHost> vhosts() {
        return administration.virtualHosts().all().stream()
                .sorted(Comparator.comparing(VirtualHost::name))
                .toList();
    }

    private void writeParameters() throws IOException {
        List<Map<String, Object>> ordinary = new ArrayList<>();
        List<Map<String, Object>> global = new ArrayList<>();
        List<Map<String, Object>> policies = new ArrayList<>();
        for (VirtualHost virtualHost : vhosts()) {
            Map<String, Object> limits = limits(virtualHost.definition());
            if (!limits.isEmpty()) {
                ordinary.add(object(
                        "vhost", virtualHost.name(), "component", "vhost-limits", "name", "limits", "value", limits));
            }
        }
        for (Parameter parameter : administration.parameters().all()) {
            Object value = JsonTree.parse(parameter.value());
            if (parameter.isGlobal()) {
                global.add(object("name", parameter.name(), "value", value));
            } else if (parameter.component().equals(Parameter.POLICY) && value instanceof Map<?, ?> policy) {
                Map<String, Object> members = object("vhost", parameter.vhost(), "name", parameter.name());
                policy.forEach((key, member) -> members.put((String) key, member));
                policies.add(members);
            } else {
                ordinary.add(object(
                        "vhost",
                        parameter.vhost(),
                        "component",
                        parameter.component(),
                        "name",
                        parameter.name(),
                        "value",
                        value));
            }
        }
        array("parameters", ordinary);
        array("global_parameters", global);
        array("policies", policies);
    }

    private static void addTopology(
            VirtualHost virtualHost,
            List<Map<String, Object>> queues,
            List<Map<String, Object>> exchanges,
            List<Map<String, Object>> bindings) {
        String vhost = virtualHost.name();
        for (Queue queue : virtualHost.queues()) {
            if (queue.settings().durable()) {
                queues.add(object(
                        "name", queue.name().toString(),
                        "vhost", vhost,
                        "durable", true,
                        "auto_delete", queue.settings().autoDelete(),
                        "arguments", JsonTree.ofTable(queue.settings().typedArguments())));
            }
        }
        for (Exchange exchange : virtualHost.exchanges()) {
            if (exchange.durable() && !exchange.isDefault() && !VirtualHost.isSystemName(exchange.name())) {
                exchanges.add(object(
                        "name", exchange.name().toString(),
                        "vhost", vhost,
                        "type", exchange.type(),
                        "durable", true,
                        "auto_delete", exchange.autoDelete(),
                        "internal", exchange.internal(),
                        "arguments", JsonTree.ofTable(exchange.arguments())));
            }
            if (exchange.durable()) {
                exchange.bindings().forEach(binding -> addBinding(vhost, binding, bindings));
            }
        }
    }

    private static void addBinding(String vhost, Binding binding, List<Map<String, Object>> bindings) {
        boolean toQueue = binding.destination() instanceof Queue;
        boolean durable = toQueue
                ? ((Queue) binding.destination()).settings().durable()
                : ((Exchange) binding.destination()).durable();
        if (durable) {
            bindings.add(object(
                    "source", binding.source().name().toString(),
                    "vhost", vhost,
                    "destination", binding.destination().name().toString(),
                    "destination_type", toQueue ? "queue" : "exchange",
                    "routing_key", binding.key().toString(),
                    "arguments", JsonTree.ofTable(binding.arguments())));
        }
    }

    private static Map<String, Object> user(User user) {
        return object(
                "name", user.name(),
                "password_hash", user.passwordHash().base64(),
                "hashing_algorithm", user.passwordHash().algorithm().definitionName(),
                "tags", List.copyOf(user.tags()),
                "limits", limits(user));
    }

    /** The limits that a user has, as definitions name them. */
    public static Map<String, Object> limits(User user) {
        return limits("max-connections", user.maxConnections(), "max-channels", user.maxChannels());
    }

    /** The limits that a virtual host has, as definitions name them. */
    public static Map<String, Object> limits(VhostDefinition vhost) {
        return limits("max-connections", vhost.maxConnections(), "max-queues", vhost.maxQueues());
    }

    private static Map<String, Object> limits(String first, int firstLimit, String second, int secondLimit) {
        Map<String, Object> limits = new LinkedHashMap<>();
        if (firstLimit >= 0) {
            limits.put(first, firstLimit);
        }
        if (secondLimit >= 0) {
            limits.put(second, secondLimit);
        }
        return limits;
    }

    private static Map<String, Object> vhost(VhostDefinition vhost) {
        Map<String, Object> metadata = object(
                "description", vhost.description(),
                "tags", List.copyOf(User.tagsOf(vhost.tags())));
        if (!vhost.defaultQueueType().isEmpty()) {
            metadata.put("default_queue_type", vhost.defaultQueueType());
        }
        return object("name", vhost.name(), "limits", limits(vhost), "metadata", metadata);
    }

    private static Map<String, Object> permission(Permission permission) {
        return object(
                "user", permission.user(),
                "vhost", permission.vhost(),
                "configure", permission.configure(),
                "write", permission.write(),
                "read", permission.read());
    }

    private static Map<String, Object> topicPermission(TopicPermission permission) {
        return object(
                "user", permission.user(),
                "vhost", permission.vhost(),
                "exchange", permission.exchange(),
                "write", permission.write(),
                "read", permission.read());
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }

    /** In the order of their texts, so that two exports of the same definitions are the same. */
    private void array(String name, List<Map<String, Object>> elements) throws IOException {
        json.writeArrayFieldStart(name);
        List<Map<String, Object>> sorted = new ArrayList<>(elements);
        sorted.sort(Comparator.comparing(JsonTree::text));
        for (Map<String, Object> element : sorted) {
            JsonTree.write(json, element);
        }
        json.writeEndArray();
    }
}
