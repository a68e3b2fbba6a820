package io.millrace.server.transfer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.definitions.BindingDefinition;
import io.millrace.definitions.BindingDefinition.DestinationKind;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.ExchangeDefinition;
import io.millrace.definitions.Parameter;
import io.millrace.definitions.Permission;
import io.millrace.definitions.QueueDefinition;
import io.millrace.definitions.TopicPermission;
import io.millrace.definitions.UserDefinition;
import io.millrace.definitions.VhostDefinition;
import io.millrace.server.json.JsonTree;
import io.millrace.server.policy.InvalidPolicyException;
import io.millrace.server.policy.Policy;
import io.millrace.server.security.HashingAlgorithm;
import io.millrace.server.security.PasswordHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads a file of definitions, as {@code rabbitmqctl export_definitions} and the management API write it. What it knows
 * nothing of it passes over.
 */
public final class DefinitionsReader {
    /** Queues of a file have no id; the import gives them theirs. */
    private static final int NO_ID = 1;

    private static final String VHOST_LIMITS = "vhost-limits";

    private interface ElementReader {
        void read(Members members) throws DefinitionsFormatException;
    }

    private final Function<String, VhostDefinition> knownVhosts;
    private final Function<String, UserDefinition> knownUsers;
    private final Map<String, VhostDefinition> vhosts = new LinkedHashMap<>();
    private final List<Members> vhostLimits = new ArrayList<>();
    private final List<UserDefinition> users = new ArrayList<>();
    private final List<Permission> permissions = new ArrayList<>();
    private final List<TopicPermission> topicPermissions = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<ExchangeDefinition> exchanges = new ArrayList<>();
    private final List<QueueDefinition> queues = new ArrayList<>();
    private final List<BindingDefinition> bindings = new ArrayList<>();

    private DefinitionsReader(
            Function<String, VhostDefinition> knownVhosts, Function<String, UserDefinition> knownUsers) {
        this.knownVhosts = knownVhosts;
        this.knownUsers = knownUsers;
    }

