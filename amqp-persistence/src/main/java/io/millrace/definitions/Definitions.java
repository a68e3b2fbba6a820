package io.millrace.definitions;

import java.util.List;

/** Everything that is stored, as one consistent picture. The lists are immutable, their order has no meaning. */
public record Definitions(
        List<VhostDefinition> vhosts,
        List<UserDefinition> users,
        List<Permission> permissions,
        List<TopicPermission> topicPermissions,
        List<Parameter> parameters,
        List<ExchangeDefinition> exchanges,
        List<QueueDefinition> queues,
        List<BindingDefinition> bindings) {
    public Definitions {
        vhosts = List.copyOf(vhosts);
        users = List.copyOf(users);
        permissions = List.copyOf(permissions);
        topicPermissions = List.copyOf(topicPermissions);
        parameters = List.copyOf(parameters);
        exchanges = List.copyOf(exchanges);
        queues = List.copyOf(queues);
        bindings = List.copyOf(bindings);
    }

    /** Nothing at all. */
    public static Definitions none() {
        return new Definitions(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