    /**
     * Reads a whole file.
     *
     * @param knownVhosts gives what is known of a virtual host, else null: what the file does not say stays as it is
     * @param knownUsers the same for users
     * @throws DefinitionsFormatException it is no JSON, or a definition lacks something
     */
    public static Definitions read(
            byte[] octets, Function<String, VhostDefinition> knownVhosts, Function<String, UserDefinition> knownUsers)
            throws DefinitionsFormatException {
        DefinitionsReader reader = new DefinitionsReader(knownVhosts, knownUsers);
        try (JsonParser json = JsonTree.FACTORY.createParser(octets)) {
            reader.readFile(json);
            return reader.result();
        } catch (IOException e) {
            throw new DefinitionsFormatException("the definitions are no valid JSON: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new DefinitionsFormatException(e.getMessage(), e);
        }
    }

    private void readFile(JsonParser json) throws IOException, DefinitionsFormatException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new DefinitionsFormatException("the definitions are no JSON object", null);
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String section = json.currentName();
            json.nextToken();
            switch (section) {
                case "vhosts" -> elements(json, "vhost", this::vhost);
                case "users" -> elements(json, "user", this::user);
                case "permissions" -> elements(json, "permission", this::permission);
                case "topic_permissions" -> elements(json, "topic permission", this::topicPermission);
                case "parameters" -> elements(json, "parameter", this::parameter);
                case "global_parameters" -> elements(json, "global parameter", this::globalParameter);
                case "policies" -> elements(json, "policy", this::policy);
                case "exchanges" -> elements(json, "exchange", this::exchange);
                case "queues" -> elements(json, "queue", this::queue);
                case "bindings" -> elements(json, "binding", this::binding);
                default -> json.skipChildren();
            }
        }
    }

    private static void elements(JsonParser json, String kind, ElementReader reader)
            throws IOException, DefinitionsFormatException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new DefinitionsFormatException("the " + kind + " definitions are no JSON array", null);
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new DefinitionsFormatException("a " + kind + " definition is no JSON object", null);
            }
            reader.read(new Members(kind, JsonTree.readObject(json)));
        }
    }

    /** Limits are read twice: exports have them as parameters, and with the virtual hosts. */
    private Definitions result() throws DefinitionsFormatException {
        for (Members limit : vhostLimits) {
            String name = limit.text("vhost");
            VhostDefinition vhost = vhosts.containsKey(name) ? vhosts.get(name) : knownVhosts.apply(name);
            if (vhost == null) {
                throw new DefinitionsFormatException("limits of vhost '" + name + "', which does not exist", null);
            }
            vhosts.put(name, limited(vhost, limit.object("value")));
        }
        return new Definitions(
                List.copyOf(vhosts.values()),
                users,
                permissions,
                topicPermissions,
                parameters,
                exchanges,
                queues,
                bindings);
    }

    private static VhostDefinition limited(VhostDefinition vhost, Members limits) throws DefinitionsFormatException {
        return vhost.withLimits(
                limits.number("max-connections", vhost.maxConnections()),
                limits.number("max-queues", vhost.maxQueues()));
    }

    private void vhost(Members members) throws DefinitionsFormatException {
        String name = members.text("name");
        VhostDefinition known = knownVhosts.apply(name);
        VhostDefinition before = known == null ? new VhostDefinition(name) : known;
        Members metadata = members.has("metadata") ? members.object("metadata") : members;
        VhostDefinition read = new VhostDefinition(
                name,
                metadata.text("description", before.description()),
                metadata.has("tags") ? metadata.commaSeparated("tags") : before.tags(),
                metadata.text("default_queue_type", before.defaultQueueType()),
                before.maxConnections(),
                before.maxQueues());
        vhosts.put(name, limited(read, members.object("limits")));
    }

    private void user(Members members) throws DefinitionsFormatException {
        String name = members.text("name");
        PasswordHash hash = members.has("password")
                ? PasswordHash.ofPassword(
                        members.text("password").getBytes(StandardCharsets.UTF_8),
                        HashingAlgorithm.SHA256,
                        new SecureRandom())
                : PasswordHash.ofBase64(
                        members.text("password_hash"),
                        HashingAlgorithm.ofDefinitionName(members.text(
                                // What exports of very old releases do not say.
                                "hashing_algorithm", HashingAlgorithm.SHA256.definitionName())));
        UserDefinition known = knownUsers.apply(name);
        Members limits = members.object("limits");
        users.add(new UserDefinition(
                name,
                hash.base64(),
                hash.algorithm().definitionName(),
                members.commaSeparated("tags"),
                limits.number("max-connections", known == null ? UserDefinition.UNLIMITED : known.maxConnections()),
                limits.number("max-channels", known == null ? UserDefinition.UNLIMITED : known.maxChannels())));
    }

    private void permission(Members members) throws DefinitionsFormatException {
        permissions.add(new Permission(
                members.text("user"),
                members.text("vhost"),
                members.text("configure"),
                members.text("write"),
                members.text("read")));
    }

    private void topicPermission(Members members) throws DefinitionsFormatException {
        topicPermissions.add(new TopicPermission(
                members.text("user"),
                members.text("vhost"),
                members.text("exchange"),
                members.text("write"),
                members.text("read")));
    }

    private void parameter(Members members) throws DefinitionsFormatException {
        if (members.text("component").equals(VHOST_LIMITS)) {
            vhostLimits.add(members);
            return;
        }
        add(new Parameter(
                members.text("vhost"),
                members.text("component"),
                members.text("name"),
                JsonTree.text(members.get("value"))));
    }

    private void globalParameter(Members members) throws DefinitionsFormatException {
        parameters.add(Parameter.global(members.text("name"), JsonTree.text(members.get("value"))));
    }

    private void policy(Members members) throws DefinitionsFormatException {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("pattern", members.text("pattern"));
        value.put("apply-to", members.text("apply-to", "all"));
        value.put("definition", members.map("definition"));
        value.put("priority", members.has("priority") ? members.get("priority") : 0);
        add(new Parameter(members.text("vhost"), Parameter.POLICY, members.text("name"), JsonTree.text(value)));
    }

    private void add(Parameter parameter) throws DefinitionsFormatException {
        if (Policy.isPolicy(parameter)) {
            try {
                Policy.of(parameter);
            } catch (InvalidPolicyException e) {
                throw new DefinitionsFormatException(
                        e.getMessage() + "\n (vhost: \"" + parameter.vhost() + "\" key: \"" + parameter.name() + "\")",
                        e);
            }
        }
        parameters.add(parameter);
    }

    private void exchange(Members members) throws DefinitionsFormatException {
        String name = members.text("name");
        // These are there anyhow, and some exports have them.
        if (name.isEmpty() || name.startsWith("amq.")) {
            return;
        }
        exchanges.add(new ExchangeDefinition(
                members.text("vhost"),
                name,
                members.text("type"),
                members.flag("durable", true),
                members.flag("auto_delete", false),
                members.flag("internal", false),
                JsonTree.toTable(members.map("arguments")).bytes()));
    }

    private void queue(Members members) throws DefinitionsFormatException {
        queues.add(new QueueDefinition(
                NO_ID,
                members.text("vhost"),
                members.text("name"),
                members.flag("durable", true),
                members.flag("auto_delete", false),
                JsonTree.toTable(members.map("arguments")).bytes()));
    }

    private void binding(Members members) throws DefinitionsFormatException {
        boolean toQueue = members.text("destination_type", "queue").equals("queue");
        bindings.add(new BindingDefinition(
                members.text("vhost"),
                members.text("source"),
                members.text("destination"),
                toQueue ? DestinationKind.QUEUE : DestinationKind.EXCHANGE,
                members.text("routing_key", "").getBytes(StandardCharsets.UTF_8),
                JsonTree.toTable(members.map("arguments")).bytes()));
    }

    /**
     * Reads one JSON object, such as limits on a command line.
     *
     * @throws DefinitionsFormatException it is none
     */
    @SuppressWarnings("unchecked") // JsonTree makes no maps with other keys
    public static Map<String, Object> readObject(String text) throws DefinitionsFormatException {
        try {
            if (JsonTree.parse(text) instanceof Map<?, ?> members) {
                return (Map<String, Object>) members;
            }
            throw new DefinitionsFormatException("not a JSON object: " + text, null);
        } catch (IOException e) {
            throw new DefinitionsFormatException("not a JSON object: " + text, e);
        }
    }
}
